"""Imports that hide: inside a function, or by a name made up at run time."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import source
from tests.architecture.sizes import functions
from tests.architecture.source import Module

BY_NAME = {"__import__", "import_module"}


def hidden_imports(root: Path) -> list[str]:
    """Imports inside functions: they hide a dependency and cost time where nobody expects it."""
    return sorted(set(source.found(root, _hidden_imports, folders=source.FOLDERS)))


def _hidden_imports(module: Module) -> Iterator[str]:
    for function in functions(module):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield module.at(node, "an import inside a function")


def imports_by_name(root: Path) -> list[str]:
    """Modules fetched by a string, which no import contract can see."""
    return source.found(root, _imports_by_name, folders=source.APP)


def _imports_by_name(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and called(node) in BY_NAME:
            yield module.at(node, "a module imported by name")


def called(call: ast.Call) -> str:
    """The last name of what a call calls: `now` for `datetime.now(...)`."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def caller(call: ast.Call) -> str:
    """What stands before the last dot of a call: `datetime` for `datetime.now(...)`."""
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
