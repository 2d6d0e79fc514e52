"""The churn model: one XGBoost over person-period rows. The only door to xgboost.

Artefacts are UBJSON, never pickle; one thread, so that a figure is the same on every machine.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import xgboost

from ml import artefact as artefacts
from ml.artefact import ArtefactBroken
from ml.features import NAMES, Matrix
from ml.horizons import expit, logit
from ml.person_periods import PersonPeriods, rolled, unrolled
from retention.errors import Refusal
from retention.measures.cube import Floats, Ints

COLUMNS = [*NAMES, "interval"]
FIXED: dict[str, Any] = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    "max_bin": 64,
    "eta": 0.05,
    "subsample": 0.8,
    "colsample_bytree": 0.8,
    "lambda": 1.0,
    "nthread": 1,
    "seed": 20_261_122,
}
# The whole search: depth, trees and the least Hessian of a leaf. At hazards of a thousandth a leaf's Hessian
# is small: 20 would never split (ML guide 2).
CANDIDATES = tuple(
    {"max_depth": depth, "trees": trees, "min_child_weight": weight}
    for depth in (2, 3)
    for trees in (150, 250)
    for weight in (2, 6)
)
USUAL = {"max_depth": 3, "trees": 200, "min_child_weight": 2}


@dataclass(frozen=True)
class XgbHazard:
    """A fitted model; `slope` and `shift` calibrate its log odds."""

    booster: xgboost.Booster
    slope: float = 1.0
    shift: float = 0.0

    def hazards(self, matrix: Matrix) -> Floats:
        """(rows, features) -> (rows, intervals)."""
        raw = self.booster.inplace_predict(unrolled(matrix))
        return rolled(expit(self.slope * logit(np.asarray(raw, dtype=np.float64)) + self.shift))

    def row_hazards(self, rows: PersonPeriods) -> Floats:
        """The hazard of each stacked row."""
        raw = self.booster.inplace_predict(rows.matrix())
        return expit(self.slope * logit(np.asarray(raw, dtype=np.float64)) + self.shift)

    def contributions(self, matrix: Matrix, intervals: tuple[int, ...]) -> Floats:
        """(rows, intervals asked for, features): shares of the log odds; what SHAP's trees give, exactly."""
        every = np.tile(np.array(intervals), len(matrix))
        shares = self.contributions_in(np.repeat(matrix, len(intervals), axis=0), every)
        return shares.reshape(len(matrix), len(intervals), len(NAMES))

    def contributions_in(self, matrix: Matrix, interval: Ints) -> Floats:
        """(rows, features): the shares of each row in an interval of its own."""
        asked = np.concatenate([matrix, interval[:, None].astype(np.float32)], axis=1)
        data = xgboost.DMatrix(asked, feature_names=COLUMNS, nthread=1)
        shares = self.booster.predict(data, pred_contribs=True)[:, : len(NAMES)]
        told: Floats = self.slope * np.asarray(shares, dtype=np.float64)
        return told

    def artefact(self) -> bytes:
        """The model as stored."""
        return bytes(self.booster.save_raw(raw_format="ubj"))

    @classmethod
    def stored(cls, artefact: bytes, *, digest: str, slope: float, shift: float) -> Self:
        """The model behind stored bytes; `digest` is their SHA-256. Raises ArtefactBroken.

        Damaged bytes must never reach xgboost: it aborts the whole process on them.
        """
        known = artefacts.whole(artefact, digest=digest)
        booster = xgboost.Booster({"nthread": 1})
        try:
            booster.load_model(bytearray(known))
        except xgboost.core.XGBoostError as broken:  # of another version of xgboost, say
            raise ArtefactBroken("The stored model cannot be opened.") from broken
        if booster.num_features() != len(COLUMNS):
            raise ArtefactBroken("The stored model knows other features than this release.")
        return cls(booster=booster, slope=slope, shift=shift)


def fitted(rows: PersonPeriods, choice: dict[str, int] | None = None) -> XgbHazard:
    """Learn from stacked rows. Raises Refusal when no end was seen in them."""
    if not rows.gone.any():
        raise Refusal("Nobody left in the days to learn from.", instead="Take more days.")
    chosen = {**USUAL, **(choice or {})}
    trees = chosen.pop("trees")
    data = xgboost.DMatrix(rows.matrix(), label=rows.gone, feature_names=COLUMNS)
    return XgbHazard(booster=xgboost.train({**FIXED, **chosen}, data, num_boost_round=trees))
