"""What is asked of whoever ends an alert, or says whether it was useful."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, JsonValue, StringConstraints

from retention.vocabulary import AlertEnd

Words = Annotated[str, StringConstraints(strip_whitespace=True)]
ENDS: list[JsonValue] = [str(AlertEnd.DEALT_WITH), str(AlertEnd.NOTHING_TO_DO), str(AlertEnd.FALSE_ALARM)]
HINTS: dict[str, JsonValue] = {
    AlertEnd.DEALT_WITH: "Somebody has done something about it.",
    AlertEnd.NOTHING_TO_DO: "It is so, and nothing has to be done.",
    AlertEnd.FALSE_ALARM: "It is not so, or of no use to know. This counts for the rule.",
}


class Useful(StrEnum):
    """Whether an alert was worth reading."""

    YES = "yes"
    NO = "no"


class ResolveForm(BaseModel):
    """Ends an alert."""

    ended: AlertEnd = Field(title="How did it end?", json_schema_extra={"only": ENDS, "hints": HINTS})
    note: Words = Field(default="", title="In a few words", max_length=300)


class RateForm(BaseModel):
    """Says whether an alert was useful."""

    useful: Useful = Field(title="Was this useful?")
    why: Words = Field(default="", title="Why?", max_length=300)


def mistakes(form: ResolveForm) -> dict[str, str]:
    """What is wrong that the model cannot tell: an end that only comes by itself."""
    return {} if str(form.ended) in ENDS else {"ended": "Please choose one of the answers."}
