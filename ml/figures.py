"""The figures of the acceptance table: each with its interval over tutors, pooled over worlds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml import metrics
from ml.bootstrap import interval
from ml.horizons import HORIZONS
from ml.metrics import Forecasts
from ml.single_features import alone
from retention.measures.cube import Bools, Floats

MONTH = HORIZONS.index(30)
WIDE = len(HORIZONS)
NOWHERE = float("nan")
Measure = Callable[[Forecasts], float]


@dataclass(frozen=True)
class Figure:
    """One line of the table: a value, its interval over tutors, and what it belongs to."""

    model: str
    name: str
    value: float
    low: float
    high: float


def figures_of(model: str, found: Forecasts, *, draws: int) -> list[Figure]:
    """Every figure of one model."""
    return [
        _figure(model, name, measure, found, draws=draws) for name, measure in _measures_of(model).items()
    ]


def compared(found: Mapping[str, Forecasts], *, draws: int) -> list[Figure]:
    """The model beside the others on the same rows, so that chance hits both alike."""
    asked: list[tuple[str, str, Measure]] = [
        ("auc_30d_to_ceiling", "ceiling", lambda both: _mine(both) / _theirs(both)),
        ("auc_30d_actionable_over_component", "component", _actionable_gain),
    ]
    return [
        _figure("model", name, measure, _beside(found["model"], found[other]), draws=draws)
        for name, other, measure in asked
        if other in found
    ]


def beside_oracle(model: Forecasts, oracle: Forecasts, *, draws: int) -> list[Figure]:
    """The oracle's figures, and the model's on the oracle's days: a model above them has seen the outcome."""
    both = _beside(model, oracle)
    return [
        *figures_of("oracle", oracle, draws=draws),
        _figure("model", "auc_30d_on_oracle_days", _at(metrics.auc, MONTH), model, draws=draws),
        _figure("model", "auc_30d_to_oracle", lambda one: _mine(one) / _theirs(one), both, draws=draws),
    ]


def best_single_feature(matrix: Floats, gone: Bools) -> Figure:
    """The best that one feature alone does, in either direction: too good means that the label leaks."""
    found = alone(matrix, gone)
    name = max(found, key=found.__getitem__)
    return Figure(name, "single_feature_auc_30d", found[name], NOWHERE, NOWHERE)


def _figure(model: str, name: str, measure: Measure, found: Forecasts, *, draws: int) -> Figure:
    low, high = interval(measure, found, draws=draws)
    return Figure(model, name, measure(found), low, high)


def _measures_of(model: str) -> dict[str, Measure]:
    ranking = {f"auc_{days}d": _at(metrics.auc, place) for place, days in enumerate(HORIZONS)}
    month = {"auc_30d": ranking["auc_30d"], "auc_30d_actionable": _actionable}
    if model in {"shuffled", "component"}:
        return month
    if model in {"ceiling", "unseen tutors"}:
        return ranking | month
    wanted: dict[str, Measure] = {}
    for place, days in enumerate(HORIZONS):
        wanted[f"auc_{days}d"] = _at(metrics.auc, place)
        wanted[f"brier_{days}d"] = _at(metrics.brier, place)
        wanted[f"brier_skill_{days}d"] = _at(metrics.brier_skill, place)
        wanted[f"base_{days}d"] = _at(lambda _chance, gone: float(gone.mean()), place)
    return wanted | month | _month_measures()


def _month_measures() -> dict[str, Measure]:
    return {
        "ap_30d": _at(metrics.average_precision, MONTH),
        "ap_30d_to_base": _at(lambda p, gone: metrics.average_precision(p, gone) / gone.mean(), MONTH),
        "lift_30d": _at(metrics.lift, MONTH),
        "top_precision_30d": _at(lambda p, gone: metrics.top_precision(p, gone)[0], MONTH),
        "top_precision_30d_at_most": _at(lambda p, gone: metrics.top_precision(p, gone)[1], MONTH),
        "observed_to_expected_30d": _at(metrics.observed_to_expected, MONTH),
        "slope_30d": _at(metrics.calibration_slope, MONTH),
        "calibration_error_30d": _at(metrics.calibration_error, MONTH),
        "order_violations": lambda found: float(metrics.order_violations(found.chance)),
    }


def _at(figure: Callable[[Floats, Bools], float], place: int) -> Measure:
    return lambda found: figure(found.chance[:, place], found.gone[:, place % WIDE])


def _actionable(found: Forecasts) -> float:
    return _mine(found.of(found.actionable))


def _mine(both: Forecasts) -> float:
    return _at(metrics.auc, MONTH)(both)


def _theirs(both: Forecasts) -> float:
    return _at(metrics.auc, MONTH + WIDE)(both)


def _actionable_gain(both: Forecasts) -> float:
    part = both.of(both.actionable)
    return _mine(part) - _theirs(part)


def _beside(one: Forecasts, other: Forecasts) -> Forecasts:
    """Two models' forecasts of the same rows, the second's chances behind the first's."""
    return replace(one, chance=np.concatenate([one.chance, other.chance], axis=1))


def pooled_figures(worlds: Sequence[Mapping[str, Forecasts]], *, draws: int) -> list[Figure]:
    """Every figure of every model over several worlds."""
    found = {model: metrics.pooled([world[model] for world in worlds]) for model in worlds[0]}
    own = {name: one for name, one in found.items() if "oracle" not in name}
    table = [figure for model, one in own.items() for figure in figures_of(model, one, draws=draws)]
    table += compared(found, draws=draws)
    if "oracle" in found:
        table += beside_oracle(found["model on oracle days"], found["oracle"], draws=draws)
    return table
