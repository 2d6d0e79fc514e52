"""What each workflow module asks of Temporal, function by function, in the order of its text.

A case that waits for weeks is told again from its history after every deploy. A changed order of commands
breaks it, so a change of these lists has to be looked at: `python -m tests.architecture.fingerprints`
writes them anew.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import required
from tests.testbed import recording

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests" / "fingerprints"
# Beside everything that is awaited: what writes to a case's history without being waited for.
COMMANDS = frozenset(
    {
        "changed", "continue_as_new", "create_task", "gather", "new_id", "patched", "random", "remark",
        "set_current_details", "show", "signal", "start_activity", "start_child_workflow", "tell", "together",
        "upsert_search_attributes", "uuid4",
    }
)  # fmt: skip
SILENT = {"__init__", "__main__", "carrier", "registry", "rehearsal", "shown", "task_acts"}  # write nothing
BRANCHES = (ast.If, ast.For, ast.While, ast.Try, ast.AsyncFor, ast.Match)


def modules(folder: Path = ROOT / "workflows") -> list[Path]:
    """The modules that may write to a history."""
    return sorted(path for path in folder.glob("*.py") if path.stem not in SILENT)


def fingerprint(text: str) -> dict[str, list[str]]:
    """Function -> its commands in the order of the text, each after the branches around it."""
    found: dict[str, list[str]] = {}
    for name, function in _functions(ast.parse(text), ""):
        commands = [asked for line in function.body for asked in _commands(line, "")]
        if commands:
            found[name] = commands
    return found


def _functions(node: ast.AST, around: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{around}{child.name}.")
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{around}{child.name}", child


def _commands(node: ast.AST, around: str, *, awaited: bool = False) -> Iterator[str]:
    inside = f"{around}{type(node).__name__.lower()}: " if isinstance(node, BRANCHES) else around
    for child in ast.iter_child_nodes(node):
        yield from _commands(child, inside, awaited=isinstance(node, ast.Await))
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if awaited or called.rsplit(".", 1)[-1] in COMMANDS or called.startswith(("steps.", "workflow.")):
            yield around + _shown(node, called)


def _shown(call: ast.Call, called: str) -> str:
    """The call with what decides which command it is: the step, a fixed word, the name of a change."""
    told = [ast.unparse(one) for one in call.args[:1]]
    fixed = [one for one in told if one.startswith("steps.") or one[:1] in "'\"" or one[:1].isupper()]
    return f"{called}({', '.join(fixed)})"


def kept(path: Path) -> dict[str, list[str]]:
    """What was written down of a module; nothing of one that is new."""
    place = KEPT / f"{path.stem}.json"
    known: dict[str, list[str]] = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
    return known


def write_anew() -> None:
    """Write down every module's commands as they are, and what messages and histories are new."""
    KEPT.mkdir(exist_ok=True)
    for path in modules():
        lists = json.dumps(fingerprint(path.read_text(encoding="utf-8")), indent=1)
        (KEPT / f"{path.stem}.json").write_text(lists + "\n", encoding="utf-8")
    required.write_anew()
    for history in recording.recorded():
        recording.write_down(history)


if __name__ == "__main__":
    write_anew()
