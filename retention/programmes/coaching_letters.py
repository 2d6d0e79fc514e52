"""The letters of coaching: what each is told, and an example of each."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field

from retention import policy
from retention.messages.letter_contents import Content, Line
from retention.messages.letters import Choice, Invitation, Question
from retention.programmes.entry import LetterEntry
from retention.vocabulary import Letter, OwnerGroup

AT = datetime(2026, 3, 26, 14, 0, tzinfo=UTC)  # of the examples; the clocks of Europe change three days later
COACH = "7"
MINUTES = int(policy.COACHING_CALL.total_seconds() // 60)


class CoachingTimes(Content):
    """Choose one of these times for a call; the times are the question's choices."""

    asks = True

    minutes: int = Field(gt=0)
    coach: str | None = None  # number of the manager's account, whose name the letter says


class CoachingTimesReminder(CoachingTimes):
    """The same question again."""


class CoachingScheduled(Content):
    """The call has a time. A higher `sequence` of the invitation says that it has moved."""

    invites = True
    may_ask = True  # "this time no longer suits me"

    starts_at: AwareDatetime
    minutes: int = Field(gt=0)
    coach: str | None = None


class CoachingActions(Content):
    """What was agreed in the call; the tutor confirms it."""

    asks = True

    actions: Annotated[list[Line], Field(min_length=1, max_length=5)]
    coach: str | None = None


class CoachingCalledOff(Content):
    """The call does not take place."""

    may_invite = True  # its cancellation, when an invitation was sent
    twice_is_harmless = False  # a late second one could call off a call that was agreed anew

    starts_at: AwareDatetime | None = None  # the time that had been agreed
    moved: bool = False  # other times will be offered
    coach: str | None = None


class RuleDeclined(Content):
    """To colleagues: what a rule proposes was declined several times in a row, so look at the rule."""

    rule_id: Line
    declines: int = Field(gt=0)
    reasons: list[Line] = Field(default_factory=list)


TIMES = Question(
    step="times_1",
    asks="Which of these times suits you?",
    choices=[
        Choice(key="slot_1", words="Friday", at=AT + timedelta(hours=20)),
        Choice(key="slot_2", words="Monday", at=AT + timedelta(days=4)),
        Choice(key="slot_3", words="Monday", at=AT + timedelta(days=4, hours=3)),
        Choice(key="none_suits", words="None of them suits me"),
    ],
    closes_at=AT + timedelta(days=5),
)
CONFIRM = Question(
    step="actions_1",
    asks="Is this how you remember it?",
    choices=[Choice(key="confirmed", words="Yes"), Choice(key="different", words="Not quite")],
    remark=True,
    closes_at=AT + timedelta(days=14),
)
INVITATION = Invitation(
    uid="coaching/10023/4/call",
    starts_at=AT + timedelta(days=4),
    minutes=MINUTES,
    summary="Our call about your tutoring",
)
ACTIONS = [
    "Begin each session with two minutes on what the student wants from it.",
    "Open your calendar for two evenings a week until Easter.",
]
LETTERS = {
    Letter.COACHING_TIMES: LetterEntry(
        name="Times for a call", example=CoachingTimes(minutes=MINUTES, coach=COACH), question=TIMES
    ),
    Letter.COACHING_TIMES_REMINDER: LetterEntry(
        name="Times for a call, once more",
        example=CoachingTimesReminder(minutes=MINUTES, coach=COACH),
        question=TIMES,
    ),
    Letter.COACHING_SCHEDULED: LetterEntry(
        name="The call has a time",
        example=CoachingScheduled(starts_at=INVITATION.starts_at, minutes=MINUTES, coach=COACH),
        question=CONFIRM,
        invitation=INVITATION,
    ),
    Letter.COACHING_ACTIONS: LetterEntry(
        name="What was agreed", example=CoachingActions(actions=ACTIONS, coach=COACH), question=CONFIRM
    ),
    Letter.COACHING_CALLED_OFF: LetterEntry(
        name="The call is called off", example=CoachingCalledOff(starts_at=INVITATION.starts_at, coach=COACH)
    ),
    Letter.RULE_DECLINED: LetterEntry(
        name="A rule's proposals are declined",
        example=RuleDeclined(
            rule_id="H1.coaching",
            declines=3,
            reasons=["Known and settled last week", "On leave from Monday"],
        ),
        group=OwnerGroup.PEOPLE_OPS,
    ),
}
