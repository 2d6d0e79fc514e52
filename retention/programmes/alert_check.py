"""Something about a tutor's reliability or activity needs a person to look at it now."""

from datetime import date

from pydantic import Field

from retention.messages.forms import TaskForm, Words, ends, note
from retention.programmes.entry import ProgrammeEntry, TaskEntry
from retention.vocabulary import Outcome, TaskKind

CLOSES = "The case closes with your answer. Should this settle and happen again, a new case opens."


class InactivityCheckForm(TaskForm):
    """Closes the check on a tutor who has stopped teaching."""

    ENDS = (
        Outcome.TUTOR_CONTACTED,
        Outcome.TUTOR_UNREACHABLE,
        Outcome.EXPLAINED_ABSENCE,
        Outcome.TUTOR_LEFT,
    )

    outcome: Outcome = ends(ENDS)
    notes: Words = note("What did you learn?", hint="How you reached out, and what the tutor said.")
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

    outcome: Outcome = ends(ENDS)
    notes: Words = note("What did you learn?", hint="Why the sessions were missed, and what was agreed.")


ENTRY = ProgrammeEntry(
    workflow="AlertCheck",
    name="Alert check",
    task_from_rule=True,
    tasks={
        TaskKind.INACTIVITY_CHECK: TaskEntry(
            name="Inactivity check",
            title="Find out why a tutor has stopped teaching",
            form=InactivityCheckForm,
            afterwards=CLOSES,
        ),
        TaskKind.NO_SHOW_CHECK: TaskEntry(
            name="No-show check",
            title="Find out why a tutor missed sessions",
            form=NoShowCheckForm,
            afterwards=CLOSES,
        ),
    },
)
