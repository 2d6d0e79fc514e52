"""How likely a booked first session is rated below 3: a logistic regression, kept as JSON.

Failures are not weighted up (ML guide 8): that would lift the mean chance far above what is seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError
from sklearn.linear_model import LogisticRegression

from ml import artefact as artefacts
from ml.artefact import ArtefactBroken
from ml.first_session_features import KINDS, UNTOLD, Rows, feature_schema
from ml.horizons import expit
from retention.measures.cube import Bools, Floats

SCALED = ("tenure", "rating", "engagement", "history")  # columns in standard deviations of what was learnt
MAY_BE_UNKNOWN = ("rating", "engagement")
PRIOR_SESSIONS = 10.0  # first sessions of the usual kind that stand beside a tutor's own; ours
FEWEST_OF_KIND = 30  # learnt rows of a subject, weekday ... before it has a coefficient of its own
WIDEST = 5.0  # standard deviations; one wild value shall not decide alone
STRENGTH = 0.1  # of the penalty's inverse, unless a search has found another
MOST_STEPS = 1_000


class Content(BaseModel):
    """Everything that a model is, as stored."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    features: str  # the schema's digest
    usual: float  # share of the learnt sessions that were rated below 3; of the real ones, if there are any
    prior: float  # towards which a tutor's own share is drawn: that of everything learnt
    flag_from: float  # chance from which a session is flagged
    middle: dict[str, float]  # of SCALED
    spread: dict[str, float]
    kinds: dict[str, list[str]]  # what has a coefficient of its own
    columns: list[str]
    weights: list[float]
    means: list[float]  # of the learnt columns
    intercept: float


@dataclass(frozen=True)
class FirstSessionModel:
    """A fitted model."""

    content: Content

    def chances(self, rows: Rows) -> Floats:
        """(rows,) how likely each is rated below 3; the same whatever is asked beside it."""
        return expit(self.content.intercept + (self._design(rows) * self._weights).sum(axis=1))

    def shares(self, rows: Rows) -> dict[str, Floats]:
        """Group -> (rows,) what it adds to the log odds, against the mean of what was learnt."""
        parts = (self._design(rows) - np.array(self.content.means)) * self._weights
        groups = np.array([group_of(name) for name in self.content.columns])
        return {str(group): parts[:, groups == group].sum(axis=1) for group in dict.fromkeys(groups.tolist())}

    def flagging_from(self, chance: float) -> "FirstSessionModel":
        """The same model with another chance from which it flags."""
        return replace(self, content=self.content.model_copy(update={"flag_from": chance}))

    def shifted(self, shift: float, *, usual: float) -> "FirstSessionModel":
        """The same ranking at other log odds, where another share is usual."""
        told = {"intercept": self.content.intercept + shift, "usual": usual}
        return replace(self, content=self.content.model_copy(update=told))

    def artefact(self) -> bytes:
        """The model as stored: JSON."""
        return self.content.model_dump_json().encode()

    @classmethod
    def stored(cls, artefact: bytes, *, digest: str) -> Self:
        """The model behind stored bytes; `digest` is their SHA-256. Raises ArtefactBroken."""
        try:
            content = Content.model_validate_json(artefacts.whole(artefact, digest=digest))
        except ValidationError as wrong:
            raise ArtefactBroken("The stored model cannot be read.") from wrong
        if content.features != feature_schema():
            raise ArtefactBroken("The stored model knows other features than this release.")
        if not len(content.columns) == len(content.weights) == len(content.means):
            raise ArtefactBroken("The stored model is not whole.")
        return cls(content)

    @property
    def _weights(self) -> Floats:
        return np.array(self.content.weights)

    def _design(self, rows: Rows) -> Floats:
        told = self.content
        columns = _columns(rows, told.prior, kinds=told.kinds)
        return _scaled(columns, told.middle, told.spread)


def fitted(
    rows: Rows, failed: Bools, *, strength: float = STRENGTH, weights: Floats | None = None
) -> FirstSessionModel:
    """Learn from rows whose outcome is known, counted by their weights; both outcomes must be among them."""
    counts = np.ones(len(rows)) if weights is None else weights
    usual, kinds = float(np.average(failed, weights=counts)), _kinds(rows)
    columns = _columns(rows, usual, kinds=kinds)
    middle = {name: float(_known(columns[name]).mean()) for name in SCALED}
    spread = {name: float(_known(columns[name]).std()) or 1.0 for name in SCALED}
    design = _scaled(columns, middle, spread)
    found = LogisticRegression(C=strength, max_iter=MOST_STEPS).fit(design, failed, sample_weight=counts)
    content = Content(
        features=feature_schema(),
        usual=usual,
        prior=usual,
        flag_from=1.0,  # nothing, until somebody has judged it
        middle=middle,
        spread=spread,
        kinds=kinds,
        columns=list(columns),
        weights=found.coef_[0].tolist(),
        means=np.average(design, axis=0, weights=counts).tolist(),
        intercept=float(found.intercept_[0]),
    )
    return FirstSessionModel(content)


def history_share(rows: Rows, prior: float) -> Floats:
    """The share of a tutor's first sessions that went badly, drawn towards the usual one while few are known.

    The mean of a Beta distribution whose prior is the usual share.
    """
    failed, rated = rows.number("first_failed_180d"), rows.number("first_rated_180d")
    smoothed: Floats = (failed + PRIOR_SESSIONS * prior) / (rated + PRIOR_SESSIONS)
    return smoothed


def group_of(column: str) -> str:
    """The part of a forecast in which a column is explained."""
    if column.startswith(KINDS):
        return column.partition("=")[0]
    return "tenure" if column == "is_new_tutor" else column.removesuffix("_unknown")


def _columns(rows: Rows, prior: float, *, kinds: Mapping[str, list[str]]) -> dict[str, Floats]:
    """The columns of the design by name, not scaled yet."""
    columns = {
        "tenure": np.log1p(np.maximum(rows.number("tenure_days"), 0)),
        "rating": rows.number("avg_rating_30d"),
        "engagement": rows.number("engagement_score_7d"),
        "history": history_share(rows, prior),
        "is_new_tutor": rows.number("is_new_tutor"),
    }
    columns |= {f"{name}_unknown": np.isnan(columns[name]).astype(np.float64) for name in MAY_BE_UNKNOWN}
    return columns | {
        f"{name}={value}": (rows.kinds[name] == value).astype(np.float64)
        for name, values in kinds.items()
        for value in values
    }


def _scaled(
    columns: Mapping[str, Floats], middle: Mapping[str, float], spread: Mapping[str, float]
) -> Floats:
    """(rows, columns); what is unknown counts as the middle, its own column says that it is."""
    whole = [
        np.nan_to_num(np.clip((values - middle[name]) / spread[name], -WIDEST, WIDEST), nan=0.0)
        if name in middle
        else values
        for name, values in columns.items()
    ]
    return np.ascontiguousarray(np.stack(whole, axis=-1))


def _kinds(rows: Rows) -> dict[str, list[str]]:
    """What was seen often enough to be told apart."""
    found = {}
    for name in KINDS:
        values, many = np.unique(rows.kinds[name], return_counts=True)
        often = values[(many >= FEWEST_OF_KIND) & (values != UNTOLD)]
        found[name] = [str(value) for value in often]
    return found


def _known(values: Floats) -> Floats:
    """What is known; a single nought when nothing is."""
    some: Floats = values[~np.isnan(values)]
    return some if len(some) else np.zeros(1)
