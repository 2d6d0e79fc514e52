"""How long things may be, and how much a caller may have to remember."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import source
from tests.architecture.source import Module

LONGEST_FUNCTION = 30  # lines, from `def` to its end
MOST_POSITIONAL = 4
LONGEST_FILE = 300  # lines
SIZED = (".py", ".html", ".js", ".mjs", ".css")
BOUND = ("self", "cls")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(module: Module) -> Iterator[Function]:
    """Every function of a module, nested ones and methods too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def long_functions(root: Path) -> list[str]:
    """Functions that do more than one thing, by their length."""
    return source.found(root, _long_functions, folders=source.FOLDERS)


def _long_functions(module: Module) -> Iterator[str]:
    for function in functions(module):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > LONGEST_FUNCTION:
            yield module.at(function, f"{function.name} has {lines} lines, more than {LONGEST_FUNCTION}")


def wide_functions(root: Path) -> list[str]:
    """Functions whose callers must remember an order; tests are called by name, by pytest."""
    return source.found(root, _wide_functions, folders=(*source.APP, "bench"))


def _wide_functions(module: Module) -> Iterator[str]:
    for function in functions(module):
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        taken = len(names) - (1 if names and names[0] in BOUND else 0)
        if taken > MOST_POSITIONAL:
            yield module.at(function, f"{function.name} takes {taken} positional arguments")


def long_files(root: Path) -> list[str]:
    """Files that nobody reads in one go."""
    found = []
    for path in source.files(root, suffixes=SIZED):
        place = path.relative_to(root).as_posix()
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE and not place.startswith(source.MIGRATIONS):
            found.append(f"{place}:1: {lines} lines, more than {LONGEST_FILE}")
    return found
