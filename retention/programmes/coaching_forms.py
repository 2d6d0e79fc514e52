"""The forms of a coaching case: what a manager is asked at each of its steps.

What is asked depends on how the task ends: `asked_when` names those ends, for the page and for the check
here. Times are judged against the instant at which the form is sent, where that is known (`sent_at`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from retention import policy
from retention.messages.forms import LONGEST_NOTE, SHORTEST_NOTE, TaskForm, Words, ends, sent_at
from retention.vocabulary import CoachingAnswer as Answer

MOST_TIMES = 3  # a choice, and not a questionnaire
MOST_ACTIONS = 2  # programmes guide 4.2: what is more is not done


def _ahead(time: datetime, info: ValidationInfo) -> datetime:
    """A time for a call lies ahead, and not so far ahead that it must be a slip of the pen."""
    at = sent_at(info)
    if at is not None and time <= at:
        raise ValueError("This time has passed. Please give one that is still ahead.")
    if at is not None and time > at + policy.COACHING_TIMES_AHEAD:
        days = policy.COACHING_TIMES_AHEAD.days
        raise ValueError(f"This is more than {days} days ahead. Please give an earlier time.")
    return time


Needed = Mapping[str, Sequence[Answer]]
CallTime = Annotated[AwareDatetime, AfterValidator(_ahead)]
Action = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=200)]


def _asked(when: Sequence[Answer], *, each: str = "") -> dict[str, Any]:
    return {"asked_when": [str(end) for end in when]} | ({"each": each} if each else {})


def _why(title: str, *, hint: str, when: Sequence[Answer]) -> Any:
    return Field(
        default=None,
        validate_default=True,
        title=title,
        description=hint,
        min_length=SHORTEST_NOTE,
        max_length=LONGEST_NOTE,
        json_schema_extra=_asked(when),
    )


def _list(title: str, *, hint: str, when: Sequence[Answer], each: str, most: int) -> Any:
    return Field(
        default=[],
        validate_default=True,
        title=title,
        description=hint,
        max_length=most,
        json_schema_extra=_asked(when, each=each),
    )


def _times(title: str, *, when: Answer) -> Any:
    hint = "One to three. The tutor gets them by mail and chooses one."
    return _list(title, hint=hint, when=[when], each="Time", most=MOST_TIMES)


class CoachingForm(TaskForm):
    """What the forms of this programme share: answers that only some of the ends need."""

    NEEDED: ClassVar[Needed] = {}  # field -> the ends that cannot do without it

    outcome: Answer

    @field_validator("*", mode="after")
    @classmethod
    def _wanted(cls, value: Any, info: ValidationInfo) -> Any:
        """What an end needs is there; what it does not ask for is let go."""
        name, end = info.field_name or "", info.data.get("outcome")
        if name == "outcome" or end is None:
            return value
        if end in cls.NEEDED.get(name, ()) and value in (None, [], ""):
            raise ValueError("Please answer this.")
        field = cls.model_fields[name]
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        asked: Any = extra.get("asked_when", [end])
        return value if end in asked else field.get_default()


class OffersTimes(CoachingForm):
    """A form in which times can be offered."""

    @field_validator("times", check_fields=False)
    @classmethod
    def _apart(cls, times: list[datetime]) -> list[datetime]:
        if len(set(times)) < len(times):
            raise ValueError("You offer the same time twice. Please give another one, or leave it empty.")
        return sorted(times)


class CoachingOfferForm(OffersTimes):
    """Takes the coaching on and offers times, or declines it."""

    ENDS = (Answer.ACCEPTED, Answer.DECLINED, Answer.NOT_NEEDED)
    NEEDED: ClassVar[Needed] = {"times": [Answer.ACCEPTED], "reason": [Answer.DECLINED]}

    outcome: Answer = ends(ENDS)
    times: list[CallTime] = _times("When can you call?", when=Answer.ACCEPTED)
    reason: Words | None = _why(
        "Why not?",
        hint="Needed when you decline. People Ops look at the rule when it happens again and again.",
        when=[Answer.DECLINED, Answer.NOT_NEEDED],
    )


class CoachingTimesForm(OffersTimes):
    """Offers new times, or gives the call up."""

    ENDS = (Answer.TIMES_OFFERED, Answer.CLOSED)
    NEEDED: ClassVar[Needed] = {"times": [Answer.TIMES_OFFERED], "reason": [Answer.CLOSED]}

    outcome: Answer = ends(ENDS)
    times: list[CallTime] = _times("Which other times suit you?", when=Answer.TIMES_OFFERED)
    reason: Words | None = _why("Why do you close it?", hint="For whoever is next.", when=[Answer.CLOSED])


class CoachingPhoneForm(CoachingForm):
    """What came of calling a tutor who does not answer letters."""

    ENDS = (Answer.TIME_AGREED, Answer.TUTOR_DECLINED, Answer.UNREACHABLE)
    NEEDED: ClassVar[Needed] = {"agreed_at": [Answer.TIME_AGREED], "reason": [Answer.TUTOR_DECLINED]}

    outcome: Answer = ends(ENDS)
    agreed_at: CallTime | None = Field(
        default=None,
        validate_default=True,
        title="When is the coaching call?",
        description="The tutor gets a confirmation with an entry for the calendar.",
        json_schema_extra=_asked([Answer.TIME_AGREED]),
    )
    reason: Words | None = _why(
        "What happened?",
        hint="Needed when the tutor wants no call: what did they say?",
        when=[Answer.TUTOR_DECLINED, Answer.UNREACHABLE],
    )


class CoachingDecisionForm(CoachingForm):
    """No call has come about: what now?"""

    ENDS = (Answer.CLOSED, Answer.RETENTION_INTERVIEW)
    NEEDED: ClassVar[Needed] = {"reason": ENDS}

    outcome: Answer = ends(ENDS)
    reason: Words | None = _why("Why?", hint="For whoever looks at this tutor next.", when=ENDS)


class CoachingCallForm(OffersTimes):
    """What was said and agreed in the call, or why it was not held."""

    ENDS = (Answer.HELD, Answer.TUTOR_NO_SHOW, Answer.RESCHEDULED)
    NEEDED: ClassVar[Needed] = {
        "went_well": [Answer.HELD],
        "barrier": [Answer.HELD],
        "actions": [Answer.HELD],
        "reason": [Answer.RESCHEDULED],
        "times": [Answer.RESCHEDULED],
    }

    outcome: Answer = ends(ENDS)
    went_well: Words | None = _why(
        "What goes well?", hint="In the tutor's teaching, as you both see it.", when=[Answer.HELD]
    )
    barrier: Words | None = _why(
        "What stands in the way?", hint="The main thing, in two or three sentences.", when=[Answer.HELD]
    )
    actions: list[Action] = _list(
        "What was agreed?",
        hint="One or two things to do. The tutor is asked by mail to confirm them.",
        when=[Answer.HELD],
        each="Action",
        most=MOST_ACTIONS,
    )
    reason: Words | None = _why(
        "Why was it not held?",
        hint="Needed when the call is moved.",
        when=[Answer.RESCHEDULED, Answer.TUTOR_NO_SHOW],
    )
    times: list[CallTime] = _times("Which other times suit you?", when=Answer.RESCHEDULED)


class CoachingFollowUpForm(CoachingForm):
    """Two weeks later: what became of what was agreed."""

    ENDS = (Answer.LOOKED_AT,)
    NEEDED: ClassVar[Needed] = {"remark": ENDS}

    outcome: Answer = ends(ENDS)
    action_1_done: bool = Field(default=False, title="The first agreed action is done")
    action_2_done: bool = Field(
        default=False,
        title="The second agreed action is done",
        description="What is not done stays on record for the next call.",
    )
    remark: Words | None = _why("What do you see?", hint="What changed, and what is still open.", when=ENDS)
