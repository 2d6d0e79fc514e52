"""How far a condition is from holding: the alternative that lacks least, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from retention.policy import AMBER_MARGIN
from rules.compile import Conjunction, dnf
from rules.conditions import Condition, Leaf, Op
from rules.fields import Field, Fields, Sheet, Value
from rules.phrases import COMPARED
from rules.reference import leaf_truth, spoken

BEYOND = frozenset({Op.LT, Op.GT})  # the threshold itself is not enough
FARTHEST = 1.0  # of a comparison that is not one of numbers


@dataclass(frozen=True)
class Miss:
    """What the nearest alternative lacks. `near`: one comparison, and by no more than a tenth or by one."""

    lacks: tuple[Leaf, ...]
    says: str
    near: bool
    unknown: tuple[str, ...]  # fields that are not known, of this alternative


def nearest_miss(condition: Condition, sheet: Sheet, fields: Fields) -> Miss | None:
    """The alternative with the fewest and smallest gaps; None: the condition holds.

    Of alternatives with equally many gaps one that is known to lack little goes before one that is unknown.
    """
    gaps = [_lacks(group, sheet) for group in dnf(condition)]
    if not all(gaps):
        return None
    nearest = min(gaps, key=lambda lacks: (len(lacks), sum(_distance(leaf, sheet) for leaf in lacks)))
    unknown = tuple(dict.fromkeys(leaf.field for leaf in nearest if leaf.field not in sheet))
    return Miss(
        lacks=nearest,
        says="; ".join(_said(leaf, sheet, fields) for leaf in nearest),
        near=len(nearest) == 1 and not unknown and _is_near(nearest[0], sheet, fields),
        unknown=unknown,
    )


def not_known(condition: Condition, sheet: Sheet, fields: Fields) -> str:
    """The unknown facts that a condition hangs on which may hold or not, of the alternative with fewest."""
    may_hold = [
        _lacks(group, sheet)
        for group in dnf(condition)
        if all(leaf_truth(leaf, sheet) is not False for leaf in group)
    ]
    return "; ".join(_said(leaf, sheet, fields) for leaf in min(may_hold, key=len, default=()))


def to_go(leaf: Leaf, sheet: Sheet, fields: Fields) -> str:
    """How far a comparison of numbers is from holding: "2 times to go"; else nothing."""
    field, value = fields[leaf.field], sheet.get(leaf.field)
    if value is None or leaf_truth(leaf, sheet) or not _is_sized(leaf, field):
        return ""
    gap = abs(float(leaf.value) - float(value))
    more = "more than " if leaf.op in BEYOND else ""
    return f"{more}{spoken(_plain(gap), field.unit)} to go"


def _lacks(group: Conjunction, sheet: Sheet) -> tuple[Leaf, ...]:
    return tuple(leaf for leaf in group if leaf_truth(leaf, sheet) is not True)


def _distance(leaf: Leaf, sheet: Sheet) -> float:
    """The gap as a share of the threshold, 1 at most; unknown facts and words are as far as can be."""
    value = sheet.get(leaf.field)
    if value is None:
        return 2 * FARTHEST
    if not _numbers(leaf.value, value) or leaf.op in {Op.EQ, Op.NE}:
        return FARTHEST
    gap = abs(float(leaf.value) - float(value))
    return min(gap / max(abs(float(leaf.value)), 1.0), FARTHEST)


def _is_near(leaf: Leaf, sheet: Sheet, fields: Fields) -> bool:
    field, value = fields[leaf.field], sheet[leaf.field]
    if not _is_sized(leaf, field):
        return False
    gap = abs(float(leaf.value) - float(value))
    by_one = field.type == "int" and gap <= 1
    return by_one or round(gap - AMBER_MARGIN * abs(float(leaf.value)), 9) <= 0


def _is_sized(leaf: Leaf, field: Field) -> bool:
    return field.is_number and leaf.op not in {Op.EQ, Op.NE}


def _numbers(*values: Value) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _said(leaf: Leaf, sheet: Sheet, fields: Fields) -> str:
    """ "No-shows in 7 days: 1 time, at least 2 times asked; 1 time to go"."""
    return ", ".join(_parts(leaf, sheet, fields))


def _parts(leaf: Leaf, sheet: Sheet, fields: Fields) -> Iterator[str]:
    field, value = fields[leaf.field], sheet.get(leaf.field)
    seen = "not known" if value is None else spoken(value, field.unit)
    yield f"{field.says}: {seen}"
    yield f"asked: {COMPARED[leaf.op]} {spoken(leaf.value, field.unit)}"
    if gap := to_go(leaf, sheet, fields):
        yield gap


def _plain(gap: float) -> float | int:
    return int(gap) if gap == int(gap) else round(gap, 4)
