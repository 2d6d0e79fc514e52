"""The form by which a manager spares a tutor a programme for a while."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import BaseModel, Field, JsonValue, StringConstraints

from retention.programmes.registry import PROGRAMMES
from retention.vocabulary import Programme
from web.viewer import Viewer

LONGEST = timedelta(days=366)  # a veto is looked at again once a year
# A check or review asks what is wrong, and is not for anybody to be spared.
ONLY: list[JsonValue] = [
    str(programme) for programme, entry in PROGRAMMES.items() if not entry.task_from_rule
]
Words = Annotated[str, StringConstraints(strip_whitespace=True)]


class VetoForm(BaseModel):
    """Spares a tutor one programme up to and including a day."""

    programme: Programme = Field(title="What is the tutor to be spared?", json_schema_extra={"only": ONLY})
    last_day: date = Field(title="Up to and including")
    reason: Words = Field(
        title="Why?",
        description="Your colleagues see this, the tutor does not.",
        min_length=3,
        max_length=300,
    )


def until(form: VetoForm, viewer: Viewer) -> datetime:
    """The instant at which the veto ends: when its last day is over on the viewer's wall clock."""
    return datetime.combine(form.last_day + timedelta(days=1), time(0), tzinfo=viewer.zone)


def mistakes(form: VetoForm, viewer: Viewer) -> dict[str, str]:
    """What is wrong that the model cannot tell: a programme that is not offered, a day by the clock."""
    if str(form.programme) not in ONLY:
        return {"programme": "Please choose one of the answers."}
    today = viewer.clock.now().astimezone(viewer.zone).date()
    if form.last_day < today:
        return {"last_day": "Please give today or a later day."}
    if form.last_day - today > LONGEST:
        return {"last_day": f"Please give a day within the next {LONGEST.days} days."}
    return {}
