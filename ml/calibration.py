"""Brings a model's log odds in line with what was seen, as far as the number of departures allows.

On few events a finer calibration makes things worse (measured, ML guide 2): none below 30 departures,
an intercept below 100, a slope as well from there on; never isotonic.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from ml.horizons import expit, logit
from retention.measures.cube import Bools, Floats

FEWEST_FOR_SHIFT = 30  # departures
FEWEST_FOR_SLOPE = 100
WIDEST_SHIFT = 0.5  # log odds
SLOPES = (0.5, 2.0)
STEPS = 60


@dataclass(frozen=True)
class Calibration:
    """New log odds = slope x old + shift. A positive slope keeps the order, and so the horizons coherent."""

    slope: float = 1.0
    shift: float = 0.0


def calibrated(hazards: Floats, gone: Bools, *, events: int) -> Calibration:
    """What brings these hazards in line with their outcomes; `events` counts different departures."""
    if events < FEWEST_FOR_SHIFT:
        return Calibration()
    if events < FEWEST_FOR_SLOPE:
        shift = _shift(logit(hazards), int(gone.sum()))
        return Calibration(shift=float(np.clip(shift, -WIDEST_SHIFT, WIDEST_SHIFT)))
    model = LogisticRegression(C=1e6)
    model.fit(logit(hazards)[:, None], gone)
    slope = float(np.clip(model.coef_[0, 0], *SLOPES))
    return Calibration(slope=slope, shift=_shift(slope * logit(hazards), int(gone.sum())))


def _shift(odds: Floats, seen: int) -> float:
    """The shift at which as many are expected as were seen, by halving."""
    low, high = -10.0, 10.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if float(expit(odds + middle).sum()) < seen else (low, middle)
    return (low + high) / 2
