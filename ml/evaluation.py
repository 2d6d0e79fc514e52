"""Judges models on worlds that they have not seen the end of, pooled over seeds."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from ml import figures as tables
from ml.cube_sums import component_chances
from ml.figures import MONTH, Figure
from ml.horizons import HORIZONS, INTERVALS, probabilities
from ml.labels import Labels, actionable, labels
from ml.metrics import Forecasts
from ml.person_periods import Snapshots, snapshots
from ml.splits import Split
from ml.training import Hazards, shuffled_twin, trained
from retention.errors import Refusal
from retention.measures.cube import Cube, Floats, Ints

GROUP_SEED = 7
GROUPS = 4  # of tutors; each is judged by a model that has seen the others only


@dataclass(frozen=True)
class Oracle:
    """What one who sees the hidden state foretells of some tutors and days."""

    tutor: Ints  # index into the cube
    day: Ints
    chance: Floats  # (rows, horizons)


@dataclass(frozen=True)
class Judged:
    """One world's forecasts by model, on the same rows but for the oracle's, and those rows' features."""

    found: dict[str, Forecasts]
    matrix: Floats


def judged(cube: Cube, cut: Split, *, ceiling: Hazards | None = None, oracle: Oracle | None = None) -> Judged:
    """Train on a world's early days and foretell its late ones."""
    known = labels(cube)
    made = trained(cube, known, cut)
    shots = snapshots(cube, known.at_risk, cut.judge)
    models: dict[str, Hazards] = {"model": made.model, "logistic": made.baseline}
    models["shuffled"] = shuffled_twin(cube, known, cut, choice=made.choice)
    if ceiling is not None:
        models["ceiling"] = ceiling
    seen = {name: model.hazards(shots.matrix) for name, model in models.items()}
    seen["unseen tutors"] = _of_unseen_tutors(cube, known, cut, shots=shots)
    found = {name: _forecasts(cube, known, shots, hazards) for name, hazards in seen.items()}
    month = component_chances(cube, shots)
    found["component"] = replace(found["model"], chance=np.repeat(month[:, None], len(HORIZONS), axis=1))
    if oracle is not None:
        found |= _beside_oracle(found["model"], shots, oracle)
    return Judged(found=found, matrix=shots.matrix.astype(np.float64))


def ceiling_of(cube: Cube, cut: Split) -> Hazards:
    """What the same method reaches with far more tutors to learn from: the observable ceiling."""
    return trained(cube, labels(cube), cut).model


def figures(worlds: Sequence[Judged], *, draws: int) -> list[Figure]:
    """Every figure of the acceptance table, pooled over worlds."""
    matrix = np.concatenate([world.matrix for world in worlds])
    gone = np.concatenate([world.found["model"].gone[:, MONTH] for world in worlds])
    table = tables.pooled_figures([world.found for world in worlds], draws=draws)
    return [*table, tables.best_single_feature(matrix, gone)]


def _of_unseen_tutors(cube: Cube, known: Labels, cut: Split, *, shots: Snapshots) -> Floats:
    """The hazards of each tutor by a model taught by other tutors: what is left when nobody is recognised."""
    group = np.random.default_rng(GROUP_SEED).permutation(cube.tutors) % GROUPS
    found = np.zeros((len(shots.tutor), INTERVALS))
    for number in range(GROUPS):
        others = np.flatnonzero(group != number)
        model = trained(cube.of(others), _labels_of(known, others), cut).model
        mine = group[shots.tutor] == number
        found[mine] = model.hazards(shots.matrix[mine])
    return found


def _labels_of(known: Labels, tutors: Ints) -> Labels:
    names = (one.name for one in fields(Labels))
    return Labels(**{name: getattr(known, name)[tutors] for name in names})


def _forecasts(cube: Cube, known: Labels, shots: Snapshots, hazards: Floats) -> Forecasts:
    leaves = known.leaves[shots.tutor, shots.day]
    days, place = np.unique(shots.day, return_inverse=True)
    return Forecasts(
        chance=probabilities(hazards),
        gone=np.stack([leaves <= shots.day + horizon for horizon in HORIZONS], axis=1),
        cluster=shots.tutor,
        actionable=actionable(cube, days)[shots.tutor, place],
    )


def _beside_oracle(model: Forecasts, shots: Snapshots, oracle: Oracle) -> dict[str, Forecasts]:
    """The oracle's forecasts and the model's own of the same rows. Raises Refusal when they do not fit."""
    place = {row: number for number, row in enumerate(zip(shots.tutor, shots.day, strict=True))}
    wanted = list(zip(oracle.tutor, oracle.day, strict=True))
    if missing := sum(row not in place for row in wanted):
        raise Refusal(f"The oracle speaks of {missing} tutors and days that are not judged.")
    same = model.of(np.array([place[row] for row in wanted]))
    return {"oracle": replace(same, chance=oracle.chance), "model on oracle days": same}
