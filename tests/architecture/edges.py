"""Tests that the documents name: each is there under that name."""

import ast
import re
from pathlib import Path

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def missing_tests(root: Path) -> list[str]:
    """Tests that a document names and that are not there."""
    named = {
        (document.relative_to(root).as_posix(), file, test)
        for document in sorted((root / "docs").rglob("*.md"))
        for file, test in NAMED.findall(document.read_text(encoding="utf-8"))
    }
    known = {file: _tests_of(root / file) for _, file, _ in named}
    return [
        f"{document}: {file}::{test}" for document, file, test in sorted(named) if test not in known[file]
    ]


def _tests_of(file: Path) -> set[str]:
    if not file.exists():
        return set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
