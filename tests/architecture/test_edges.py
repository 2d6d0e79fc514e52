"""The tables "edge → test" of docs/programmes.md are worth something only while the tests are there."""

from pathlib import Path

from tests.architecture import edges, source


def test_every_test_that_a_document_names_is_there() -> None:
    assert edges.missing_tests(source.ROOT) == []


def test_a_renamed_test_and_a_lost_file_are_found(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("async def test_there() -> None: ...\n")
    named = "`tests/test_a.py::test_there` `tests/test_a.py::test_gone` `tests/test_b.py::test_there`"
    (tmp_path / "docs" / "programmes.md").write_text(named)
    assert edges.missing_tests(tmp_path) == [
        "docs/programmes.md: tests/test_a.py::test_gone",
        "docs/programmes.md: tests/test_b.py::test_there",
    ]
