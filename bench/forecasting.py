"""What a champion foretells of everybody with its reasons, against the bare calls to xgboost that it needs.

Ours: the chances of four windows, the one that stands out, what each feature adds to it, the factors in staff
words. The limit: the same trees asked for the same rows, their answers thrown away.
"""

import numpy as np
import xgboost

from bench import stopwatch
from bench.generating import MONDAY
from bench.rows import Row, interleaved
from ml import serving
from ml.churn_model import ChurnModel
from ml.explanation import weights_of
from ml.features import Matrix
from ml.hazard import COLUMNS
from ml.horizons import AT, HORIZONS, probabilities
from ml.labels import labels
from ml.person_periods import snapshots, unrolled
from ml.splits import split
from ml.training import trained
from retention import policy
from simulator import world as worlds
from simulator.cubes import cube_of

LIVED, LEARNT_FROM = 150, 40  # days of the world, and of them before the first snapshot
TUTORS = 300
SIZES = (300, 30_000)
ROWS_A_ROUND = 30_000  # a small number is foretold so many times over
ROUNDS = 5
TARGET = 1.3
BASE = {"1": 0.002, "7": 0.01, "30": 0.05, "90": 0.13}


def rows(sizes: tuple[int, ...] = SIZES, *, rounds: int = ROUNDS) -> list[Row]:
    """One row for each number of tutors."""
    model, matrix = a_model()
    return [_row(model, np.resize(matrix, (size, matrix.shape[1])), rounds=rounds) for size in sizes]


def a_model() -> tuple[ChurnModel, Matrix]:
    """A model as it is learnt from a world, and the rows of that world's last day."""
    cube = cube_of(worlds.born(MONDAY, tutors_wanted=TUTORS, seed=1), LIVED)
    known, last = labels(cube), np.array([LIVED - 1])
    model = trained(cube, known, split(LEARNT_FROM, LIVED - 1), search=False).model
    return model, snapshots(cube, known.at_risk, last).matrix


def _row(model: ChurnModel, matrix: Matrix, *, rounds: int) -> Row:
    times, explained = max(ROWS_A_ROUND // len(matrix), 1), rows_explained(model, matrix)
    mine, theirs, ratio = interleaved(
        lambda: stopwatch.cpu(lambda: [foretold(model, matrix) for _ in range(times)]) / times,
        lambda: stopwatch.cpu(lambda: [bare(model, matrix, explained) for _ in range(times)]) / times,
        rounds=rounds,
    )
    name = f"{len(matrix):,} tutors foretold with their factors / bare calls to xgboost"
    return Row("forecasting", name, len(matrix), mine, theirs, "cpu_s", ratio, TARGET)


def foretold(model: ChurnModel, matrix: Matrix) -> int:
    """All that a tutor's page shows, batch by batch as the evaluation does; how many factors were told."""
    many = 0
    for begin in range(0, len(matrix), policy.BATCH_TUTORS):
        batch = matrix[begin : begin + policy.BATCH_TUTORS]
        found = serving.foretold(model, batch, version_id=1, base=BASE)
        many += sum(len(serving.factors_of(one, {})) for one in found)
    return many


def rows_explained(model: ChurnModel, matrix: Matrix) -> Matrix:
    """The intervals of the window that stands out, of each row: what the factors are made of."""
    hazards, usual = model.hazards(matrix), np.array([BASE[str(days)] for days in HORIZONS])
    window = np.argmax(probabilities(hazards) / usual, axis=1)
    row, interval = np.nonzero(weights_of(hazards, np.array(AT)[window]))
    return np.concatenate([matrix[row], interval[:, None].astype(np.float32)], axis=1)


def bare(model: ChurnModel, matrix: Matrix, explained: Matrix) -> int:
    """Only what the trees have to say; how many rows were asked."""
    booster = model.trees.booster
    booster.inplace_predict(unrolled(matrix))
    booster.predict(xgboost.DMatrix(explained, feature_names=COLUMNS, nthread=1), pred_contribs=True)
    return len(explained)
