"""docs/rules-engine.md names every trap of the engine, and a test of ours that proves it out of reach."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "rules-engine.md"
TRAPS = set(range(1, 48))
ROW = re.compile(r"^\| (\d+)(?:–(\d+))? \|.*\| ([^|]*) \|$", re.MULTILINE)
TEST = re.compile(r"`(test_\w+)`")


def rows() -> list[tuple[set[int], set[str]]]:
    """Each row of the table: which traps, and the tests that it names."""
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [
        (set(range(int(first), int(last or first) + 1)), set(TEST.findall(tests)))
        for first, last, tests in found
    ]


def names_in(*files: str) -> set[str]:
    """The tests that are there, by name."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for file in files for path in HERE.glob(file)]
    return {
        node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_trap_has_one_row_with_a_test_that_exists() -> None:
    numbers = [number for numbers, _ in rows() for number in numbers]
    assert sorted(numbers) == sorted(TRAPS)
    known = names_in("test_*.py")
    assert [numbers for numbers, tests in rows() if not tests or tests - known] == []


def test_every_test_of_a_trap_stands_in_the_table() -> None:
    named = {test for _, tests in rows() for test in tests}
    numbered = {test for test in names_in("test_trap*.py") if re.match(r"test_\d", test)}
    assert numbered - named == set()
