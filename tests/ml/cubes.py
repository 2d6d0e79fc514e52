"""Small cubes: a few tutors whose days are written out."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np

from retention.measures.cube import BY_DAY, BY_TUTOR, FAR, WAIT_EDGES, Cube, Ints

FIRST_DAY = date(2026, 1, 5)  # a Monday


def a_cube(days: int, tutors: int = 1, **rows: Any) -> Cube:
    """Tutors with us from the first day on, ten sessions a week as their usual; `rows` are (tutors, days)."""
    shape = (tutors, days)
    given: dict[str, Any] = {
        "numbers": np.arange(tutors) + 10_001,
        "synthetic": np.ones(tutors, dtype=np.bool_),
        "onboarded": np.zeros(tutors, dtype=np.int64),
        "baseline": np.full(tutors, 10.0),
        "waits": np.zeros((*shape, len(WAIT_EDGES)), dtype=np.int64),
        "availability": np.full(shape, np.nan),
        "on_leave": np.zeros(shape, dtype=np.bool_),
        "leaving": np.full(shape, FAR),
        **{name: np.asarray(values) for name, values in rows.items()},
    }
    counts = {one.name for one in fields(Cube)} - given.keys() - {"first_day"}
    given |= {name: np.zeros(shape, dtype=np.int64) for name in counts}
    return Cube(first_day=FIRST_DAY, **given)


def cut_before(cube: Cube, day: int) -> Cube:
    """The same tutors' days from a day on, as arrays that begin there."""
    arrays = {name: getattr(cube, name)[:, day:] for name in BY_DAY}
    leaving = arrays["leaving"] = cube.leaving[:, day:].copy()
    for tutor, given in np.argwhere(cube.leaving[:, : day + 1] != FAR).tolist():
        leaving[tutor, 0] = cube.leaving[tutor, given]
    leaving[leaving != FAR] -= day
    return replace(
        cube,
        first_day=cube.date_of(day),
        onboarded=cube.onboarded - day,
        **arrays,
    )


def notices(tutors: int, days: int, *given: tuple[int, int, int]) -> Ints:
    """Notices as a cube has them: tutor, the day on which it was given, the last day that it names."""
    found = np.full((tutors, days), FAR)
    for tutor, day, last_day in given:
        found[tutor, day] = last_day
    return found


def random_cube(days: int, tutors: int, seed: int) -> Cube:
    """Tutors whose days are drawn at random; for properties that hold of every cube."""
    draw, shape = np.random.default_rng(seed), (tutors, days)
    plain = {
        one.name: draw.integers(0, 4, shape)
        for one in fields(Cube)
        if one.name not in {"first_day", "leaving", *BY_TUTOR}
    }
    plain["waits"] = draw.integers(0, 2, (*shape, len(WAIT_EDGES)))
    plain["preparation"], plain["answer_minutes"] = (draw.integers(0, 90_000, shape) for _ in range(2))
    stated = draw.random(shape) < 0.1
    hours = np.where(stated, draw.integers(5, 40, shape), np.nan)
    onboarded = draw.integers(-30, days // 2, tutors)
    leave = draw.random(shape) < 0.02
    return a_cube(days, tutors, **{**plain, "availability": hours, "on_leave": leave, "onboarded": onboarded})


def tiring_cube(tutors: int = 150, days: int = 200, seed: int = 3) -> Cube:
    """Tutors of whom some tire: they move sessions, log in less, and resign a few weeks later."""
    draw, shape = np.random.default_rng(seed), (tutors, days)
    tires = np.where(draw.random(tutors) < 0.5, draw.integers(30, days - 20, tutors), FAR)
    tired = np.arange(days)[None, :] >= tires[:, None]
    leaves = np.where(tires < FAR, tires + draw.integers(8, 40, tutors), FAR)
    here = np.arange(days)[None, :] < leaves[:, None]
    moves = draw.poisson(np.where(tired, 0.7, 0.08)) * here
    logins = draw.poisson(np.where(tired, 0.5, 1.2)) * here
    completed = draw.poisson(2.0, shape) * here
    given = [(tutor, int(leaves[tutor])) for tutor in np.flatnonzero(leaves < days).tolist()]
    return a_cube(
        days,
        tutors,
        completed=completed,
        booked=completed,
        tutor_moves=moves,
        logins=logins,
        leaving=notices(tutors, days, *((tutor, last - 3, last) for tutor, last in given)),
        onboarded=draw.integers(-200, 1, tutors),
    )
