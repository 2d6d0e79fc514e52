"""From a cube to a calibrated model: search, fit and calibrate, each on days of its own."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ml import churn_model, hazard
from ml.calibration import Calibration, calibrated
from ml.churn_model import ChurnModel
from ml.features import Matrix
from ml.hazard import XgbHazard
from ml.labels import Labels
from ml.origins import decisive, provenance, weights
from ml.person_periods import PersonPeriods, snapshots, stacked
from ml.splits import Split
from retention.errors import Refusal
from retention.measures.cube import Cube, Floats, Ints
from retention.messages.model_card import Provenance

SEARCH_SHARE = 0.8  # of the days to learn from; the rest of them compares the candidates
CLEARLY = 2.0  # standard errors
SHUFFLE_SEED = 7


class Hazards(Protocol):
    """Any model of ours: (rows, features) -> (rows, intervals)."""

    def hazards(self, matrix: Matrix) -> Floats: ...


@dataclass(frozen=True)
class Trained:
    """A calibrated model, the logistic half of it alone as the baseline, and what they were learnt from."""

    model: ChurnModel
    baseline: ChurnModel
    choice: dict[str, int]
    calibration: Calibration
    rows: int
    tutors: int
    events: int
    provenance: list[Provenance]


def trained(cube: Cube, known: Labels, cut: Split, *, search: bool = True) -> Trained:
    """Learn and calibrate. Raises Refusal when there is nothing to learn from.

    The days that calibrate are learnt from as well once they have: what is bent by them is the model that
    has not seen them, and the one that serves is the same with two more weeks of days.
    """
    rows = _rows(cube, known, cut.learn, until=cut.learn_until)
    if not rows.gone.any():
        raise Refusal("Nobody left in the days to learn from.", instead="Take more days.")
    choice = searched(cube, known, cut) if search else dict(hazard.USUAL)
    history = cut.calibrate_until + 1
    early = churn_model.fitted(rows, choice, history=history)
    held = _decisive(cube, _rows(cube, known, cut.calibrate, until=cut.calibrate_until))
    bent = calibrated(early.row_hazards(held), held.gone, events=held.events())
    alone = early.line_alone().row_hazards(held)
    level = calibrated(alone, held.gone, events=min(held.events(), 99))
    every = _rows(cube, known, np.concatenate([cut.learn, cut.calibrate]), until=cut.calibrate_until)
    late = churn_model.fitted(every, choice, history=history)
    return Trained(
        model=replace(late, slope=bent.slope, shift=bent.shift),
        baseline=replace(late.line_alone(), shift=level.shift),
        choice=choice,
        calibration=bent,
        rows=len(every.gone),
        tutors=len(np.unique(every.tutor)),
        events=every.events(),
        provenance=provenance(cube, every.tutor, every.gone),
    )


def shuffled_twin(cube: Cube, known: Labels, cut: Split, *, choice: dict[str, int]) -> ChurnModel:
    """The same model taught by shuffled outcomes: what it still knows, it knows by a leak."""
    rows = _rows(cube, known, cut.learn, until=cut.learn_until)
    gone = np.random.default_rng(SHUFFLE_SEED).permutation(rows.gone)
    return churn_model.fitted(replace(rows, gone=gone), choice, history=cut.calibrate_until + 1)


def searched(cube: Cube, known: Labels, cut: Split) -> dict[str, int]:
    """The most cautious of the candidates that the best one does not clearly beat.

    Compared on the last fifth of the days to learn from, itself purged; clearly is by more than two standard
    errors over tutors. On few departures the smallest loss mostly picks chance (measured, docs/model.md).
    """
    until = int(cut.learn[int(len(cut.learn) * SEARCH_SHARE)])
    early, late = cut.learn[cut.learn <= until], cut.learn[cut.learn > until]
    rows = _rows(cube, known, early, until=until)
    test = _decisive(cube, _rows(cube, known, late, until=cut.learn_until))
    if not rows.gone.any() or not test.gone.any():
        return dict(hazard.USUAL)
    losses = [log_losses(hazard.fitted(rows, choice), test) for choice in hazard.CANDIDATES]
    best = losses[int(np.argmin([loss.mean() for loss in losses]))]
    return dict(hazard.CANDIDATES[next(n for n, loss in enumerate(losses) if _as_good(loss - best, test))])


def log_losses(model: ChurnModel | XgbHazard, rows: PersonPeriods) -> Floats:
    """The log loss of the hazard of each stacked row."""
    chance = np.clip(model.row_hazards(rows), 1e-9, 1 - 1e-9)
    return np.where(rows.gone, -np.log(chance), -np.log(1 - chance))


def _as_good(worse_by: Floats, rows: PersonPeriods) -> bool:
    """Whether losses are larger by no more than two standard errors, a tutor's rows taken together."""
    by_tutor = np.bincount(np.unique(rows.tutor, return_inverse=True)[1], weights=worse_by)
    return bool(by_tutor.sum() <= CLEARLY * np.sqrt(len(by_tutor)) * by_tutor.std())


def _rows(cube: Cube, known: Labels, days: Ints, *, until: int) -> PersonPeriods:
    shots = snapshots(cube, known.at_risk, days)
    return stacked(shots, known, until=until, weights=weights(cube))


def _decisive(cube: Cube, rows: PersonPeriods) -> PersonPeriods:
    return rows.of(decisive(cube)[rows.tutor])
