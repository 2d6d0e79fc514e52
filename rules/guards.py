"""What holds a firing back for the tutor's own sake: leave, having left, a case already open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from retention.vocabulary import CaseState
from rules.book import DuringLeave, Rule
from rules.fields import Sheet
from rules.situation import OpenCase


class Reason(StrEnum):
    """Why a decision came out as it did; `condition` is the rule itself."""

    CONDITION = "condition"
    COOLDOWN = "cooldown"
    LEAVE = "leave"
    CHURNED = "churned"
    ALREADY_OPEN = "already_open"
    ANOTHER_CASE = "another_case"
    FOLDED = "folded"


@dataclass(frozen=True)
class HeldBack:
    """Why a firing does not happen. `into`: the open case it belongs to; `final`: it is not tried again."""

    reason: Reason
    sentence: str
    into: str | None = None
    final: bool = False


def resting(until: datetime) -> HeldBack:
    """The rule's cool-down."""
    return HeldBack(
        Reason.COOLDOWN, f"Held back: the rule fired lately and rests until {until:%-d %B %Y, %H:%M} UTC."
    )


def guard(rule: Rule, sheet: Sheet, *, waiting: Iterable[OpenCase]) -> HeldBack | None:
    """Why this tutor should be left alone, or None. `waiting`: the cases that wait for a person."""
    if sheet.get("churned") is True:
        return HeldBack(Reason.CHURNED, "Held back: the tutor is already counted as churned.")
    if sheet.get("on_leave") is True and rule.during_leave is DuringLeave.WAIT:
        return HeldBack(Reason.LEAVE, "Held back: the tutor is on leave.")
    for case in waiting:
        if case.programme in rule.unless_open:
            name = case.programme.replace("_", " ")
            return HeldBack(
                Reason.ALREADY_OPEN, f"Held back: a case of the kind “{name}” is open.", case.case_id
            )
    return None


def waiting_for_a_person(cases: Iterable[OpenCase]) -> list[OpenCase]:
    """Cases somebody has to act on; one that only follows up leaves the tutor free for another."""
    return [case for case in cases if case.state is CaseState.OPEN]
