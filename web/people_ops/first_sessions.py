"""A tutor's first sessions ahead: how likely each goes badly, what goes with it, and what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from retention.policy import FIRST_SESSION_AHEAD, FIRST_SESSION_MODEL_OLDEST
from retention.records.tutor_story import TutorStory
from retention.vocabulary import Fallback
from web.components.words import plain

HOURS = int(FIRST_SESSION_AHEAD.total_seconds() // 3_600)
GUIDE = "/people-ops/guides#first-session-excellence"
WHY_NOT = {
    Fallback.NO_CHAMPION: "No model has been promoted for first sessions yet",
    Fallback.CHAMPION_OLD: f"The model knows nothing of the last {FIRST_SESSION_MODEL_OLDEST.days} days",
    Fallback.MODEL_BROKEN: "The stored model cannot be used",
    Fallback.FACTS_STALE: "Nothing has been heard of anybody's sessions for a day",
}
NOT_LOOKED = "Nobody has looked at the first sessions ahead yet"
NOT_YET = "Not foretold yet: it was booked after the last look, or the tutor began today."
OTHER_MODEL = "The newest model is damaged; the one before it speaks."
UNKNOWN = {"rating": "too few ratings in 30 days to say"}
ADVICE = {  # by the group that weighs most; ours
    "tenure": "Offer a word with somebody experienced before it; the first weeks are the hardest.",
    "rating": "Look together at what students have said lately, and choose one thing to do otherwise.",
    "engagement": "Ask how things are, and whether the session is prepared; a short reminder may do.",
    "history": "Go through how the last first sessions went, and send the guide for a first session.",
    "time_of_day": "Ask whether another hour would suit tutor and student better.",
    "weekday": "Ask whether another day would suit tutor and student better.",
    "subject": "Offer material for the subject, and an aim small enough for one session.",
    "student_age": "Talk over how to begin with a student of this age.",
}
MOST_ADVICE = 2


@dataclass(frozen=True)
class AheadRow:
    """One booked first session as the page tells of it."""

    start: datetime
    subject: str
    chance: str  # "36 %"; empty: nothing is foretold
    compared: str  # with what is usual
    flagged: bool
    reasons: tuple[str, ...]
    advice: tuple[str, ...]


@dataclass(frozen=True)
class Ahead:
    """All of them, and why nothing is foretold, if so."""

    rows: list[AheadRow]
    looked_at: datetime | None
    why_not: str
    hours: int = HOURS
    not_yet: str = NOT_YET
    guide: str = GUIDE


def ahead(story: TutorStory) -> Ahead:
    """What is known of a tutor's first sessions of the next two days."""
    return Ahead(
        rows=[_row(one) for one in story.firsts_ahead],
        looked_at=story.firsts_looked_at,
        why_not=_why_not(story),
    )


def _why_not(story: TutorStory) -> str:
    if story.firsts_looked_at is None:
        return f"{NOT_LOOKED}."
    if story.firsts_version is not None:
        return OTHER_MODEL if story.firsts_reason else ""
    return f"{WHY_NOT[Fallback(story.firsts_reason or Fallback.NO_CHAMPION)]}, so nothing is foretold."


def _row(told: Mapping[str, Any]) -> AheadRow:
    known = told["chance"] is not None
    factors = told["factors"] or []
    return AheadRow(
        start=datetime.fromisoformat(told["scheduled_start"]),
        subject=told["subject"],
        chance=f"{100 * told['chance']:.0f} %" if known else "",
        compared=_compared(told["chance"], told["usual"]) if known else "",
        flagged=bool(told["flagged"]),
        reasons=tuple(_said(one) for one in factors),
        advice=_advice(factors) if told["flagged"] else (),
    )


def _compared(chance: float, usual: float) -> str:
    return f"{chance / usual:.1f} × usual, which is {100 * usual:.0f} %"


def _said(factor: Mapping[str, Any]) -> str:
    """ "First sessions rated below 3 in 180 days: 3 of 7"."""
    value, says = factor["value"], factor["says"]
    if value is None:
        return f"{says}: {UNKNOWN.get(factor['name'], 'not known')}"
    if isinstance(value, str):
        return f"{says}: {value}"
    if factor.get("of") is not None:
        return (
            f"{says}: {plain(value)} of {plain(factor['of'])} rated" if factor["of"] else f"{says}: none yet"
        )
    return f"{says}: {plain(value)} {factor['unit']}"


def _advice(factors: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(ADVICE[one["name"]] for one in factors if one["name"] in ADVICE)[:MOST_ADVICE]
