"""A discrete-time logistic regression over the same rows as the trees: half of the model, and a baseline."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from sklearn.linear_model import LogisticRegression

from ml.features import NAMES, Matrix
from ml.horizons import INTERVALS, expit
from ml.person_periods import PersonPeriods
from retention.measures.cube import Floats

STRENGTH = 0.05  # of the penalty's inverse, on standardised columns
MOST_STEPS = 400
WIDEST = 5.0  # standard deviations; one wild value shall not decide alone
FREELY = 3  # the intervals' columns count so much: their intercepts are hardly penalised
COLUMNS = 2 * len(NAMES) + INTERVALS  # values, whether each is unknown, and one for each interval


@dataclass(frozen=True)
class LogisticHazard:
    """Coefficients on standardised features, one intercept for each interval."""

    middle: Floats
    spread: Floats
    weights: Floats
    usual: Floats  # what the columns were in the mean of the rows learnt from; shares count from there
    shift: float = 0.0

    def odds(self, matrix: Matrix) -> Floats:
        """(rows, features) -> (rows, intervals), the log odds."""
        own = _columns(matrix, self.middle, self.spread) @ self.weights[:-INTERVALS]
        return own[:, None] + FREELY * self.weights[-INTERVALS:][None, :] + self.shift

    def hazards(self, matrix: Matrix) -> Floats:
        """(rows, features) -> (rows, intervals)."""
        return expit(self.odds(matrix))

    def row_odds(self, rows: PersonPeriods) -> Floats:
        """The log odds of each stacked row."""
        return self.odds(rows.snapshots.matrix)[rows.snapshot, rows.interval]

    def row_hazards(self, rows: PersonPeriods) -> Floats:
        """The hazard of each stacked row."""
        return expit(self.row_odds(rows))

    def contributions(self, matrix: Matrix, weight: Floats) -> Floats:
        """(rows, features, interval and base): what each adds to the log odds, features against their mean.

        `weight` (rows, intervals): a mean of the intervals, in which a tutor's share is the same. The mean of
        the rows learnt from is the base; all add up to the log odds.
        """
        own, times = self.weights[:-INTERVALS], FREELY * self.weights[-INTERVALS:]
        moved = (_columns(matrix, self.middle, self.spread) - self.usual) * own
        shares = moved[:, : len(NAMES)] + moved[:, len(NAMES) :]
        base = np.full(len(matrix), self.usual @ own + times.mean() + self.shift)
        return np.column_stack([shares, weight @ (times - times.mean()), base])

    def told(self) -> dict[str, Any]:
        """The model as JSON."""
        told = {"middle": self.middle, "spread": self.spread, "weights": self.weights, "usual": self.usual}
        return {name: value.tolist() for name, value in told.items()}

    @classmethod
    def of(cls, told: dict[str, Any], *, shift: float = 0.0) -> Self:
        """The model behind its JSON. Raises KeyError or ValueError for what is none."""
        found = {name: np.asarray(told[name], dtype=np.float64) for name in FIELDS}
        if found["weights"].shape != (COLUMNS,) or found["usual"].shape != (COLUMNS - INTERVALS,):
            message = "These are other columns than this release's."
            raise ValueError(message)
        return cls(**found, shift=shift)


FIELDS = ("middle", "spread", "weights", "usual")


def fitted(rows: PersonPeriods) -> LogisticHazard:
    """Learn from stacked rows."""
    middle, spread = _middle_and_spread(rows)
    design = np.empty((len(rows.gone), COLUMNS))  # by far the largest there is: written once, in its place
    for place, column in enumerate(_columns(rows.snapshots.matrix, middle, spread).T):
        design[:, place] = column[rows.snapshot]
    design[:, -INTERVALS:] = np.eye(INTERVALS)[rows.interval] * FREELY
    model = LogisticRegression(C=STRENGTH, max_iter=MOST_STEPS, fit_intercept=False)
    model.fit(design, rows.gone, sample_weight=rows.weight)
    return LogisticHazard(
        middle=middle,
        spread=spread,
        weights=model.coef_[0],
        usual=rows.weight @ design[:, :-INTERVALS] / rows.weight.sum(),
    )


def _middle_and_spread(rows: PersonPeriods) -> tuple[Floats, Floats]:
    """Median and standard deviation of each feature over the stacked rows; a column never known is level."""
    middle, spread = np.zeros(len(NAMES)), np.ones(len(NAMES))
    for place, column in enumerate(rows.snapshots.matrix.T):
        values = column[rows.snapshot].astype(np.float64)
        known = values[~np.isnan(values)]
        if len(known):
            middle[place], spread[place] = np.median(known), known.std() or 1.0
    return middle, spread


def _columns(matrix: Matrix, middle: Floats, spread: Floats) -> Floats:
    """Standardised features, and whether each is unknown."""
    values = matrix.astype(np.float64)
    unknown = np.isnan(values)
    scaled = np.clip((np.where(unknown, middle, values) - middle) / spread, -WIDEST, WIDEST)
    columns: Floats = np.concatenate([scaled, unknown], axis=1)
    return columns
