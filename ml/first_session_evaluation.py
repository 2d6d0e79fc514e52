"""Judges the first-session model on worlds whose end it has not seen, against its gates (ML guide 8)."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ml import metrics
from ml.bootstrap import interval
from ml.figures import Figure
from ml.first_session_model import FirstSessionModel, fitted, history_share
from ml.first_session_training import SETTLED, Cut, Examples, cut, examples, forecasts, trained
from ml.gates import Gate
from ml.metrics import Forecasts
from ml.synthetic import BURN_IN, HISTORY, Lived
from retention.measures.cube import Bools, Floats

JUDGED_DAYS = 27  # the last 15 % of the history, as for the churn model
SHUFFLE_SEED = 7
OF_ALL: dict[str, Callable[[Floats, Bools], float]] = {
    "auc": metrics.auc,
    "brier": metrics.brier,
    "brier_skill": metrics.brier_skill,
}
OF_THE_MODEL = OF_ALL | {
    "slope": metrics.calibration_slope,
    "observed_to_expected": metrics.observed_to_expected,
    "calibration_error": metrics.calibration_error,
    "lift": metrics.lift,
    "base": lambda _chance, failed: float(failed.mean()),
}


def the_cut() -> Cut:
    """The parts of a world's history; what comes after it is not looked at."""
    return cut(BURN_IN + HISTORY + SETTLED, first=BURN_IN, judged=JUDGED_DAYS)


def ceiling_of(world: Lived) -> FirstSessionModel:
    """What the same method reaches with far more tutors to learn from: the observable ceiling."""
    return trained(_examples(world, the_cut().learn))[0]


def judged(world: Lived, *, ceiling: FirstSessionModel) -> dict[str, Forecasts]:
    """One world's forecasts of the same first sessions, by model.

    The *oracle* knows what no platform can see: how each session was bound to go but for chance.
    """
    known, test = (_examples(world, days) for days in (the_cut().learn, the_cut().judge))
    model, strength = trained(known)
    shuffled = np.random.default_rng(SHUFFLE_SEED).permutation(known.failed)
    twin = fitted(known.rows, shuffled, strength=strength)
    chances = {
        "model": model.chances(test.rows),
        "history alone": history_share(test.rows, model.content.prior),
        "ceiling": ceiling.chances(test.rows),
        "oracle": test.true_chance,
        "shuffled": twin.chances(test.rows),
    }
    return {name: forecasts(test, chance) for name, chance in chances.items()}


def figures(worlds: Sequence[Mapping[str, Forecasts]], *, draws: int) -> list[Figure]:
    """Every figure of the table, pooled over worlds."""
    return [figure for model in worlds[0] for figure in _figures(worlds, model, draws=draws)]


def gates(found: Sequence[Figure]) -> list[Gate]:
    """What the model has to reach before people may lean on it."""
    known = {(one.model, one.name): one.value for one in found}
    return [
        Gate("auc_to_ceiling", known["model", "auc"] / known["ceiling", "auc"], 0.95, None),
        Gate("brier_skill", known["model", "brier_skill"], 0.0, None),
        Gate("slope", known["model", "slope"], 0.8, 1.2),
        Gate("shuffled_auc", known["shuffled", "auc"], 0.45, 0.55),
    ]


def _figures(worlds: Sequence[Mapping[str, Forecasts]], model: str, *, draws: int) -> list[Figure]:
    pooled = metrics.pooled([world[model] for world in worlds])
    table = []
    for name, figure in (OF_THE_MODEL if model == "model" else OF_ALL).items():
        value, (low, high) = _of(figure)(pooled), interval(_of(figure), pooled, draws=draws)
        table.append(Figure(model, name, value, low, high))
    return table


def _of(figure: Callable[[Floats, Bools], float]) -> Callable[[Forecasts], float]:
    return lambda found: figure(found.chance[:, 0], found.gone[:, 0])


def _examples(world: Lived, days: tuple[int, int]) -> Examples:
    return examples(world.cube, world.first_sessions, days=days)
