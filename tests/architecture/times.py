"""Time: always aware, business time only from the clock, nothing of its own in a workflow."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import grimp

from tests.architecture import source
from tests.architecture.imports import called, caller
from tests.architecture.source import Module

ZONELESS = {"utcnow", "utcfromtimestamp", "today"}
NEEDS_ZONE = {"now": 0, "fromtimestamp": 1}  # arguments before the zone
ZONE_PLACE = 8  # datetime(year, month, day, hour, minute, second, microsecond, tzinfo)
SQL_NOW = re.compile(
    r"\b(now\s*\(\s*\)|(?:transaction|statement|clock)_timestamp\s*\(|current_(?:timestamp|date|time)\b"
    r"|localtime(?:stamp)?\b)",
    re.IGNORECASE,
)
CLOCK = "retention/clock.py"  # the one place that turns real time into business time
DATETIMES = {"datetime", "dt.datetime", "datetime.datetime", "date", "datetime.date"}
UNREPEATABLE = {"random", "secrets", "uuid", "time", "os"}  # modules whose calls differ on replay
REPEATABLE = {"uuid.UUID"}


def naive_datetimes(root: Path) -> list[str]:
    """Instants without a zone; hypothesis wants such bounds, so tests are left to ruff."""
    return source.found(root, _naive_datetimes, folders=(*source.APP, "bench"))


def _naive_datetimes(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _is_naive(node):
            yield module.at(node, f"{ast.unparse(node.func)}(…) makes a time without a zone")


def _is_naive(call: ast.Call) -> bool:
    if any(word.arg in {"tz", "tzinfo", None} for word in call.keywords):
        return False
    if ast.unparse(call.func) in {"datetime", "dt.datetime", "datetime.datetime"}:
        return len(call.args) < ZONE_PLACE
    name = called(call)
    return caller(call) in DATETIMES and (name in ZONELESS or len(call.args) <= NEEDS_ZONE.get(name, -1))


def database_times(root: Path) -> list[str]:
    """`now()` in SQL: it is real time, and a world has its own."""
    return source.found(root, _database_times, folders=("retention/records", "simulator"))


def _database_times(module: Module) -> Iterator[str]:
    prose = _docstrings(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            if match := SQL_NOW.search(node.value):
                yield module.at(node, f"{match[0]} in SQL is real time")
        elif isinstance(node, ast.Call) and _asks_the_database(node):
            yield module.at(node, f"func.{called(node)} is real time")


def _asks_the_database(call: ast.Call) -> bool:
    return caller(call).split(".")[-1] == "func" and bool(SQL_NOW.match(f"{called(call)}()"))


def _docstrings(tree: ast.Module) -> set[ast.AST]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def workflow_reach(root: Path, graph: grimp.ImportGraph) -> list[Path]:
    """Our files that a workflow runs: `workflows` but for its process, and whatever it imports of ours."""
    start = {"workflows", *graph.find_descendants("workflows")} - {"workflows.__main__"}
    reached = start.union(*(graph.find_upstream_modules(module) for module in start))
    paths = [root.joinpath(*module.split(".")) for module in reached]
    candidates = [*(path.with_suffix(".py") for path in paths), *(path / "__init__.py" for path in paths)]
    return sorted(path for path in candidates if path.exists())


def unrepeatable(root: Path, reach: list[Path]) -> list[str]:
    """What would differ when a history is replayed; modules passed through escape the sandbox's check."""
    places = {path.relative_to(root).as_posix() for path in reach} - {CLOCK}
    return [
        fault
        for module in source.modules(root, folders=source.APP)
        if module.place in places and not module.place.endswith("__main__.py")
        for fault in _unrepeatable(module)
    ]


def _unrepeatable(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func) in REPEATABLE:
            continue
        before, name = caller(node), called(node)
        real_time = name in {"now", "today", "utcnow"} and (before in DATETIMES or before.endswith("clock"))
        if real_time or before.split(".")[0] in UNREPEATABLE:
            yield module.at(node, f"{ast.unparse(node.func)}() differs on replay")
