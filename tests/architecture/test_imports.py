"""Every import is at the top of its file and says what it imports."""

from pathlib import Path

from tests.architecture import imports, source


def test_the_house_hides_no_import() -> None:
    assert imports.hidden_imports(source.ROOT) == []
    assert imports.imports_by_name(source.ROOT) == []


def test_an_import_inside_a_function_is_found(tmp_path: Path) -> None:
    source.plant(tmp_path, "api/late.py", "def late() -> None:\n    from rules import book\n")
    assert imports.hidden_imports(tmp_path) == ["api/late.py:2: an import inside a function"]


def test_an_import_at_the_top_is_fine_even_under_a_condition(tmp_path: Path) -> None:
    source.plant(tmp_path, "api/early.py", "import sys\nif sys.platform == 'linux':\n    import ctypes\n")
    assert imports.hidden_imports(tmp_path) == []


def test_a_module_fetched_by_a_string_is_found(tmp_path: Path) -> None:
    source.plant(tmp_path, "web/sly.py", "import importlib\nsly = importlib.import_module('sqlalchemy')\n")
    assert imports.imports_by_name(tmp_path) == ["web/sly.py:2: a module imported by name"]
