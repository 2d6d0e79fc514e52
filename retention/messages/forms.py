"""What a person fills in to complete a task: one model for the page, the API and the workflow's check.

A form is found by its key. `outcome` is how the task ends; the rest is kept with it for the record.
"""

from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from retention.errors import NotFound
from retention.vocabulary import FollowUpWish, Outcome

FORM_VERSION = 1
SHORTEST_NOTE = 20  # characters; "ok" or "done" explains nothing to the next reader
LONGEST_NOTE = 2_000

Words = Annotated[str, StringConstraints(strip_whitespace=True)]


def _ends(allowed: tuple[Outcome, ...]) -> Any:
    """The field `outcome` with the answers that this kind of task can end with."""
    return Field(title="What came of it?", json_schema_extra={"only": [outcome.value for outcome in allowed]})


def _note(title: str, *, hint: str) -> Any:
    return Field(title=title, description=hint, min_length=SHORTEST_NOTE, max_length=LONGEST_NOTE)


class TaskForm(BaseModel):
    """What every form asks; `ENDS` are the outcomes that it offers."""

    model_config = ConfigDict(extra="forbid")
    ENDS: ClassVar[tuple[Outcome, ...]] = ()

    outcome: Outcome

    @field_validator("outcome")
    @classmethod
    def _offered(cls, outcome: Outcome) -> Outcome:
        if outcome not in cls.ENDS:
            raise ValueError("This kind of task does not end that way. Please choose one of the answers.")
        return outcome


class FirstSessionReviewForm(TaskForm):
    """Closes the review of a first session that went badly (rule R1)."""

    ENDS = (Outcome.CONTACTED_STUDENT, Outcome.COACHED_TUTOR, Outcome.NO_ACTION_NEEDED)

    outcome: Outcome = _ends(ENDS)
    notes: Words = _note(
        "What did you find, and what did you do?",
        hint="Two or three sentences for whoever looks at this tutor next.",
    )
    follow_up: FollowUpWish = Field(
        title="And the tutor's next first session?",
        description="Mainstay can look for it for 30 days and note how it went.",
    )


class InactivityCheckForm(TaskForm):
    """Closes the check on a tutor who has stopped teaching."""

    ENDS = (
        Outcome.TUTOR_CONTACTED,
        Outcome.TUTOR_UNREACHABLE,
        Outcome.EXPLAINED_ABSENCE,
        Outcome.TUTOR_LEFT,
    )

    outcome: Outcome = _ends(ENDS)
    notes: Words = _note("What did you learn?", hint="How you reached out, and what the tutor said.")
    expected_back: date | None = Field(
        default=None,
        title="When does the tutor expect to teach again?",
        description="Only if the tutor said so.",
    )


class NoShowCheckForm(TaskForm):
    """Closes the check on a tutor who missed sessions."""

    ENDS = (
        Outcome.TUTOR_CONTACTED,
        Outcome.TUTOR_UNREACHABLE,
        Outcome.EXPLAINED_ABSENCE,
        Outcome.NO_ACTION_NEEDED,
    )

    outcome: Outcome = _ends(ENDS)
    notes: Words = _note("What did you learn?", hint="Why the sessions were missed, and what was agreed.")


FORMS: dict[str, type[TaskForm]] = {
    "first_session_review": FirstSessionReviewForm,
    "inactivity_check": InactivityCheckForm,
    "no_show_check": NoShowCheckForm,
}


def form_for(form_key: str) -> type[TaskForm]:
    """The model behind a form key. Raises NotFound for a key that nobody defined."""
    try:
        return FORMS[form_key]
    except KeyError:
        raise NotFound(f"There is no form called {form_key}.") from None


def filled_in(form_key: str, *, outcome: str, form: dict[str, Any]) -> TaskForm:
    """The answers as the form's model. Raises NotFound, or ValidationError naming what is missing."""
    return form_for(form_key).model_validate({**form, "outcome": outcome})
