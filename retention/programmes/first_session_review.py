"""A first session went badly (rule R1): a person looks into it."""

from pydantic import Field

from retention.messages.forms import TaskForm, Words, ends, note
from retention.policy import FOLLOW_UP_WINDOW
from retention.programmes.entry import ProgrammeEntry, TaskEntry
from retention.vocabulary import FollowUpWish, Outcome, TaskKind


class FirstSessionReviewForm(TaskForm):
    """Closes the review of a first session that went badly (rule R1)."""

    ENDS = (Outcome.CONTACTED_STUDENT, Outcome.COACHED_TUTOR, Outcome.NO_ACTION_NEEDED)

    outcome: Outcome = ends(ENDS)
    notes: Words = note(
        "What did you find, and what did you do?",
        hint="Two or three sentences for whoever looks at this tutor next.",
    )
    follow_up: FollowUpWish = Field(
        title="And the tutor's next first session?",
        description="Mainstay can look for it for 30 days and note how it went.",
    )


ENTRY = ProgrammeEntry(
    workflow="FirstSessionReview",
    name="First-session review",
    task_from_rule=True,
    tasks={
        TaskKind.FIRST_SESSION_REVIEW: TaskEntry(
            name="First-session review",
            title="Review a poor first session",
            form=FirstSessionReviewForm,
            afterwards=(
                f"Mainstay looks for the tutor's next first session for {FOLLOW_UP_WINDOW.days} days, "
                "if you ask it to."
            ),
        )
    },
)
