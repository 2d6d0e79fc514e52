"""Manager-assigned coaching (PRD 4.1 H1): a 30-minute call, actions agreed, looked at again."""

from datetime import timedelta

from pydantic import BaseModel

from retention import policy
from retention.messages.cases import StartCase
from retention.programmes.coaching_forms import (
    CoachingCallForm,
    CoachingDecisionForm,
    CoachingFollowUpForm,
    CoachingOfferForm,
    CoachingPhoneForm,
    CoachingTimesForm,
)
from retention.programmes.coaching_letters import LETTERS
from retention.programmes.entry import ProgrammeEntry, TaskEntry
from retention.vocabulary import TaskKind

TAKEN_UP_BY_PEOPLE_OPS = "H1.critical"  # the rule that hands an open case's lead over (programmes guide 4.2)


class CoachingTerms(BaseModel):
    """The limits that a case began with; a later change of policy leaves it alone."""

    schedule_within: timedelta = policy.COACHING_SCHEDULE_WITHIN
    hold_within: timedelta = policy.COACHING_HOLD_WITHIN
    remind_tutor_after: timedelta = policy.COACHING_REMIND_TUTOR_AFTER
    phone_after: timedelta = policy.COACHING_PHONE_AFTER
    decide_after: timedelta = policy.COACHING_DECIDE_AFTER
    call: timedelta = policy.COACHING_CALL
    write_down_within: timedelta = policy.COACHING_WRITE_DOWN_WITHIN
    most_moves: int = policy.COACHING_MOST_MOVES
    most_no_shows: int = policy.COACHING_MOST_NO_SHOWS
    follow_up_after: timedelta = policy.COACHING_FOLLOW_UP_AFTER
    answer_within: timedelta = policy.ANSWER_LINK_LIFE
    declines_in_a_row: int = policy.COACHING_DECLINES_IN_A_ROW


class StartCoaching(StartCase):
    """Input of the workflow."""

    terms: CoachingTerms = CoachingTerms()


TASKS = {
    TaskKind.COACHING_OFFER: TaskEntry(
        name="Coaching offer",
        title="Offer a tutor a coaching call",
        form=CoachingOfferForm,
        afterwards="The tutor gets your times by mail and chooses one; you then get the call as a task.",
    ),
    TaskKind.COACHING_TIMES: TaskEntry(
        name="Coaching: new times",
        title="Offer new times for a coaching call",
        form=CoachingTimesForm,
        afterwards="The tutor gets the new times by mail and chooses one.",
    ),
    TaskKind.COACHING_PHONE: TaskEntry(
        name="Coaching: call to arrange",
        title="Call a tutor to arrange coaching",
        form=CoachingPhoneForm,
        afterwards=(
            "With a time, the tutor gets a confirmation and you get the call as a task. "
            "Should the tutor answer by mail first, this task goes by itself."
        ),
    ),
    TaskKind.COACHING_DECISION: TaskEntry(
        name="Coaching: decision",
        title="Decide about coaching that has not come about",
        form=CoachingDecisionForm,
        afterwards="The case closes with your decision.",
    ),
    TaskKind.COACHING_CALL: TaskEntry(
        name="Coaching call",
        title="Hold a coaching call and write it down",
        form=CoachingCallForm,
        afterwards=(
            "The tutor is asked to confirm what was agreed. "
            f"{policy.COACHING_FOLLOW_UP_AFTER.days} days after the call you are asked what became of it."
        ),
    ),
    TaskKind.COACHING_FOLLOW_UP: TaskEntry(
        name="Coaching follow-up",
        title="See what became of a coaching call",
        form=CoachingFollowUpForm,
        afterwards="The case closes with what the tutor's figures show; what is not done stays on record.",
    ),
}
ENTRY = ProgrammeEntry(
    workflow="Coaching",
    name="Coaching",
    start=StartCoaching,
    may_wait=True,
    rest=policy.COACHING_REST,
    tasks=TASKS,
    letters=LETTERS,
)
