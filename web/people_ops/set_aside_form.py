"""The form by which a manager sets the prediction of a tutor aside for a while."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from web.viewer import Viewer

LONGEST = timedelta(days=90)  # the longest window of a prediction
Words = Annotated[str, StringConstraints(strip_whitespace=True)]


class SetAsideForm(BaseModel):
    """The churn score of a tutor shall not count up to and including a day."""

    last_day: date = Field(title="Up to and including")
    reason: Words = Field(
        title="What do you know that the score does not?",
        description="Your colleagues see this, the tutor does not.",
        min_length=3,
        max_length=300,
    )


def until(form: SetAsideForm, viewer: Viewer) -> datetime:
    """The instant at which it ends: when its last day is over on the viewer's wall clock."""
    return datetime.combine(form.last_day + timedelta(days=1), time(0), tzinfo=viewer.zone)


def mistakes(form: SetAsideForm, viewer: Viewer) -> dict[str, str]:
    """What is wrong that the model cannot tell: a day by the clock."""
    today = viewer.clock.now().astimezone(viewer.zone).date()
    if form.last_day < today:
        return {"last_day": "Please give today or a later day."}
    if form.last_day - today > LONGEST:
        return {"last_day": f"Please give a day within the next {LONGEST.days} days."}
    return {}
