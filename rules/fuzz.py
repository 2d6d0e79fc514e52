"""Random rules on random facts through both evaluators: they must say the same, always."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

from rules.compile import CannotCompile, dnf
from rules.conditions import All, Any, Condition, ConditionKey, Leaf, Op, Part, leaves
from rules.engine import DurableEngine
from rules.fields import Field, Fields, FieldType, Value, registry, rounded
from rules.reference import truth

CONDITIONS = 60  # in a ruleset: about six shards
SHEETS = 40
KNOWN = 0.85  # share of the facts that a sheet holds
ORDERED = (Op.LT, Op.LTE, Op.GT, Op.GTE)


@dataclass(frozen=True)
class FuzzReport:
    """One line: how many (condition, facts) pairs, how many answers differed, from which seeds."""

    pairs: int
    disagreements: int
    seeds: tuple[int, ...]
    seconds: float
    examples: tuple[str, ...]


def fuzz(pairs: int, *, seeds: Sequence[int], patience: timedelta = timedelta(minutes=5)) -> FuzzReport:
    """Compare at least `pairs` answers of the C engine with the reference, unless patience ends before.

    Each seed brings its share of the pairs, so that a finding is found again from its seed alone.
    """
    begun, compared, differing = perf_counter(), 0, 0
    examples: list[str] = []
    for chance in (random.Random(seed) for seed in seeds):  # noqa: S311 (a seeded test)
        share = compared + pairs / len(seeds)
        while compared < share and perf_counter() - begun < patience.total_seconds():
            conditions = some_conditions(chance, registry())
            sheets = list(some_sheets(chance, registry(), conditions))
            wrong = list(disagreements(conditions, sheets))
            differing, examples = differing + len(wrong), [*examples, *wrong][:3]
            compared += len(conditions) * len(sheets)
    return FuzzReport(compared, differing, tuple(seeds), round(perf_counter() - begun, 2), tuple(examples))


def disagreements(conditions: dict[ConditionKey, Condition], sheets: list[dict[str, Value]]) -> Iterator[str]:
    """Each answer in which the C engine differs from the reference, in words."""
    engine = DurableEngine(conditions)
    try:
        for sheet in sheets:
            found = engine.matches(sheet)
            for key, condition in conditions.items():
                believed = truth(condition, sheet) is True
                if believed != (key in found):
                    yield f"{condition} on {sheet}: reference {believed}, engine {not believed}"
    finally:
        engine.close()


def some_conditions(chance: random.Random, fields: Fields) -> dict[ConditionKey, Condition]:
    """Random conditions inside what the loader would accept."""
    found: dict[ConditionKey, Condition] = {}
    while len(found) < CONDITIONS:
        condition = _condition(chance, fields, depth=3)
        try:
            dnf(condition)
        except CannotCompile:
            continue
        found[f"F.{len(found)}", Part.WHEN] = condition
    return found


def _condition(chance: random.Random, fields: Fields, *, depth: int) -> Condition:
    if depth == 0 or chance.random() < 0.4:
        return _leaf(chance, chance.choice(list(fields.values())))
    parts = tuple(_condition(chance, fields, depth=depth - 1) for _ in range(chance.randint(1, 3)))
    return All(parts) if chance.random() < 0.5 else Any(parts)


def _leaf(chance: random.Random, field: Field) -> Leaf:
    ops = (*ORDERED, Op.EQ, Op.NE) if field.is_number else (Op.EQ, Op.NE)
    return Leaf(field.name, chance.choice(ops), _value(chance, field))


def _value(chance: random.Random, field: Field) -> Value:
    if field.type is FieldType.BOOL:
        return chance.random() < 0.5
    if field.type is FieldType.ENUM:
        return chance.choice(field.values)
    low, high = field.low or 0.0, min(field.high or 100.0, 120.0)
    number = chance.uniform(low, high)
    return int(number) if field.type is FieldType.INT else rounded(chance.choice((number, round(number, 1))))


def some_sheets(
    chance: random.Random, fields: Fields, conditions: dict[ConditionKey, Condition]
) -> Iterator[dict[str, Value]]:
    """Random facts; half of the numbers stand at a threshold or the least step beside it."""
    asked: dict[str, list[Value]] = {}
    for condition in conditions.values():
        for leaf in leaves(condition):
            asked.setdefault(leaf.field, []).append(leaf.value)
    for _ in range(SHEETS):
        known = [field for field in fields.values() if chance.random() < KNOWN]
        yield {field.name: _near(chance, field, asked.get(field.name, [])) for field in known}


def _near(chance: random.Random, field: Field, asked: list[Value]) -> Value:
    if not asked or chance.random() < 0.5:
        return _value(chance, field)
    at = chance.choice(asked)
    if field.type is FieldType.INT:
        return int(at) + chance.choice((-1, 0, 1))
    return rounded(float(at) + chance.choice((-1e-9, 0.0, 1e-9))) if field.is_number else at
