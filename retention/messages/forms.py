"""What a person fills in to complete a task: one model for the page, the API and the workflow's check.

Each programme's forms stand in its file in `retention/programmes`. `outcome` is how the task ends; the
rest is kept with it for the record.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

FORM_VERSION = 1
SHORTEST_NOTE = 20  # characters; "ok" or "done" explains nothing to the next reader
LONGEST_NOTE = 2_000

Words = Annotated[str, StringConstraints(strip_whitespace=True)]


def ends(allowed: Sequence[StrEnum]) -> Any:
    """The field `outcome` with the answers that this kind of task can end with."""
    return Field(title="What came of it?", json_schema_extra={"only": [str(outcome) for outcome in allowed]})


def note(title: str, *, hint: str) -> Any:
    """A field for a few sentences."""
    return Field(title=title, description=hint, min_length=SHORTEST_NOTE, max_length=LONGEST_NOTE)


def sent_at(info: ValidationInfo) -> datetime | None:
    """The business instant at which a form is sent; None where nobody has said (`context={"at": …}`)."""
    at = (info.context or {}).get("at")
    return at if isinstance(at, datetime) else None


class TaskForm(BaseModel):
    """What every form asks; `ENDS` are the outcomes that it offers."""

    model_config = ConfigDict(extra="forbid")
    ENDS: ClassVar[Sequence[StrEnum]] = ()

    outcome: StrEnum

    @field_validator("outcome")
    @classmethod
    def _offered(cls, outcome: StrEnum) -> StrEnum:
        if outcome not in cls.ENDS:
            raise ValueError("This kind of task does not end that way. Please choose one of the answers.")
        return outcome
