"""The form by which a person asks the rules to leave a tutor alone for some days."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from retention.policy import MAX_SNOOZE
from retention.programmes.registry import PROGRAMMES
from retention.vocabulary import Programme
from web.viewer import Viewer

Words = Annotated[str, StringConstraints(strip_whitespace=True)]
EVERYTHING = "everything_new"
Snoozed = StrEnum(  # type: ignore[misc] # made from the programmes that are carried
    "Snoozed",
    {EVERYTHING.upper(): EVERYTHING} | {programme.name: programme.value for programme in PROGRAMMES},
)


class SnoozeTutorForm(BaseModel):
    """Puts one programme, or everything that the rules would begin, aside up to and including a day."""

    what: Snoozed = Field(title="What is to be put aside?")
    until_day: date = Field(title="Until the end of")
    because: Words = Field(
        title="Why for now?",
        description="Your colleagues see this, the tutor does not. What is open already goes on.",
        min_length=3,
        max_length=300,
    )

    @property
    def programme(self) -> Programme | None:
        """What is put aside; None: everything."""
        return None if self.what == EVERYTHING else Programme(self.what)


def until(form: SnoozeTutorForm, viewer: Viewer) -> datetime:
    """The instant at which it ends: when its last day is over on the viewer's wall clock."""
    return datetime.combine(form.until_day + timedelta(days=1), time(0), tzinfo=viewer.zone)


def mistakes(form: SnoozeTutorForm, viewer: Viewer) -> dict[str, str]:
    """What is wrong that the model cannot tell: a day by the clock."""
    today = viewer.clock.now().astimezone(viewer.zone).date()
    if form.until_day < today:
        return {"until_day": "Please give today or a later day."}
    if form.until_day - today >= MAX_SNOOZE:
        longest = f"Please give a day within the next {MAX_SNOOZE.days} days."
        return {"until_day": f"{longest} A manager can spare the tutor a programme for longer."}
    return {}
