"""The baseline that every churn model has to beat: a logistic regression over the same rows."""

import json
from dataclasses import dataclass
from typing import Self

import numpy as np
from sklearn.linear_model import LogisticRegression

from ml.features import Matrix
from ml.horizons import INTERVALS, expit
from ml.person_periods import PersonPeriods, rolled, unrolled
from retention.measures.cube import Floats

STRENGTH = 0.05  # of the penalty's inverse, on standardised columns
MOST_STEPS = 400
WIDEST = 5.0  # standard deviations; one wild value shall not decide alone


@dataclass(frozen=True)
class LogisticHazard:
    """Coefficients on standardised features, one intercept for each interval."""

    middle: Floats
    spread: Floats
    weights: Floats
    shift: float = 0.0

    def hazards(self, matrix: Matrix) -> Floats:
        """(rows, features) -> (rows, intervals)."""
        return rolled(self._hazards(unrolled(matrix)))

    def row_hazards(self, rows: PersonPeriods) -> Floats:
        """The hazard of each stacked row."""
        return self._hazards(rows.matrix())

    def artefact(self) -> bytes:
        """The model as stored: JSON."""
        told = {"middle": self.middle, "spread": self.spread, "weights": self.weights}
        return json.dumps({name: value.tolist() for name, value in told.items()}).encode()

    @classmethod
    def stored(cls, artefact: bytes, *, shift: float = 0.0) -> Self:
        """The model behind stored bytes."""
        told = {name: np.asarray(value) for name, value in json.loads(artefact).items()}
        return cls(middle=told["middle"], spread=told["spread"], weights=told["weights"], shift=shift)

    def _hazards(self, matrix: Matrix) -> Floats:
        design = _design(matrix, self.middle, self.spread)
        return expit(design @ self.weights + self.shift)


def fitted(rows: PersonPeriods) -> LogisticHazard:
    """Learn from stacked rows."""
    matrix = rows.matrix()
    known = matrix[:, :-1].astype(np.float64)
    known[:, np.isnan(known).all(axis=0)] = 0.0  # a column that is never known tells nothing
    middle, spread = np.nanmedian(known, axis=0), np.nanstd(known, axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=STRENGTH, max_iter=MOST_STEPS, fit_intercept=False)
    model.fit(_design(matrix, middle, spread), rows.gone)
    return LogisticHazard(middle=middle, spread=spread, weights=model.coef_[0])


def _design(matrix: Matrix, middle: Floats, spread: Floats) -> Floats:
    """Standardised features, whether each is unknown, and one column for each interval."""
    values = matrix[:, :-1].astype(np.float64)
    unknown = np.isnan(values)
    scaled = np.clip((np.where(unknown, middle, values) - middle) / spread, -WIDEST, WIDEST)
    interval = np.eye(INTERVALS)[matrix[:, -1].astype(np.int64)] * 3  # hardly penalised
    design: Floats = np.concatenate([scaled, unknown, interval], axis=1)
    return design
