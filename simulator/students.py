"""Rosters: which students a tutor has, and how often each pair has met."""

from dataclasses import dataclass

import numpy as np

from simulator import chance
from simulator.columns import Floats, Ints, Keys
from simulator.profiles import Sessions
from simulator.tutors import NEW, Tutors

PLACES = 40  # students that a tutor can have at a time
LARGEST_GROUP = 5


@dataclass
class Rosters:
    """One row a tutor; students stand in the first `size` places.

    A student is a serial number of the tutor's.
    """

    student: Ints
    met: Ints  # sessions booked so far
    size: Ints
    serial: Ints  # students so far

    def add(self, tutors: int) -> None:
        """Rows for tutors who join, with nobody on their rosters."""
        empty = np.zeros((tutors, PLACES), dtype=np.int64)
        self.student, self.met = np.concatenate([self.student, empty]), np.concatenate([self.met, empty])
        none = np.zeros(tutors, dtype=np.int64)
        self.size, self.serial = np.concatenate([self.size, none]), np.concatenate([self.serial, none])


@dataclass(frozen=True)
class Met:
    """Whom a session is with."""

    student: Ints
    number: Ints  # of the pair; 1 = first session


def rosters(tutors: Tutors, key: Keys, *, numbers: Sessions) -> Rosters:
    """The rosters of the first day: new tutors have a few students, the others a full list."""
    full = np.clip(np.rint(tutors.baseline / numbers.sessions_a_student), 1, PLACES).astype(np.int64)
    size = np.where(tutors.archetype == NEW, full // 3, full)
    places = np.arange(PLACES, dtype=np.int64)[None, :]
    here = places < size[:, None]
    met = np.array(
        [
            2 + np.floor(10 * chance.exponential(key, f"met {place}")).astype(np.int64)
            for place in range(PLACES)
        ]
    ).T
    return Rosters(
        student=np.where(here, places + 1, 0), met=np.where(here, met, 0), size=size, serial=size.copy()
    )


def meet(roster: Rosters, rows: Ints, key: Keys, *, baseline: Floats, numbers: Sessions) -> Met:
    """Who comes to the next session of each of these tutors (each at most once in `rows`)."""
    size = roster.size[rows]
    full = baseline / numbers.sessions_a_student
    wanting = np.clip(full / np.maximum(size, 1), 0.5, 3.0)
    new = (size == 0) | (chance.uniform(key, "new student") < numbers.new_student * wanting)
    place = np.floor(chance.uniform(key, "student") * size).astype(np.int64)
    place = np.where(new, np.where(size < PLACES, size, place), place)
    roster.serial[rows] += new
    roster.size[rows] += new & (size < PLACES)
    roster.student[rows, place] = np.where(new, roster.serial[rows], roster.student[rows, place])
    roster.met[rows, place] = np.where(new, 1, roster.met[rows, place] + 1)
    met = Met(student=roster.student[rows, place].copy(), number=roster.met[rows, place].copy())
    leaving = ~new & (chance.uniform(key, "student stays") > numbers.student_stays)
    _drop(roster, rows[leaving], place[leaving])
    return met


def lose(roster: Rosters, tutors: Ints, students: Ints) -> None:
    """These students look for another tutor."""
    for tutor, student in zip(tutors.tolist(), students.tolist(), strict=True):
        found = np.flatnonzero(roster.student[tutor, : roster.size[tutor]] == student)
        if len(found):
            _drop(roster, np.array([tutor]), found[:1])


def _drop(roster: Rosters, rows: Ints, places: Ints) -> None:
    """Take students off; the last of the list moves up. Each tutor at most once."""
    last = roster.size[rows] - 1
    roster.student[rows, places] = roster.student[rows, last]
    roster.met[rows, places] = roster.met[rows, last]
    roster.size[rows] = last


def external_ids(tutor: int, student: int, *, group: int) -> list[str]:
    """The platform's pseudonyms: of one student, or of everybody in a group."""
    name = f"student-{tutor + 1:05d}-{student:04d}"
    return [name] if group == 1 else [name, *(f"{name}-{letter}" for letter in "bcde"[: group - 1])]
