"""What is said about effects: which tutor is looked at when, by what, and what was found.

The subject of a review is a case, or a tutor who was left without one: `holdout/<decision id>`.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from retention.clock import Clock
from retention.vocabulary import EffectVerdict, Programme

CHURN_SCORE = "churn_score"  # what a programme answers to unless it has a metric of its own


class StartEffectReview(BaseModel):
    """Input of the workflow `EffectReview`."""

    subject: str  # case id, or holdout/<decision id>; one review a subject, ever
    programme: Programme
    tutor_number: int
    metric: str = CHURN_SCORE  # a field of the fact sheet
    since: AwareDatetime  # the value before is as it was known at this business instant
    anchor: AwareDatetime  # the days are counted from this one: the exposure, or the close
    days: Annotated[tuple[int, ...], Field(min_length=1)]
    clock: Clock


class MeasureEffect(BaseModel):
    """Asks what has become of a tutor between two instants, by what was known at each."""

    subject: str
    programme: Programme
    tutor_number: int
    metric: str
    day: int  # after the anchor
    since: AwareDatetime
    as_of: AwareDatetime  # business instant at which it was due
    at: AwareDatetime  # business instant of the look; later than `as_of` after an outage
    keep: bool = True  # False: the asker alone wants to know
    asked_before: int | None = None  # how often it was too early; None: who asks will not ask again


class Beside(BaseModel):
    """Another metric of the same two instants, for the reader; it decides nothing."""

    metric: str
    before: float | None
    after: float | None


class TooEarly(BaseModel):
    """The evaluation has not come to the day that is asked about."""

    again_after: timedelta  # real time until it is worth asking again
    at_most: timedelta  # business time from the first question, until it is waited for no longer
    # Real time from the first question for which it is waited for anyway; an hour held before this was told.
    at_least: timedelta = timedelta(hours=1)


class EffectFigure(BaseModel):
    """What was found; an unknown value is None, and then the verdict is not_measurable or churned."""

    subject: str
    day: int
    metric: str
    due_at: AwareDatetime
    measured_at: AwareDatetime
    before: float | None
    after: float | None
    cases: int | None = None  # that the value after rests on, since the first instant; None: not counted
    verdict: EffectVerdict
    reason: str = ""  # why it is not measurable
    beside: list[Beside] = []
    too_early: TooEarly | None = None  # then nothing else is said yet


class EffectReport(BaseModel):
    """Result of the workflow `EffectReview`."""

    subject: str
    verdicts: dict[int, EffectVerdict]  # by day
