"""The plain evaluator: three-valued, explains every comparison, is the oracle and the fallback."""

from collections.abc import Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any as Anything

from pydantic import BaseModel, ConfigDict

from rules.book import Segment
from rules.conditions import All, Condition, ConditionKey, Leaf, Op, leaves
from rules.fields import Fields, Sheet, Value

DIGITS = 4  # of a measured figure that are said: enough to see on which side of a threshold it lies
COMPARISONS: dict[Op, Anything] = {Op.LT: lt, Op.LTE: le, Op.GT: gt, Op.GTE: ge, Op.EQ: eq, Op.NE: ne}
AT = {
    Op.LT: "below {}",
    Op.LTE: "at {} or less",
    Op.GT: "above {}",
    Op.GTE: "at {} or more",
    Op.EQ: "at {}",
    Op.NE: "at anything but {}",
}


class LeafResult(BaseModel):
    """One comparison as people read it: "No-shows in 7 days: 3 times, the rule asks for 2 or more"."""

    model_config = ConfigDict(frozen=True)

    field: str
    value: Value | None  # None: unknown
    op: Op
    threshold: Value
    unit: str
    result: bool | None  # None: unknown
    says: str
    staff_only: bool
    source: str


class PlainEngine:
    """The reference as a matcher: same answers as the C engine, in Python."""

    name = "python"

    def __init__(self, conditions: Mapping[ConditionKey, Condition]) -> None:
        self._conditions = dict(conditions)

    def matches(self, sheet: Sheet) -> frozenset[ConditionKey]:
        """The conditions that hold for one clean sheet."""
        return frozenset(key for key, condition in self._conditions.items() if truth(condition, sheet))

    def close(self) -> None:
        """Nothing to give back."""


def truth(condition: Condition, sheet: Sheet) -> bool | None:
    """True, False, or None when the answer hangs on a fact that is not known."""
    if isinstance(condition, Leaf):
        return leaf_truth(condition, sheet)
    deciding = not isinstance(condition, All)  # one true decides an `any`, one false an `all`
    unknown = False
    for part in condition.parts:
        answer = truth(part, sheet)
        if answer is deciding:
            return deciding
        unknown = unknown or answer is None
    return None if unknown else not deciding


def is_in(segment: Segment, sheet: Sheet) -> bool:
    """Whether a tutor of these facts belongs to a segment; what is not known puts nobody into one."""
    return truth(segment.when, sheet) is True


def leaf_truth(leaf: Leaf, sheet: Sheet) -> bool | None:
    """One comparison; a fact that is not on the sheet makes it unknown, whatever the operator."""
    value = sheet.get(leaf.field)
    return None if value is None else bool(COMPARISONS[leaf.op](value, leaf.value))


def explain(
    condition: Condition, sheet: Sheet, fields: Fields, *, verb: str = "the rule fires"
) -> tuple[LeafResult, ...]:
    """Every comparison of a condition with what it saw and what came of it."""
    return tuple(_explained(leaf, sheet, fields, verb=verb) for leaf in leaves(condition))


def _explained(leaf: Leaf, sheet: Sheet, fields: Fields, *, verb: str) -> LeafResult:
    field = fields[leaf.field]
    value = sheet.get(leaf.field)
    seen = "not known" if value is None else spoken(value, field.unit)
    asked = AT[leaf.op].format(spoken(leaf.value, field.unit))
    return LeafResult(
        field=leaf.field,
        value=value,
        op=leaf.op,
        threshold=leaf.value,
        unit=field.unit,
        result=leaf_truth(leaf, sheet),
        says=f"{field.says}: {seen}; {verb} {asked}.",
        staff_only=field.audience == "staff",
        source=field.source,
    )


def spoken(value: Value, unit: str) -> str:
    """A value with its unit as it is read aloud: yes, 2 times, 62.5 %."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{value.replace('_', ' ')}”"
    short = isinstance(value, float) and abs(value) < 10**DIGITS
    number = f"{value:.{DIGITS}g}" if short else str(value)
    unit = {"percent": "%"}.get(unit, unit)
    return f"{number} {unit.removesuffix('s') if value == 1 else unit}".strip()
