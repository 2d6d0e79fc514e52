"""Conditions and lengths of time as people read them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from rules.conditions import All, Any, Condition, Leaf, Op, leaves
from rules.fields import Fields
from rules.reference import spoken

COMPARED = {
    Op.LT: "below",
    Op.LTE: "at most",
    Op.GT: "above",
    Op.GTE: "at least",
    Op.EQ: "is",
    Op.NE: "is not",
}


@dataclass(frozen=True)
class Outline:
    """A line of a condition, and the lines below it."""

    words: str
    parts: tuple["Outline", ...] = ()


def in_words(condition: Condition, fields: Fields) -> str:
    """A condition as a sentence: "Rating of this session below 3 stars"."""
    whole = _whole(condition, fields)
    if whole is not None:
        return whole
    joined = " and " if isinstance(condition, All) else " or "
    return joined.join(_whole(part, fields) or f"({in_words(part, fields)})" for part in _parts(condition))


def in_lines(condition: Condition, fields: Fields) -> Iterator[str]:
    """A condition as a nested list of Markdown, for conditions that are too long for one line."""
    yield from _lines(outline(condition, fields), depth=0)


def _lines(told: Outline, *, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}- {told.words}{':' if told.parts else ''}"
    for part in told.parts:
        yield from _lines(part, depth=depth + 1)


def outline(condition: Condition, fields: Fields) -> Outline:
    """A condition as a tree: comparisons in words, and how many of the parts below are asked for."""
    whole = _whole(condition, fields)
    if whole is not None:
        return Outline(whole)
    return Outline(kind(condition), tuple(outline(part, fields) for part in _parts(condition)))


def kind(condition: Condition) -> str:
    """How many of a condition's parts are asked for."""
    return "all of these" if isinstance(condition, All) else "any of these"


def is_short(condition: Condition) -> bool:
    """Whether a condition is read at a glance: at most three comparisons without nesting."""
    parts = _parts(condition)
    return len(parts) <= 3 and all(isinstance(part, Leaf) or _chosen(part) for part in parts)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return (condition,) if isinstance(condition, Leaf) or _chosen(condition) else condition.parts


def _whole(condition: Condition, fields: Fields) -> str | None:
    """The words of one comparison, or of one field that is asked for one of several values."""
    if isinstance(condition, Leaf):
        field = fields[condition.field]
        return f"{field.says} {COMPARED[condition.op]} {spoken(condition.value, field.unit)}"
    chosen = _chosen(condition)
    if chosen is None:
        return None
    values = [spoken(leaf.value, fields[chosen].unit) for leaf in leaves(condition)]
    return f"{fields[chosen].says} is {' or '.join(values)}"


def _chosen(condition: Condition) -> str | None:
    """The field of an `in`: alternatives that ask one field for one of several values."""
    if not isinstance(condition, Any):
        return None
    named = {leaf.field for leaf in leaves(condition)}
    plain = all(isinstance(part, Leaf) and part.op is Op.EQ for part in condition.parts)
    return named.pop() if plain and len(named) == 1 else None


def spoken_length(length: timedelta) -> str:
    """7 days, 48 hours, 30 minutes."""
    minutes = round(length.total_seconds() / 60)
    if minutes % 1440 == 0:
        return spoken(minutes // 1440, "days")
    return spoken(minutes // 60, "hours") if minutes % 60 == 0 else spoken(minutes, "minutes")


def plain(word: str) -> str:
    """A fixed word as it is read: no_show_check, no show check."""
    return word.replace("_", " ")
