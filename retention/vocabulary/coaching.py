"""The words of coaching cases."""

from enum import StrEnum


class CoachingStep(StrEnum):
    """How far a coaching case is (programmes guide 4.2)."""

    RECOMMENDED = "recommended"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMES_OFFERED = "times_offered"
    SCHEDULED = "scheduled"
    RESCHEDULED = "rescheduled"
    TUTOR_NO_SHOW = "tutor_no_show"
    HELD = "held"
    NOTES_DONE = "notes_done"
    ACTIONS_OPEN = "actions_open"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"


class TipStep(StrEnum):
    """How far a coaching tip is (programmes guide 4.7)."""

    CANDIDATE = "candidate"
    WAITING_FOR_BUDGET = "waiting_for_budget"
    ON_LEAVE = "on_leave"
    SENT = "sent"
    ACTED = "acted"
    MEASURED = "measured"
