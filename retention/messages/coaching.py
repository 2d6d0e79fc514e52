"""What a coaching case has written down beside its own story: agreed actions, and declined offers."""

from pydantic import AwareDatetime, BaseModel


class AgreedAction(BaseModel):
    """One thing that tutor or manager will do."""

    words: str
    confirmed_at: AwareDatetime | None = None  # by the tutor
    done_at: AwareDatetime | None = None  # None: still open, also for the next call


class AgreedActions(BaseModel):
    """What was agreed in a call, as it stands; told whole each time."""

    case_id: str
    tutor_number: int
    agreed_at: AwareDatetime
    actions: list[AgreedAction]


class OfferDeclined(BaseModel):
    """Asks how often in a row a manager has now declined what a rule proposes."""

    rule_id: str
    account: str  # account number as text


class Declines(BaseModel):
    """The declines since the manager last took such an offer on."""

    count: int
    since_case: str  # the first of them; names the streak
    reasons: list[str]
