"""The trees of the churn model: one XGBoost over person-period rows. The only door to xgboost.

Artefacts are UBJSON, never pickle; one thread, so that a figure is the same on every machine.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import xgboost

from ml.artefact import ArtefactBroken
from ml.features import NAMES, Matrix
from ml.horizons import expit
from ml.person_periods import PersonPeriods, rolled, unrolled
from retention.errors import Refusal
from retention.measures.cube import Floats, Ints

COLUMNS = [*NAMES, "interval"]
FIXED: dict[str, Any] = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    "max_bin": 64,
    "eta": 0.05,
    "min_child_weight": 4,  # a Hessian sum: at hazards of a thousandth 20 would never split (ML guide 2)
    "subsample": 0.8,
    "colsample_bytree": 0.8,
    "nthread": 1,
    "seed": 20_261_122,
}
# The whole search, the most cautious first: depth, trees, and the penalty on what a leaf says.
CANDIDATES = (
    {"max_depth": 2, "trees": 250, "lambda": 5},
    {"max_depth": 2, "trees": 400, "lambda": 2},
    {"max_depth": 3, "trees": 150, "lambda": 10},
    {"max_depth": 3, "trees": 250, "lambda": 2},
)
USUAL = CANDIDATES[0]


@dataclass(frozen=True)
class XgbHazard:
    """Fitted trees."""

    booster: xgboost.Booster

    def odds(self, matrix: Matrix) -> Floats:
        """(rows, features) -> (rows, intervals), the log odds."""
        return rolled(self._asked(unrolled(matrix)))

    def hazards(self, matrix: Matrix) -> Floats:
        """(rows, features) -> (rows, intervals)."""
        return expit(self.odds(matrix))

    def row_odds(self, rows: PersonPeriods) -> Floats:
        """The log odds of each stacked row."""
        return self._asked(rows.matrix())

    def row_hazards(self, rows: PersonPeriods) -> Floats:
        """The hazard of each stacked row."""
        return expit(self.row_odds(rows))

    def contributions(self, matrix: Matrix, interval: Ints) -> Floats:
        """(rows, features, interval and base): shares of the log odds, each row in an interval of its own.

        SHAP's, exactly; they add up to the log odds.
        """
        asked = np.concatenate([matrix, interval[:, None].astype(np.float32)], axis=1)
        data = xgboost.DMatrix(asked, feature_names=COLUMNS, nthread=1)
        told: Floats = np.asarray(self.booster.predict(data, pred_contribs=True), dtype=np.float64)
        return told

    def artefact(self) -> bytes:
        """The model as stored."""
        return bytes(self.booster.save_raw(raw_format="ubj"))

    @classmethod
    def opened(cls, known: bytes) -> Self:
        """The trees behind bytes that are known to be whole. Raises ArtefactBroken.

        Damaged bytes must never reach xgboost: it aborts the whole process on them.
        """
        booster = xgboost.Booster({"nthread": 1})
        try:
            booster.load_model(bytearray(known))
        except xgboost.core.XGBoostError as broken:  # of another version of xgboost, say
            raise ArtefactBroken("The stored model cannot be opened.") from broken
        if booster.num_features() != len(COLUMNS):
            raise ArtefactBroken("The stored model knows other features than this release.")
        return cls(booster)

    def _asked(self, matrix: Matrix) -> Floats:
        told: Floats = np.asarray(
            self.booster.inplace_predict(matrix, predict_type="margin"), dtype=np.float64
        )
        return told


def fitted(rows: PersonPeriods, choice: dict[str, int] | None = None) -> XgbHazard:
    """Learn from stacked rows. Raises Refusal when no end was seen in them."""
    if not rows.gone.any():
        raise Refusal("Nobody left in the days to learn from.", instead="Take more days.")
    chosen = {**USUAL, **(choice or {})}
    trees = chosen.pop("trees")
    data = xgboost.DMatrix(rows.matrix(), label=rows.gone, weight=rows.weight, feature_names=COLUMNS)
    return XgbHazard(xgboost.train({**FIXED, **chosen}, data, num_boost_round=trees))
