"""What a rule found has lasted although something was begun: a person of another group looks at it."""

from retention.messages.forms import TaskForm, Words, ends, note
from retention.programmes.entry import ProgrammeEntry, TaskEntry
from retention.vocabulary import Outcome, TaskKind

POLICY = "escalation_review"  # its deadlines, in retention.policy.TASK_POLICIES


class EscalationReviewForm(TaskForm):
    """Closes the review of what has lasted."""

    ENDS = (
        Outcome.TUTOR_CONTACTED,
        Outcome.TUTOR_UNREACHABLE,
        Outcome.EXPLAINED_ABSENCE,
        Outcome.NO_ACTION_NEEDED,
    )

    outcome: Outcome = ends(ENDS)
    notes: Words = note(
        "What did you decide?", hint="Why it has not got better by itself, and what happens now."
    )


ENTRY = ProgrammeEntry(
    workflow="EscalationReview",
    name="Escalation review",
    tasks={
        TaskKind.ESCALATION_REVIEW: TaskEntry(
            name="Escalation review",
            title="Look into what has not got better",
            form=EscalationReviewForm,
            afterwards="The case closes with your decision.",
        )
    },
)
