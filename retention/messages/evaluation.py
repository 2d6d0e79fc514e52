"""What the evaluation's steps say to each other: ids and counts, never rows."""

from pydantic import AwareDatetime, BaseModel

from retention.clock import Clock
from retention.vocabulary import Cadence


class EvaluationInput(BaseModel):
    """Input of the Evaluation workflow."""

    clock: Clock
    # carried through continue-as-new:
    report: "EvaluationReport | None" = None
    draining: AwareDatetime | None = None  # the period's end as of which marks are being worked off


class AsOf(BaseModel):
    """Asks for something as of a business instant."""

    as_of: AwareDatetime


class Batch(BaseModel):
    """A claim on dirty tutors; `tutors` is 0 when none is left."""

    batch_id: str
    tutors: int
    as_of: AwareDatetime


class Step(BaseModel):
    """One step's order: this batch, as of this business instant."""

    batch_id: str
    as_of: AwareDatetime


class Period(BaseModel):
    """One cadence period that has ended and is not yet worked off: [start, end)."""

    cadence: Cadence
    start: AwareDatetime
    end: AwareDatetime


class Marked(BaseModel):
    """What a look at the watermarks marked; none left to mark when `periods` is empty.

    The workflow drains the marks as of `as_of` before it asks again, so that days that an outage
    left undone are judged one after the other, each at its own end.
    """

    periods: list[Period] = []
    tutors: int = 0
    as_of: AwareDatetime
    unfinished: bool = False  # no new period, but marks of an earlier one are left: a worker ended in between


class StepReport(BaseModel):
    """What a step did, for the Temporal UI."""

    tutors: int = 0
    days_rerolled: int = 0
    scores_changed: int = 0
    fired: int = 0
    suppressed: int = 0
    resolved: int = 0


class EvaluationReport(BaseModel):
    """What one run of the evaluation did."""

    batches: int = 0
    tutors: int = 0
    fired: int = 0
    suppressed: int = 0
    periods: int = 0
