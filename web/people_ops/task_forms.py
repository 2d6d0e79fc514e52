"""The small forms beside a task's own: put aside, comment, give to somebody."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from web.viewer import Viewer

Words = Annotated[str, StringConstraints(strip_whitespace=True)]
MORNING = time(9)


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
