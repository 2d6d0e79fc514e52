"""What each letter is told: the keys of `LetterWish.about`, one model a letter, and nothing else.

Whoever writes a story fills in the model and sends `about()`; a wish that lacks something or brings what
its letter does not know is refused before anything is composed.
"""

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from retention.errors import Refusal
from retention.messages.letters import LetterWish
from retention.vocabulary import Letter

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,80}$")]


class Content(BaseModel):
    """What one kind of letter needs to be told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    asks: ClassVar[bool] = False  # it has a question, and so an answer link
    may_ask: ClassVar[bool] = False
    invites: ClassVar[bool] = False  # a calendar entry travels with it
    may_invite: ClassVar[bool] = False
    # Whether one copy too many does no harm. Else, when nobody can say whether it went out, it is not sent
    # again: a person looks (docs/decisions/0013).
    twice_is_harmless: ClassVar[bool] = True

    def about(self) -> dict[str, str | int | float | list[str] | None]:
        """This content as a wish carries it."""
        return self.model_dump(mode="json")


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
    coach: str | None = None


class CoachingTip(Content):
    """One guide that may help with the next sessions."""

    tip: Slug  # of the guide (retention/guides) whose title and summary the letter says


class RuleDeclined(Content):
    """To colleagues: what a rule proposes was declined several times in a row, so look at the rule."""

    rule_id: Line
    declines: int = Field(gt=0)
    reasons: list[Line] = []


CONTENTS: dict[Letter, type[Content]] = {
    Letter.COACHING_TIMES: CoachingTimes,
    Letter.COACHING_TIMES_REMINDER: CoachingTimesReminder,
    Letter.COACHING_SCHEDULED: CoachingScheduled,
    Letter.COACHING_ACTIONS: CoachingActions,
    Letter.COACHING_CALLED_OFF: CoachingCalledOff,
    Letter.COACHING_TIP: CoachingTip,
    Letter.RULE_DECLINED: RuleDeclined,
}


def content_of(wish: LetterWish) -> Content:
    """What a wish tells its letter. Raises Refusal when it does not fit the letter."""
    kind = CONTENTS[wish.letter]
    faults = _of_the_wish(wish, kind)
    try:
        content = kind.model_validate(wish.about)
    except ValidationError as wrong:
        faults += [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors()]
        content = None
    if faults or content is None:
        raise Refusal(
            f"The wish for the letter {wish.letter} does not fit it: {'; '.join(faults)}.",
            instead=f"It is told: {', '.join(kind.model_fields)} (retention/messages/letter_contents.py).",
        )
    return content


def _of_the_wish(wish: LetterWish, kind: type[Content]) -> list[str]:
    given = [wish.tutor_number, wish.account, wish.group]
    faults = {
        "it has not exactly one reader": sum(one is not None for one in given) != 1,
        "it lacks its question": kind.asks and wish.question is None,
        "it asks nothing, so it takes no question": wish.question is not None
        and not (kind.asks or kind.may_ask),
        "it lacks its invitation": kind.invites and wish.invitation is None,
        "it takes no invitation": wish.invitation is not None and not (kind.invites or kind.may_invite),
    }
    return [fault for fault, found in faults.items() if found]
