"""How good forecasts are: ranking, sharpness and calibration, each with what it can reach at best."""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from ml.horizons import expit, logit
from retention.measures.cube import Bools, Floats, Ints

TOP = 0.10  # share of tutors that staff can look after
BINS = 10


@dataclass(frozen=True)
class Forecasts:
    """What was foretold and what happened, of any number of platforms; tutors are told apart by `cluster`."""

    chance: Floats  # (rows, horizons)
    gone: Bools  # (rows, horizons)
    cluster: Ints  # (rows,)
    actionable: Bools  # (rows,)

    def of(self, rows: Ints | Bools) -> "Forecasts":
        """Some of the rows."""
        return Forecasts(self.chance[rows], self.gone[rows], self.cluster[rows], self.actionable[rows])


def pooled(parts: list[Forecasts]) -> Forecasts:
    """Several platforms as one; their tutors stay apart."""
    offset, clusters = 0, []
    for part in parts:
        clusters.append(part.cluster + offset)
        offset += int(part.cluster.max(initial=-1)) + 1
    return Forecasts(
        chance=np.concatenate([part.chance for part in parts]),
        gone=np.concatenate([part.gone for part in parts]),
        cluster=np.concatenate(clusters),
        actionable=np.concatenate([part.actionable for part in parts]),
    )


def auc(chance: Floats, gone: Bools) -> float:
    """Area under the ROC curve; NaN when all or none left."""
    return float(roc_auc_score(gone, chance)) if 0 < gone.sum() < len(gone) else float("nan")


def average_precision(chance: Floats, gone: Bools) -> float:
    return float(average_precision_score(gone, chance)) if gone.any() else float("nan")


def top_precision(chance: Floats, gone: Bools) -> tuple[float, float]:
    """Share of leavers among the tenth with the highest chance, and what perfect knowledge would reach."""
    wanted = max(round(len(gone) * TOP), 1)
    first = np.argsort(-chance, kind="stable")[:wanted]
    return float(gone[first].mean()), min(float(gone.sum()) / wanted, 1.0)


def lift(chance: Floats, gone: Bools) -> float:
    """How many times the usual share of leavers the top tenth holds."""
    return top_precision(chance, gone)[0] / float(gone.mean()) if gone.any() else float("nan")


def brier(chance: Floats, gone: Bools) -> float:
    return float(np.mean((chance - gone) ** 2))


def brier_skill(chance: Floats, gone: Bools) -> float:
    """Against always saying the base rate; above 0 is better than that."""
    base = float(gone.mean())
    return 1 - brier(chance, gone) / (base * (1 - base)) if 0 < base < 1 else float("nan")


def observed_to_expected(chance: Floats, gone: Bools) -> float:
    return float(gone.sum() / chance.sum())


def calibration_slope(chance: Floats, gone: Bools) -> float:
    """1 is right; below, forecasts are too extreme."""
    if not 0 < gone.sum() < len(gone):
        return float("nan")
    model = LogisticRegression(C=1e6)
    model.fit(logit(chance)[:, None], gone)
    return float(model.coef_[0, 0])


def calibration_error(chance: Floats, gone: Bools) -> float:
    """Expected calibration error over ten bins of equal size."""
    parts = np.array_split(np.argsort(chance, kind="stable"), BINS)
    off = [abs(float(chance[part].mean() - gone[part].mean())) * len(part) for part in parts if len(part)]
    return sum(off) / len(chance)


def order_violations(chance: Floats) -> int:
    """Rows whose chance falls from one horizon to a longer one: none, by construction."""
    return int((np.diff(chance, axis=1) < 0).any(axis=1).sum())


def shifted_to(chance: Floats, mean: float) -> Floats:
    """The same ranking at another mean, for a comparison of shapes only."""
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if float(expit(logit(chance) + middle).mean()) < mean else (low, middle)
    return expit(logit(chance) + (low + high) / 2)
