"""Rows to learn hazards from: one for each tutor, snapshot day and interval whose outcome is known.

Whether a row is taken depends on the calendar alone (its interval has passed), never on what happened in
it; else the mean risk is learnt too low (ML guide 2, 12.3).
"""

from dataclasses import dataclass, replace

import numpy as np

from ml.features import NAMES, Matrix, features
from ml.horizons import EDGES, INTERVALS
from ml.labels import Labels
from retention.measures.cube import Bools, Cube, Floats, Ints

EVERY = 3  # days between snapshots: loses nothing against every day, and costs a third (ML guide 2)
SOME = 200  # tutors whose features are worked out at a time, so that few windows lie in memory


@dataclass(frozen=True)
class Snapshots:
    """Tutors at the end of days: the features of each row, and whose and when it is."""

    matrix: Matrix  # (rows, features)
    tutor: Ints  # (rows,) index into the cube
    day: Ints


@dataclass(frozen=True)
class PersonPeriods:
    """Stacked rows: `snapshot` and `interval` say which; `gone` is the outcome, `weight` what it counts."""

    snapshots: Snapshots
    snapshot: Ints
    interval: Ints
    gone: Bools
    weight: Floats

    @property
    def tutor(self) -> Ints:
        return self.snapshots.tutor[self.snapshot]

    def matrix(self) -> Matrix:
        """Features with the interval as the last column."""
        interval = self.interval[:, None].astype(np.float32)
        return np.concatenate([self.snapshots.matrix[self.snapshot], interval], axis=1)

    def seeing(self, matrix: Matrix) -> "PersonPeriods":
        """The same rows with other features of the same snapshots."""
        return replace(self, snapshots=replace(self.snapshots, matrix=matrix))

    def of(self, chosen: Bools) -> "PersonPeriods":
        """Some of the rows."""
        names = ("snapshot", "interval", "gone", "weight")
        return replace(self, **{name: getattr(self, name)[chosen] for name in names})

    def events(self) -> int:
        """Different tutors of whom an end was seen."""
        return len(np.unique(self.tutor[self.gone]))


def snapshots(cube: Cube, at_risk: Bools, days: Ints) -> Snapshots:
    """Every tutor who is at risk at the end of each of the days."""
    tutor, place = np.nonzero(at_risk[:, days])
    matrix = np.empty((len(tutor), len(NAMES)), dtype=np.float32)
    for start in range(0, cube.tutors, SOME):
        ours = slice(*np.searchsorted(tutor, (start, start + SOME)))
        seen = features(cube.of(slice(start, start + SOME)), days)
        matrix[ours] = seen[tutor[ours] - start, place[ours]]
    return Snapshots(matrix=matrix, tutor=tutor, day=days[place])


def stacked(shots: Snapshots, known: Labels, *, until: int, weights: Floats | None = None) -> PersonPeriods:
    """The intervals of the snapshots that have passed at the end of day `until`; `weights` by tutor."""
    leaves, parts = known.leaves[shots.tutor, shots.day], []
    for k in range(INTERVALS):
        begins, ends = shots.day + EDGES[k], shots.day + EDGES[k + 1]
        passed = (ends <= until) & known.seen(shots.tutor, shots.day, until=ends)
        taken = np.flatnonzero(passed & (leaves > begins))
        parts.append((taken, np.full(len(taken), k), leaves[taken] <= ends[taken]))
    place, interval, gone = (np.concatenate(column) for column in zip(*parts, strict=True))
    weight = np.ones(len(place)) if weights is None else weights[shots.tutor[place]]
    return PersonPeriods(shots, snapshot=place, interval=interval, gone=gone, weight=weight)


def unrolled(matrix: Matrix) -> Matrix:
    """Every interval of every row, in order: what is asked of a model to get all hazards."""
    rows = np.repeat(matrix, INTERVALS, axis=0)
    interval = np.tile(np.arange(INTERVALS, dtype=np.float32), len(matrix))[:, None]
    return np.concatenate([rows, interval], axis=1)


def rolled(hazards: Floats) -> Floats:
    """The answers to `unrolled` rows as (rows, intervals)."""
    return hazards.reshape(-1, INTERVALS)
