"""File names that say nothing about what is inside, and folders that a contract would overlook."""

from pathlib import Path

from tests.architecture import source

EMPTY_WORDS = {
    *("util", "utils", "helper", "helpers", "manager", "managers", "common"),
    *("base", "handler", "handlers", "misc", "stuff"),
}


ALEMBICS = "retention/records/migrations/"  # alembic runs what is in it by path


def empty_names(root: Path) -> list[str]:
    """Python files and folders named for nothing that people-ops would know."""
    return [
        f"{module.place}:1: “{word}” names nothing"
        for module in source.modules(root)
        for word in _words(module.place)
        if word in EMPTY_WORDS
    ]


def _words(place: str) -> list[str]:
    parts = Path(place).with_suffix("").parts
    return [word for part in parts for word in part.lower().split("_")]


def folders_without_init(root: Path) -> list[str]:
    """Folders of code that are no packages: import contracts pass over them in silence."""
    folders = {
        Path(module.place).parent
        for module in source.modules(root, folders=source.APP)
        if not module.place.startswith(ALEMBICS)
    }
    return [
        f"{folder.as_posix()}:1: a folder of code without __init__.py"
        for folder in sorted(folders)
        if not (root / folder / "__init__.py").exists()
    ]
