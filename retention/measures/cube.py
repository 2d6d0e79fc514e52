"""What is known of a platform's tutors, day by day, as arrays: the one input of features and labels.

Rolled up from the database as it was known at a cutoff, or from a synthetic world's tables; both the same
way, so that training, serving and evaluation see the same numbers. All sums are whole numbers (minutes in
thousandths), so that they do not depend on the day at which the arrays begin.
"""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
COUNT = np.int16  # of answers in one bin of one day: the bins are most of a cube, and no day has 32,768
Counts = npt.NDArray[np.int16]

# Answer times in minutes: the upper edges of the bins, a fifth longer each; the last one takes the rest.
WAIT_EDGES: Floats = np.concatenate([[1.0], np.cumprod(np.full(50, 1.2))])
THOUSANDTHS = 1_000
FAR = int(np.iinfo(np.int64).max // 4)  # a day that never comes


@dataclass(frozen=True)
class Cube:
    """Tutors by days. Every array of counts has the shape (tutors, days)."""

    first_day: date  # UTC
    numbers: Ints  # (tutors,)
    synthetic: Bools  # (tutors,) made up by the simulator, not of a real platform
    onboarded: Ints  # (tutors,) index of the day; negative: before the arrays begin
    baseline: Floats  # (tutors,) sessions per week
    booked: Ints
    completed: Ints
    tutor_moves: Ints
    short_notice_moves: Ints
    tutor_cancels: Ints
    tutor_no_shows: Ints
    late_starts: Ints
    technical_issues: Ints
    objectives_known: Ints
    objectives_met: Ints
    rated_n: Ints
    rating_sum: Ints
    first_rated: Ints
    first_succeeded: Ints
    first_poor: Ints
    logins: Ints
    preparation: Ints  # thousandths of a minute
    answers: Ints
    answer_minutes: Ints  # thousandths
    waits: Counts  # (tutors, days, bins) answers by how long they took
    trainings_assigned: Ints
    trainings_completed: Ints
    subjects: Ints  # different subjects taught that day
    availability: Floats  # hours a week, as last stated that day; NaN: nothing stated
    on_leave: Bools
    leaving: Ints  # index of the last day that a notice given that day names; FAR: none was given

    @property
    def days(self) -> int:
        return int(self.completed.shape[1])

    @property
    def tutors(self) -> int:
        return int(self.numbers.shape[0])

    def date_of(self, day: int) -> date:
        """The date of a day's index."""
        return self.first_day + timedelta(days=day)

    def of(self, tutors: slice | Ints) -> "Cube":
        """The same days of fewer tutors."""
        return replace(self, **{name: getattr(self, name)[tutors] for name in (*BY_TUTOR, *BY_DAY)})

    def until(self, day: int) -> "Cube":
        """What was known of the same tutors at the end of a day."""
        return replace(
            self,
            **{name: getattr(self, name)[:, : day + 1] for name in BY_DAY},
        )


BY_TUTOR = ("numbers", "synthetic", "onboarded", "baseline")
BY_DAY = tuple(one.name for one in fields(Cube) if one.name not in {"first_day", *BY_TUTOR})


def wait_bins(minutes: Floats) -> Ints:
    """The bin of each answer time."""
    return np.minimum(np.searchsorted(WAIT_EDGES, minutes), len(WAIT_EDGES) - 1)


def kept(cube: Cube, path: Path) -> None:
    """Write a cube to a file, which `read` understands."""
    arrays = {one.name: getattr(cube, one.name) for one in fields(Cube) if one.name != "first_day"}
    np.savez_compressed(path, first_day=np.datetime64(cube.first_day), **arrays)


def read(path: Path) -> Cube:
    """The cube in a file; arrays only, nothing in it is run."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return Cube(first_day=arrays.pop("first_day").item(), **arrays)
