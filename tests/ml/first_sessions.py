"""Made-up first sessions: a few that are written out, and many whose outcome follows from what is known."""

from typing import Any

import numpy as np

from ml.first_session_features import LEAD
from ml.first_session_training import Examples, examples
from retention.measures.cube import FAR, Cube, Floats
from retention.measures.first_sessions import UNTOLD, FirstSessions
from tests.ml.cubes import a_cube

TUTOR = 10_001  # the first of `a_cube`


def some_first_sessions(*rows: dict[str, Any]) -> FirstSessions:
    """One a dict; unless told otherwise the first tutor's, on a Monday at ten, and unrated."""
    usual = {
        "tutor": TUTOR, "day": 50, "hour": 10, "weekday": 0, "subject": "Mathematics", "age_band": "",
        "said_on": FAR, "stars": UNTOLD, "true_chance": float("nan"),
    }  # fmt: skip
    whole = [usual | row for row in rows]
    return FirstSessions(**{name: np.array([row[name] for row in whole]) for name in usual})


def a_platform(tutors: int = 120, days: int = 110, seed: int = 3) -> tuple[Cube, FirstSessions]:
    """Tutors of whom the new, the badly rated and those who teach in the evening fail more often."""
    draw, shape = np.random.default_rng(seed), (tutors, days)
    skill = draw.normal(size=tutors)
    rated = draw.poisson(1.5, shape)
    stars = np.clip(4 + 0.5 * skill, 1, 5)[:, None]
    cube = a_cube(
        days,
        tutors,
        onboarded=draw.integers(-300, days // 2, tutors),
        completed=rated,
        rated_n=rated,
        rating_sum=np.rint(rated * stars).astype(np.int64),
        logins=draw.poisson(1.0, shape),
    )
    return cube, _first_sessions_of(cube, skill, draw)


def _first_sessions_of(cube: Cube, skill: Floats, draw: np.random.Generator) -> FirstSessions:
    many = cube.tutors * cube.days // 3
    place, day = draw.integers(0, cube.tutors, many), draw.integers(0, cube.days, many)
    here = day > cube.onboarded[place]
    place, day, hour = place[here], day[here], draw.integers(8, 21, int(here.sum()))
    new = day - cube.onboarded[place] < 30
    chance = 1 / (1 + np.exp(-(-1.5 - 0.7 * skill[place] + 1.0 * new + 0.6 * (hour >= 19))))
    failed, spoken = draw.random(len(day)) < chance, draw.random(len(day)) < 0.8
    return FirstSessions(
        tutor=cube.numbers[place],
        day=day,
        hour=hour,
        weekday=day % 7,
        subject=np.array(["Mathematics", "French"])[draw.integers(0, 2, len(day))],
        age_band=np.array(["under_13", "over_18", ""])[draw.integers(0, 3, len(day))],
        said_on=np.where(spoken, day, FAR),
        stars=np.where(spoken, np.where(failed, 2, 4), UNTOLD),
        true_chance=chance,
    )


def all_examples(platform: tuple[Cube, FirstSessions]) -> Examples:
    """Everything that a platform's rated first sessions teach."""
    cube, told = platform
    return examples(cube, told, days=(LEAD + 10, cube.days - 1))
