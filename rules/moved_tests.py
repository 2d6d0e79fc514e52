"""The tests of a rule that are about a bound, moved along with it."""

from collections.abc import Iterator
from typing import Any

from rules.conditions import Op
from rules.edits import NUMBER, Editable, Place, editables
from rules.entries import REPEATED
from rules.fields import Field, Fields, FieldType
from rules.marks import FRACTION, Path
from rules.reference import COMPARISONS


def moved_tests(place: Place, edit: Editable, typed: str, fields: Fields) -> dict[Path, str]:
    """The facts of a rule's tests that are about a bound, moved along with it.

    A fact is about the bound when the new one would judge it otherwise, or when it lies beside the old one
    and no other bound of the rule would judge it otherwise once it is moved.
    """
    if edit.kind != NUMBER:
        return {}
    name, op = str(edit.path[-2]), Op(str(edit.path[-1]))
    old, new = float(edit.value), float(typed)
    others = [one for one in editables(place, fields) if one.path != edit.path and one.path[-2:-1] == (name,)]
    found: dict[Path, str] = {}
    for path in _facts_named(place, name):
        value, times = _step(_value_at(place, path))
        if value is None:
            continue
        moved = round(value + new - old, 9)
        must = COMPARISONS[op](value, old) != COMPARISONS[op](value, new)
        beside = _is_beside(value, old) and all(_judge_alike(one, value, moved) for one in others)
        if (must or beside) and _within(fields[name], moved):
            found[path] = _digits(moved, fields[name]) + times
    return found


def _is_beside(value: float, bound: float) -> bool:
    """Whether a value lies within one step of the last digit that either is written with."""
    step = 10.0 ** -max(len(f"{one:g}".partition(".")[2]) for one in (value, bound))
    return abs(value - bound) <= step * 1.001


def _judge_alike(bound: Editable, value: float, moved: float) -> bool:
    compare, at = COMPARISONS[Op(str(bound.path[-1]))], float(bound.value)
    return bool(compare(value, at)) == bool(compare(moved, at))


def _step(value: Any) -> tuple[float | None, str]:
    """A number of a test, and how often it is repeated (55x6) as it is written; None: it is no number."""
    told = REPEATED.fullmatch(value) if isinstance(value, str) else None
    if told is not None and FRACTION.fullmatch(told[1]):
        return float(told[1]), f"x{told[2]}"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return (float(value), "") if number else (None, "")


def _facts_named(place: Place, name: str) -> Iterator[Path]:
    """Where a fact stands in the tests of a rule: its values in cases, and its steps in series."""
    tests = (*place.path, "tests")
    for path in place.document.spans:
        if path[: len(tests)] != tests or "facts" not in path:
            continue
        at = path.index("facts", len(tests))
        if path[at + 1] == name:
            yield path


def _value_at(place: Place, path: Path) -> Any:
    value: Any = place.document.value
    for step in path:
        value = value[step]
    return value


def _within(field: Field, value: float) -> bool:
    return (field.low is None or value >= field.low) and (field.high is None or value <= field.high)


def _digits(value: float, field: Field) -> str:
    return str(int(value)) if field.type is FieldType.INT or value == int(value) else f"{value:g}"
