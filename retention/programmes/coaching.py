"""Manager-assigned coaching (PRD 4.1 H1): a 30-minute call, actions agreed, looked at again."""

from datetime import timedelta

from pydantic import BaseModel

from retention import policy
from retention.messages.cases import StartCase
from retention.programmes.entry import ProgrammeEntry


class CoachingTerms(BaseModel):
    """The limits that a case began with; a later change of policy leaves it alone."""

    schedule_within: timedelta = policy.COACHING_SCHEDULE_WITHIN
    hold_within: timedelta = policy.COACHING_HOLD_WITHIN
    remind_tutor_after: timedelta = policy.COACHING_REMIND_TUTOR_AFTER
    phone_after: timedelta = policy.COACHING_PHONE_AFTER
    decide_after: timedelta = policy.COACHING_DECIDE_AFTER
    call: timedelta = policy.COACHING_CALL
    most_moves: int = policy.COACHING_MOST_MOVES
    most_no_shows: int = policy.COACHING_MOST_NO_SHOWS
    follow_up_after: timedelta = policy.COACHING_FOLLOW_UP_AFTER


class StartCoaching(StartCase):
    """Input of the workflow."""

    terms: CoachingTerms = CoachingTerms()


ENTRY = ProgrammeEntry(workflow="Coaching", name="Coaching", start=StartCoaching, rest=policy.COACHING_REST)
