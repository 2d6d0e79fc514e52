"""From a cube to a calibrated model: search, fit and calibrate, each on days of its own."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ml import hazard, logistic
from ml.calibration import Calibration, calibrated
from ml.features import Matrix
from ml.hazard import XgbHazard
from ml.labels import Labels
from ml.logistic import LogisticHazard
from ml.person_periods import PersonPeriods, snapshots, stacked
from ml.splits import Split
from retention.errors import Refusal
from retention.measures.cube import Cube, Floats

SEARCH_SHARE = 0.8  # of the days to learn from; the rest of them compares the candidates


class Hazards(Protocol):
    """Any model of ours: (rows, features) -> (rows, intervals)."""

    def hazards(self, matrix: Matrix) -> Floats: ...


@dataclass(frozen=True)
class Trained:
    """A calibrated XGBoost, the logistic baseline, and what they were learnt from."""

    model: XgbHazard
    baseline: LogisticHazard
    choice: dict[str, int]
    calibration: Calibration
    rows: int
    tutors: int
    events: int


def trained(cube: Cube, known: Labels, cut: Split, *, search: bool = True) -> Trained:
    """Learn and calibrate. Raises Refusal when there is nothing to learn from."""
    rows = stacked(snapshots(cube, known.at_risk, cut.learn), known, until=cut.learn_until)
    if not rows.gone.any():
        raise Refusal("Nobody left in the days to learn from.", instead="Take more days.")
    choice = searched(cube, known, cut) if search else dict(hazard.USUAL)
    model, baseline = hazard.fitted(rows, choice), logistic.fitted(rows)
    held = stacked(snapshots(cube, known.at_risk, cut.calibrate), known, until=cut.calibrate_until)
    bent = calibrated(model.row_hazards(held), held.gone, events=held.events())
    level = calibrated(baseline.row_hazards(held), held.gone, events=min(held.events(), 99))
    return Trained(
        model=replace(model, slope=bent.slope, shift=bent.shift),
        baseline=replace(baseline, shift=level.shift),
        choice=choice,
        calibration=bent,
        rows=len(rows.gone),
        tutors=len(np.unique(rows.tutor)),
        events=rows.events(),
    )


def searched(cube: Cube, known: Labels, cut: Split) -> dict[str, int]:
    """The best of the candidates on the last fifth of the days to learn from, itself purged."""
    until = int(cut.learn[int(len(cut.learn) * SEARCH_SHARE)])
    early, late = cut.learn[cut.learn <= until], cut.learn[cut.learn > until]
    rows = stacked(snapshots(cube, known.at_risk, early), known, until=until)
    test = stacked(snapshots(cube, known.at_risk, late), known, until=cut.learn_until)
    if not rows.gone.any() or not test.gone.any():
        return dict(hazard.USUAL)
    losses = [log_loss(hazard.fitted(rows, choice), test) for choice in hazard.CANDIDATES]
    return dict(hazard.CANDIDATES[int(np.argmin(losses))])


def log_loss(model: XgbHazard | LogisticHazard, rows: PersonPeriods) -> float:
    """Mean log loss of the hazards of stacked rows."""
    chance = np.clip(model.row_hazards(rows), 1e-9, 1 - 1e-9)
    return float(-np.mean(np.where(rows.gone, np.log(chance), np.log(1 - chance))))
