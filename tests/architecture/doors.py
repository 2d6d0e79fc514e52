"""Where a transaction may begin and end."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import source
from tests.architecture.imports import called
from tests.architecture.source import Module

EDGES = ("retention/records/database.py", "retention/records/schema.py")
COMMAND_LINES = ("ml/deciding.py", "rules/commands/")  # commands that do not fit their folder's __main__
BELOW_THE_EDGE = ("retention", "rules", "ml", "workflows")


def commits(root: Path) -> list[str]:
    """Commits outside `transaction()`: the edge decides what belongs together."""
    return source.found(root, _commits, folders=source.APP)


def _commits(module: Module) -> Iterator[str]:
    if module.place in EDGES:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr == "commit":
            yield module.at(node, "a commit below the edge")


def transactions(root: Path) -> list[str]:
    """Transactions begun below the edge; records take the session they are given."""
    return source.found(root, _transactions, folders=BELOW_THE_EDGE)


def _transactions(module: Module) -> Iterator[str]:
    if module.place.startswith((*EDGES, *COMMAND_LINES)) or module.place.endswith("__main__.py"):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and called(node) == "transaction":
            yield module.at(node, "a transaction begun below the edge")
