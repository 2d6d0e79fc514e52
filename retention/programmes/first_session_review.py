"""A first session went badly (rule R1): a person looks into it."""

from datetime import timedelta

from pydantic import BaseModel, Field

from retention import policy
from retention.messages.cases import StartCase
from retention.messages.forms import TaskForm, Words, ends, note
from retention.programmes.entry import ProgrammeEntry, TaskEntry
from retention.vocabulary import FollowUpWish, Outcome, TaskKind


class ReviewTerms(BaseModel):
    """The limits that a case began with; a later change of policy leaves it alone."""

    watch_for: timedelta = policy.FOLLOW_UP_WINDOW
    look_every: timedelta = policy.FOLLOW_UP_LOOK


class StartReview(StartCase):
    """Input of the workflow."""

    terms: ReviewTerms = ReviewTerms()


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
    start=StartReview,
    task_from_rule=True,
    tasks={
        TaskKind.FIRST_SESSION_REVIEW: TaskEntry(
            name="First-session review",
            title="Review a poor first session",
            form=FirstSessionReviewForm,
            afterwards=(
                f"Mainstay looks for the tutor's next first session for {policy.FOLLOW_UP_WINDOW.days} days, "
                "if you ask it to."
            ),
        )
    },
)
