"""The churn model: trees and a logistic regression over the same rows, half and half on the log odds.

Each sees what the other misses. With a few hundred tutors neither ranks reliably better, and their mean
ranks better than either (measured, docs/model.md).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from ml import artefact as artefacts, hazard, logistic
from ml.artefact import ArtefactBroken
from ml.features import NAMES, Matrix
from ml.hazard import XgbHazard
from ml.horizons import expit
from ml.logistic import LogisticHazard
from ml.person_periods import PersonPeriods
from retention.measures.cube import Floats

PARTS = (*NAMES, "interval", "base")  # what the log odds of a row are made of
HALF = 0.5
SEASONAL = ("month", "is_holiday_season")
SEASONAL_FROM = 400  # days of history; with less than a year they say when and not what (ML guide 3)


@dataclass(frozen=True)
class ChurnModel:
    """A fitted model; `slope` and `shift` calibrate its log odds."""

    trees: XgbHazard
    line: LogisticHazard
    blind: tuple[str, ...] = ()  # features that it was not shown, and is not
    share: float = HALF  # of the trees; the rest is the line's
    slope: float = 1.0
    shift: float = 0.0

    def hazards(self, matrix: Matrix) -> Floats:
        """(rows, features) -> (rows, intervals)."""
        seen = without(matrix, self.blind)
        return self._bent(self.trees.odds(seen), self.line.odds(seen))

    def row_hazards(self, rows: PersonPeriods) -> Floats:
        """The hazard of each stacked row."""
        seen = rows.seeing(without(rows.snapshots.matrix, self.blind))
        return self._bent(self.trees.row_odds(seen), self.line.row_odds(seen))

    def contributions(self, matrix: Matrix, weight: Floats) -> Floats:
        """(rows, PARTS): what adds up to the log odds of each row, in the mean of its intervals.

        `weight` (rows, intervals) sums to 1 in each row; an interval without weight is not asked for.
        """
        seen, (row, interval) = without(matrix, self.blind), np.nonzero(weight)
        trees = self.trees.contributions(seen[row], interval) * weight[row, interval][:, None]
        summed = np.add.reduceat(trees, np.searchsorted(row, np.arange(len(matrix))), axis=0)
        parts = self.slope * self._mixed(summed, self.line.contributions(seen, weight))
        parts[:, -1] += self.shift
        return parts

    def line_alone(self) -> "ChurnModel":
        """The logistic half alone, as it was learnt: what the whole has to beat."""
        return replace(self, share=0.0, slope=1.0, shift=0.0)

    def artefact(self) -> bytes:
        """The model as stored: a line of JSON, then the trees."""
        head = {"blind": self.blind, "line": self.line.told()}
        return json.dumps(head).encode() + b"\n" + self.trees.artefact()

    @classmethod
    def stored(cls, artefact: bytes, *, digest: str, slope: float, shift: float) -> Self:
        """The model behind stored bytes; `digest` is their SHA-256. Raises ArtefactBroken."""
        head, _, trees = artefacts.whole(artefact, digest=digest).partition(b"\n")
        try:
            told = json.loads(head)
            line, blind = LogisticHazard.of(told["line"]), tuple(str(name) for name in told["blind"])
        except (ValueError, KeyError, TypeError) as wrong:
            raise ArtefactBroken("The stored model cannot be opened.") from wrong
        if not set(blind) <= set(NAMES):
            raise ArtefactBroken("The stored model knows other features than this release.")
        return cls(XgbHazard.opened(trees), line, blind, slope=slope, shift=shift)

    def _bent(self, trees: Floats, line: Floats) -> Floats:
        return expit(self.slope * self._mixed(trees, line) + self.shift)

    def _mixed(self, trees: Floats, line: Floats) -> Floats:
        return self.share * trees + (1 - self.share) * line


def fitted(rows: PersonPeriods, choice: Mapping[str, int] | None = None, *, history: int) -> ChurnModel:
    """Learn from stacked rows of a history of so many days. Raises Refusal when no end was seen in them."""
    blind = () if history >= SEASONAL_FROM else SEASONAL
    seen = rows.seeing(without(rows.snapshots.matrix, blind))
    return ChurnModel(hazard.fitted(seen, dict(choice or {})), logistic.fitted(seen), blind)


def without(matrix: Matrix, names: tuple[str, ...]) -> Matrix:
    """The same rows with some features unknown."""
    if not names:
        return matrix
    seen = matrix.copy()
    seen[:, [NAMES.index(name) for name in names]] = np.nan
    return seen
