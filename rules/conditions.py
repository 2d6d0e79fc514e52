"""Conditions as rules and segments state them: comparisons, and all or any of several."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from rules.fields import Value


class Op(StrEnum):
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    EQ = "eq"
    NE = "ne"


class Part(StrEnum):
    """Which of a rule's conditions."""

    WHEN = "when"
    RESOLVE = "resolve_when"


@dataclass(frozen=True)
class Leaf:
    """One comparison of a fact with a fixed value."""

    field: str
    op: Op
    value: Value


@dataclass(frozen=True)
class All:
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True)
class Any:
    parts: "tuple[Condition, ...]"


Condition: TypeAlias = Leaf | All | Any
ConditionKey: TypeAlias = tuple[str, Part]  # rule id and which of its conditions


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every comparison in a condition, in the order it was written."""
    if isinstance(condition, Leaf):
        yield condition
        return
    for part in condition.parts:
        yield from leaves(part)
