"""What is said of a model: figures with their intervals, what they rest on, and what they do not show."""

from datetime import date
from typing import Literal

from pydantic import BaseModel

# unclear: missed, but its interval reaches the bound; not_judged: no judged day is old enough to tell yet.
Verdict = Literal["met", "unclear", "unmet", "unknown", "not_judged"]


class Reading(BaseModel):
    """One figure of one slice of tutors; None: cannot be known yet. The interval is over drawn tutors."""

    slice: str
    metric: str
    days: int  # the horizon
    value: float | None
    low: float | None = None
    high: float | None = None


class Condition(BaseModel):
    """One thing that has to hold before a challenger replaces the champion."""

    name: str
    says: str
    value: float | None
    bound: str
    verdict: Verdict

    @property
    def stands_in_the_way(self) -> bool:
        return self.verdict in {"unmet", "unknown"}


class CalibrationPoint(BaseModel):
    """A tenth of the judged rows: what was foretold for them and how many left."""

    expected: float
    observed: float
    rows: int


class FeatureWeight(BaseModel):
    """How much a feature moves the forecasts, as a share of all, and how well it ranks alone."""

    name: str
    words: str
    share: float
    share_before: float | None = None  # in the champion's card
    alone: float | None = None  # AUC at the card's month horizon, in the better direction


class SliceSize(BaseModel):
    """How much there is to judge by."""

    slice: str
    tutors: int
    rows: int
    left: int  # rows whose tutor left within the horizon of `CardContent.judged_days`


class Provenance(BaseModel):
    """How much of a training set comes from real or from synthetic tutors, and what a row of it counts."""

    origin: str  # real, synthetic
    tutors: int
    rows: int
    events: int  # tutors whose leaving was seen
    weight: float


class Part(BaseModel):
    """Days of one part of the split, both ends included."""

    name: str
    first: date
    last: date


class CardContent(BaseModel):
    """A model card: the one content of its page and its Markdown."""

    kind: str
    algorithm: str
    data_from: date
    data_to: date
    learnt_until: date | None = None  # the last day that has taught it anything; older cards do not say
    rows: int
    tutors: int
    events: int
    parts: list[Part]
    provenance: list[Provenance] = []  # cards of before this was kept have none
    params: dict[str, int | float]
    slope: float
    shift: float
    judged_days: int  # the longest horizon, of at most 30 days, that the judged days have outlived
    sizes: list[SliceSize]
    readings: list[Reading]
    calibration: list[CalibrationPoint]
    baseline: list[Reading] = []  # of a plainer model on the same rows, where there is one
    weights: list[FeatureWeight] = []
    gates: list[Condition] = []
    chance_better: float | None = None  # than the champion, on the same rows; None: there was none
    champion_id: int | None = None
    slice_drops: dict[str, float] = {}  # AUC of the champion minus this one's
    champion_misjudges: bool = False  # what the champion expects lies outside its interval
    anchors: list[tuple[float, float]] = []  # 30-day probability -> score, of a churn model
    anchors_version: str = ""
    digest: str = ""  # SHA-256 of the artefact
