"""What a coaching tip asks before it is sent, and what it leaves where no letter reaches the tutor."""

from pydantic import AwareDatetime, BaseModel

from retention.vocabulary import Programme


class TipQuestion(BaseModel):
    """Asks whether and when a tutor may be sent a tip."""

    programme: Programme
    tutor_number: int
    as_of: AwareDatetime
    case_id: str = ""
    rule_id: str = ""  # whose guide it is


class TipStanding(BaseModel):
    """The answer, as of that instant."""

    opens_at: AwareDatetime  # the next instant at which the tutor may be written to
    on_leave: bool = False
    left: bool = False
    had_lately: str = ""  # the same guide has reached the tutor not long ago: since when, in people-ops words
    veto: str = ""  # a manager wants no tips for this tutor: the reason, in people-ops words


class PortalNote(BaseModel):
    """A tip for the platform to show to the tutor, since no letter gets there."""

    case_id: str
    tutor_number: int
    tip: str  # slug of the guide
    letter_key: str  # of the letter that did not arrive; its link opens the guide
    reason: str
    at: AwareDatetime
