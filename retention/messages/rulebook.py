"""What is said when a version of the rulebook is tried: numbers and words, never rules or facts."""

from pydantic import AwareDatetime, BaseModel, Field


class TryVersion(BaseModel):
    """Input of the workflow `RulebookTryout`, and of each of its steps."""

    version: int
    against: int  # the version that it is compared with
    request_id: str  # a later wish for the same version leaves this one behind
    as_of: AwareDatetime  # end of the past that is judged again
    days: int = Field(default=90, ge=1, le=400)  # of that past


class TryoutReport(BaseModel):
    """Whether a step came to its end, and what is to be said of it."""

    passed: bool
    words: str = ""


class FailedTryout(BaseModel):
    """A try that came to no end, and why."""

    wish: TryVersion
    words: str
