"""Judges models on worlds that they have not seen the end of, pooled over seeds, against the gates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml import hazard, metrics
from ml.bootstrap import interval
from ml.cube_sums import component_chances
from ml.hazard import XgbHazard
from ml.horizons import HORIZONS, probabilities
from ml.labels import Labels, actionable, labels
from ml.metrics import Forecasts
from ml.person_periods import Snapshots, snapshots, stacked
from ml.single_features import alone
from ml.splits import Split
from ml.training import Hazards, trained
from retention.measures.cube import Bools, Cube, Floats

MONTH = HORIZONS.index(30)
SHUFFLE_SEED = 7


@dataclass(frozen=True)
class Judged:
    """One world's forecasts by model, on the same rows, and the features of those rows."""

    found: dict[str, Forecasts]
    matrix: Floats


@dataclass(frozen=True)
class Figure:
    """One line of the table: a value, its interval over tutors, and what it belongs to."""

    model: str
    name: str
    value: float
    low: float
    high: float


def judged(cube: Cube, cut: Split, *, ceiling: XgbHazard | None = None) -> Judged:
    """Train on a world's early days and foretell its late ones."""
    known = labels(cube)
    made = trained(cube, known, cut)
    shots = snapshots(cube, known.at_risk, cut.judge)
    models: dict[str, Hazards] = {"model": made.model, "logistic": made.baseline}
    models["shuffled"] = _shuffled(cube, known, cut, choice=made.choice)
    if ceiling is not None:
        models["ceiling"] = ceiling
    found = {
        name: _forecasts(cube, known, shots, model.hazards(shots.matrix)) for name, model in models.items()
    }
    month = component_chances(cube, shots)
    found["component"] = replace(found["model"], chance=np.repeat(month[:, None], len(HORIZONS), axis=1))
    return Judged(found=found, matrix=shots.matrix.astype(np.float64))


def ceiling_of(cube: Cube, cut: Split) -> XgbHazard:
    """What the same method reaches with far more tutors to learn from: the observable ceiling."""
    return trained(cube, labels(cube), cut, search=False).model


def _shuffled(cube: Cube, known: Labels, cut: Split, *, choice: dict[str, int]) -> XgbHazard:
    """The same model taught by shuffled outcomes: what it still knows, it knows by a leak."""
    rows = stacked(snapshots(cube, known.at_risk, cut.learn), known, until=cut.learn_until)
    gone = np.random.default_rng(SHUFFLE_SEED).permutation(rows.gone)
    return hazard.fitted(replace(rows, gone=gone), choice)


def _forecasts(cube: Cube, known: Labels, shots: Snapshots, hazards: Floats) -> Forecasts:
    leaves = known.leaves[shots.tutor, shots.day]
    days, place = np.unique(shots.day, return_inverse=True)
    return Forecasts(
        chance=probabilities(hazards),
        gone=np.stack([leaves <= shots.day + horizon for horizon in HORIZONS], axis=1),
        cluster=shots.tutor,
        actionable=actionable(cube, days)[shots.tutor, place],
    )


def figures(worlds: Sequence[Judged], *, draws: int) -> list[Figure]:
    """Every figure of the acceptance table, pooled over worlds."""
    table: list[Figure] = []
    for model in worlds[0].found:
        found = metrics.pooled([world.found[model] for world in worlds])
        for name, figure in _figures_of(model).items():
            low, high = interval(figure, found, draws=draws)
            table.append(Figure(model, name, figure(found), low, high))
    return [*table, best_single_feature(worlds)]


def _figures_of(model: str) -> dict[str, Callable[[Forecasts], float]]:
    if model in {"shuffled", "ceiling", "component"}:
        return {"auc_30d": _at(metrics.auc, MONTH), "auc_30d_actionable": _actionable}
    wanted: dict[str, Callable[[Forecasts], float]] = {}
    for place, days in enumerate(HORIZONS):
        wanted[f"auc_{days}d"] = _at(metrics.auc, place)
        wanted[f"brier_{days}d"] = _at(metrics.brier, place)
        wanted[f"brier_skill_{days}d"] = _at(metrics.brier_skill, place)
        wanted[f"base_{days}d"] = _at(lambda _chance, gone: float(gone.mean()), place)
    return wanted | {
        "auc_30d_actionable": _actionable,
        "ap_30d": _at(metrics.average_precision, MONTH),
        "lift_30d": _at(metrics.lift, MONTH),
        "top_precision_30d": _at(lambda chance, gone: metrics.top_precision(chance, gone)[0], MONTH),
        "top_precision_30d_at_most": _at(lambda chance, gone: metrics.top_precision(chance, gone)[1], MONTH),
        "observed_to_expected_30d": _at(metrics.observed_to_expected, MONTH),
        "slope_30d": _at(metrics.calibration_slope, MONTH),
        "calibration_error_30d": _at(metrics.calibration_error, MONTH),
        "order_violations": lambda found: float(metrics.order_violations(found.chance)),
    }


def _at(figure: Callable[[Floats, Bools], float], place: int) -> Callable[[Forecasts], float]:
    return lambda found: figure(found.chance[:, place], found.gone[:, place])


def _actionable(found: Forecasts) -> float:
    return _at(metrics.auc, MONTH)(found.of(found.actionable))


def best_single_feature(worlds: Sequence[Judged]) -> Figure:
    """The best that one feature alone does, in either direction: too good means that the label leaks."""
    matrix = np.concatenate([world.matrix for world in worlds])
    gone = np.concatenate([world.found["model"].gone[:, MONTH] for world in worlds])
    found = alone(matrix, gone)
    name = max(found, key=found.__getitem__)
    return Figure(name, "single_feature_auc_30d", found[name], float("nan"), float("nan"))
