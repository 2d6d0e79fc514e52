"""Which conditions can be true at all: finds rules that never fire and rules that always do."""

from collections.abc import Iterator
from itertools import pairwise

from rules.compile import Conjunction, dnf
from rules.conditions import All, Any, Condition, Leaf, Op
from rules.fields import Field, Fields, FieldType, Value
from rules.reference import leaf_truth

OPPOSITE = {Op.LT: Op.GTE, Op.GTE: Op.LT, Op.GT: Op.LTE, Op.LTE: Op.GT, Op.EQ: Op.NE, Op.NE: Op.EQ}


def impossible(condition: Condition, fields: Fields) -> list[Conjunction]:
    """The alternatives of a condition that no facts can make true."""
    return [group for group in dnf(condition) if not _possible(group, fields)]


def is_always_true(condition: Condition, fields: Fields) -> bool:
    """Whether every known value of its fields makes it true."""
    return len(impossible(negated(condition), fields)) == len(dnf(negated(condition)))


def negated(condition: Condition) -> Condition:
    """The condition's opposite, for facts that are known."""
    if isinstance(condition, Leaf):
        return Leaf(condition.field, OPPOSITE[condition.op], condition.value)
    parts = tuple(negated(part) for part in condition.parts)
    return Any(parts) if isinstance(condition, All) else All(parts)


def _possible(group: Conjunction, fields: Fields) -> bool:
    by_field: dict[str, list[Leaf]] = {}
    for leaf in group:
        by_field.setdefault(leaf.field, []).append(leaf)
    return all(
        any(all(leaf_truth(leaf, {name: value}) for leaf in asked) for value in samples(fields[name], asked))
        for name, asked in by_field.items()
    )


def samples(field: Field, asked: list[Leaf]) -> Iterator[Value]:
    """Values that stand for all others: each threshold, both sides of it, and the ends of the range."""
    if field.type is FieldType.BOOL:
        yield from (True, False)
    elif field.type is FieldType.ENUM:
        yield from field.values
    else:
        yield from _numbers(field, sorted({float(leaf.value) for leaf in asked}))


def _numbers(field: Field, thresholds: list[float]) -> Iterator[Value]:
    low = field.low if field.low is not None else thresholds[0] - 1
    high = field.high if field.high is not None else thresholds[-1] + 1
    near = [step for one in thresholds for step in (one - 1, one, one + 1)]
    points = sorted({it for it in [low, high, *near] if low <= it <= high})
    if field.type is FieldType.INT:
        yield from (int(point) for point in points if point == int(point))
    else:
        yield from points
        yield from ((one + two) / 2 for one, two in pairwise(points))
