"""Reading the project's own source: what the architecture tests look at."""

import ast
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    *("retention", "rules", "ml", "simulator", "workflows", "activities", "switchboard"),
    *("api", "web", "local", "bench", "tests"),
)
APP = tuple(folder for folder in FOLDERS if folder not in {"bench", "tests"})
NOT_OURS = ("node_modules", "static/dist", "__pycache__")
MIGRATIONS = "retention/records/migrations/versions/"


@dataclass(frozen=True)
class Module:
    """One Python file: its place below the root, its text and its syntax tree."""

    place: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST, fault: str) -> str:
        """A finding as an editor understands it: place:line: what is wrong."""
        return f"{self.place}:{getattr(node, 'lineno', 1)}: {fault}"


@lru_cache(maxsize=2048)
def parsed(path: Path, _changed: int) -> tuple[str, ast.Module]:
    text = path.read_text(encoding="utf-8")
    return text, ast.parse(text, str(path))


def files(root: Path, *, suffixes: Sequence[str], folders: Sequence[str] = FOLDERS) -> Iterator[Path]:
    """Files of the project below `folders`, nothing installed, bundled or generated."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes and not any(part in path.as_posix() for part in NOT_OURS):
                yield path


def modules(root: Path, *, folders: Sequence[str] = FOLDERS) -> Iterator[Module]:
    """Every Python file below `folders`, migrations apart: alembic writes those."""
    for path in files(root, suffixes=(".py",), folders=folders):
        place = path.relative_to(root).as_posix()
        if not place.startswith(MIGRATIONS):
            text, tree = parsed(path, path.stat().st_mtime_ns)
            yield Module(place, text, tree)


def found(root: Path, look: Callable[[Module], Iterator[str]], *, folders: Sequence[str]) -> list[str]:
    """What `look` finds in any module below `folders`."""
    return [fault for module in modules(root, folders=folders) for fault in look(module)]


def committed(root: Path) -> list[Path]:
    """The text files that git keeps or would keep; in an exported tree, all files."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        return [root / line for line in listed.stdout.splitlines() if (root / line).is_file()]
    return [path for path in sorted(root.rglob("*")) if path.is_file()]


def plant(root: Path, place: str, text: str) -> Path:
    """Write one file of a made-up project, in which a test breaks a rule on purpose."""
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return root
