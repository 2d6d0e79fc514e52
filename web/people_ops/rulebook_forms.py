"""The forms by which people decide about a version of the rulebook. Their fields stand on one page."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

Words = Annotated[str, StringConstraints(strip_whitespace=True)]
FOR_GOOD = "It is kept for good."


class PublishForm(BaseModel):
    """Puts a draft in force."""

    why: Words = Field(title="Why?", description=FOR_GOOD, min_length=3, max_length=300)
    despite: bool = Field(
        title="Publish it although another version was published meanwhile, and take that one's changes back",
        default=False,
    )


class RollBackForm(BaseModel):
    """Puts an earlier version in force again."""

    back_why: Words = Field(title="Why?", description=FOR_GOOD, min_length=3, max_length=300)


class ApproveForm(BaseModel):
    """Agrees to a colleague's draft."""

    word: Words = Field(title="In a few words", default="", max_length=300)


class WatchForm(BaseModel):
    """Watches a draft, or watches it no more: nothing is asked."""


class DiscardForm(BaseModel):
    """Decides against a draft."""

    discard_why: Words = Field(title="Why?", description=FOR_GOOD, min_length=3, max_length=300)
