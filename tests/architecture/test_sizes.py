"""Functions of at most 30 lines and 4 positional arguments, files of at most 300 lines."""

from pathlib import Path

from tests.architecture import sizes, source


def a_function(lines: int) -> str:
    return "def story() -> None:\n" + "    step = 1\n" * (lines - 1)


def test_the_house_keeps_its_sizes() -> None:
    assert sizes.long_functions(source.ROOT) == []
    assert sizes.wide_functions(source.ROOT) == []
    assert sizes.long_files(source.ROOT) == []


def test_a_function_may_have_30_lines_and_not_31(tmp_path: Path) -> None:
    source.plant(tmp_path, "api/fits.py", a_function(30))
    assert sizes.long_functions(tmp_path) == []
    source.plant(tmp_path, "api/long.py", a_function(31))
    assert sizes.long_functions(tmp_path) == ["api/long.py:1: story has 31 lines, more than 30"]


def test_a_function_inside_a_class_or_a_function_is_measured_too(tmp_path: Path) -> None:
    inside = "".join(f"    {line}\n" for line in a_function(31).splitlines())
    source.plant(tmp_path, "web/in_class.py", f"class Page:\n{inside}")
    assert len(sizes.long_functions(tmp_path)) == 1


def test_a_function_may_take_four_positional_arguments_and_not_five(tmp_path: Path) -> None:
    source.plant(tmp_path, "ml/four.py", "def fit(a, b, c, d, *, e, f): ...\n")
    source.plant(tmp_path, "ml/bound.py", "class Model:\n    def fit(self, a, b, c, d): ...\n")
    assert sizes.wide_functions(tmp_path) == []
    source.plant(tmp_path, "ml/five.py", "def fit(a, b, c, d, e): ...\n")
    assert sizes.wide_functions(tmp_path) == ["ml/five.py:1: fit takes 5 positional arguments"]


def test_a_file_may_have_300_lines_and_not_301(tmp_path: Path) -> None:
    source.plant(tmp_path, "web/templates/fits.html", "<p>\n" * 300)
    source.plant(tmp_path, "retention/records/migrations/versions/first.py", "x = 1\n" * 900)
    assert sizes.long_files(tmp_path) == []
    source.plant(tmp_path, "web/templates/long.html", "<p>\n" * 301)
    assert sizes.long_files(tmp_path) == ["web/templates/long.html:1: 301 lines, more than 300"]
