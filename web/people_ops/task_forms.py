"""The small forms beside a task's own: put aside, comment, another due date, give to somebody."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints, ValidationInfo

from retention.messages.forms import sent_at
from retention.policy import MAX_DUE_AHEAD
from web.viewer import Viewer

Words = Annotated[str, StringConstraints(strip_whitespace=True)]
MORNING = time(9)


def _ahead(due_at: datetime, info: ValidationInfo) -> datetime:
    """A due date lies ahead, and not so far ahead that it must be a slip of the pen."""
    at = sent_at(info)
    if at is not None and due_at <= at:
        raise ValueError("This time has passed. Please give one that is still ahead.")
    if at is not None and due_at > at + MAX_DUE_AHEAD:
        raise ValueError(f"This is more than {MAX_DUE_AHEAD.days} days ahead. Please give an earlier time.")
    return due_at


class Rest(StrEnum):
    """How long a task is put aside."""

    FOUR_HOURS = "four_hours"
    TOMORROW = "tomorrow"
    THREE_DAYS = "three_days"
    NEXT_MONDAY = "next_monday"
    TWO_WEEKS = "two_weeks"


class SnoozeForm(BaseModel):
    """Puts a task aside."""

    rest: Rest = Field(title="Until when?")
    reason: Words = Field(
        title="Why can it wait?", description="Your team sees this.", min_length=3, max_length=200
    )


class CommentForm(BaseModel):
    """Says something about a task."""

    text: Words = Field(title="Comment", min_length=1, max_length=2_000)


class DueDateForm(BaseModel):
    """Gives a task another due date. Its fields have names of their own: a page has several reasons."""

    due_at: Annotated[AwareDatetime, AfterValidator(_ahead)] = Field(
        title="Due at", description="It then stays, whatever becomes known of a leave."
    )
    due_reason: Words = Field(
        title="Why this date?", description="Your team sees this.", min_length=3, max_length=200
    )


class AssignForm(BaseModel):
    """Gives a task to somebody."""

    assignee: Words = Field(title="Give to", min_length=1, max_length=40)


def until(rest: Rest, viewer: Viewer) -> datetime:
    """The instant that a rest ends at, on the viewer's wall clock."""
    now = viewer.clock.now().astimezone(viewer.zone)
    if rest is Rest.FOUR_HOURS:
        return now + timedelta(hours=4)
    days = {
        Rest.TOMORROW: 1,
        Rest.THREE_DAYS: 3,
        Rest.NEXT_MONDAY: 7 - now.weekday(),
        Rest.TWO_WEEKS: 13,  # the longest that is allowed is fourteen days
    }[rest]
    return datetime.combine(now.date() + timedelta(days=days), MORNING, tzinfo=viewer.zone)
