"""Every programme by its name, and every form by its key.

A programme is a word in `Programme`, a file of that name here, and a line in `PROGRAMMES`; one that no
workflow carries yet is a word and a line in `PLANNED`.
"""

from datetime import datetime
from typing import Any

from retention.errors import NotFound
from retention.messages.forms import TaskForm
from retention.programmes import (
    alert_check,
    alert_letters,
    coaching,
    coaching_tip,
    escalation_review,
    first_session_review,
)
from retention.programmes.entry import LetterEntry, ProgrammeEntry, ProgrammeTraits, TaskEntry
from retention.programmes.planned import PLANNED
from retention.vocabulary import Letter, Programme, TaskKind

PROGRAMMES: dict[Programme, ProgrammeEntry] = {
    Programme.FIRST_SESSION_REVIEW: first_session_review.ENTRY,
    Programme.ALERT_CHECK: alert_check.ENTRY,
    Programme.COACHING: coaching.ENTRY,
    Programme.COACHING_TIP: coaching_tip.ENTRY,
    Programme.ESCALATION_REVIEW: escalation_review.ENTRY,
}
TRAITS: dict[Programme, ProgrammeTraits] = {**PROGRAMMES, **PLANNED}  # of every word in `Programme`
TASKS: dict[TaskKind, TaskEntry] = {
    kind: task for programme in PROGRAMMES.values() for kind, task in programme.tasks.items()
}
LETTERS: dict[Letter, LetterEntry] = {
    letter: entry for programme in PROGRAMMES.values() for letter, entry in programme.letters.items()
} | alert_letters.LETTERS
FORMS: dict[str, type[TaskForm]] = {kind.value: task.form for kind, task in TASKS.items()}


def form_for(form_key: str) -> type[TaskForm]:
    """The model behind a form key. Raises NotFound for a key that nobody defined."""
    try:
        return FORMS[form_key]
    except KeyError:
        raise NotFound(f"There is no form called {form_key}.") from None


def filled_in(form_key: str, *, outcome: str, form: dict[str, Any], at: datetime | None = None) -> TaskForm:
    """The answers as the form's model, sent at a business instant if that is known.

    Raises NotFound, or ValidationError naming what is missing.
    """
    return form_for(form_key).model_validate({**form, "outcome": outcome}, context={"at": at})
