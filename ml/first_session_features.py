"""What is known of a booked first session before it takes place, the same for learning and serving.

A row sees the tutor's days up to `seen`, a UTC day that is over, and words that were given by then. Never
among the features: a student's id or age in years, anything of the session itself but when it is, of what,
and the band of the student's age; archetype, status, score, and what staff did.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.features import engagement
from ml.windows import Windows, share
from retention.measures.cube import Cube, Floats, Ints
from retention.measures.first_sessions import FirstSessions, Texts

NUMBERS = (
    "tenure_days",
    "is_new_tutor",
    "avg_rating_30d",  # NaN up to FEW_RATINGS
    "engagement_score_7d",
    "first_rated_180d",
    "first_failed_180d",
)
KINDS = ("time_of_day", "weekday", "subject", "student_age")
NAMES = (*NUMBERS, *KINDS)
NEW_TUTOR = 30  # days of tenure (PRD 1.1)
FEW_RATINGS = 5  # "avg rating (if >5 sessions)" (PRD ML, model 2)
HISTORY = 180  # days of first sessions that tell of a tutor's next one; ours
LEAD = 2  # days from the last day seen to the session: what is known a day ahead, as most are asked
TIMES = {
    0: "morning",
    12: "afternoon",
    16: "after school",
    19: "evening",
}  # o'clock from which, tutor's clock
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNTOLD = ""  # of a kind
REACH = 1_000_000  # days; more than any world has


@dataclass(frozen=True)
class Rows:
    """Features of first sessions, one row each."""

    numbers: Floats  # (rows, NUMBERS)
    kinds: dict[str, Texts]  # of each of KINDS, (rows,)
    tutor: Ints  # our number
    day: Ints  # for which the session is booked

    def __len__(self) -> int:
        return len(self.tutor)

    def of(self, rows: Any) -> "Rows":
        """Some of the rows."""
        kinds = {name: values[rows] for name, values in self.kinds.items()}
        return Rows(self.numbers[rows], kinds, self.tutor[rows], self.day[rows])

    def number(self, name: str) -> Floats:
        """One of the numbers of all rows."""
        return self.numbers[:, NUMBERS.index(name)]

    def values_of(self, row: int) -> dict[str, float | str | None]:
        """The features of one row by name; None: unknown."""
        known: dict[str, float | str | None] = {
            name: None if np.isnan(value) else value
            for name, value in zip(NUMBERS, self.numbers[row].tolist(), strict=True)
        }
        return known | {name: str(self.kinds[name][row]) or None for name in KINDS}


def feature_schema() -> str:
    """The digest of this release's features; a model of another one cannot be asked."""
    return hashlib.sha256("\n".join(("first session", *NAMES)).encode()).hexdigest()


def features(cube: Cube, known: FirstSessions, asked: FirstSessions, *, seen: Ints) -> Rows:
    """The features of `asked` at the end of the days `seen`; `known` are the first sessions of before.

    Every tutor of `asked` must be in the cube.
    """
    days, place = np.unique(seen, return_inverse=True)
    windows, tutor = Windows(cube, days), places(cube, asked.tutor)
    rated = windows.sums("rated_n", 30)
    month = np.where(rated > FEW_RATINGS, share(windows.sums("rating_sum", 30), rated), np.nan)
    tenure = (asked.day - cube.onboarded[tutor]).astype(np.float64)
    many, failed = _history(known, asked.tutor, seen)
    columns = {
        "tenure_days": tenure,
        "is_new_tutor": (tenure < NEW_TUTOR).astype(np.float64),
        "avg_rating_30d": month[tutor, place],
        "engagement_score_7d": engagement(windows, 7)[tutor, place],
        "first_rated_180d": many,
        "first_failed_180d": failed,
    }
    return Rows(
        numbers=np.stack([columns[name] for name in NUMBERS], axis=-1),
        kinds=_kinds(asked),
        tutor=asked.tutor,
        day=asked.day,
    )


def joined(parts: Sequence[Rows]) -> Rows:
    """Rows below each other."""
    return Rows(
        numbers=np.concatenate([part.numbers for part in parts]),
        kinds={name: np.concatenate([part.kinds[name] for part in parts]) for name in KINDS},
        tutor=np.concatenate([part.tutor for part in parts]),
        day=np.concatenate([part.day for part in parts]),
    )


def places(cube: Cube, numbers: Ints) -> Ints:
    """Where the tutors of these numbers stand in a cube that holds them."""
    order = np.argsort(cube.numbers, kind="stable")
    found: Ints = order[np.searchsorted(cube.numbers, numbers, sorter=order)]
    return found


def _history(known: FirstSessions, tutor: Ints, seen: Ints) -> tuple[Floats, Floats]:
    """How many of a tutor's first sessions were rated in the last days up to `seen`, and below 3."""
    told = known.of(known.rated)
    when = told.tutor * REACH + told.said_on
    order = np.argsort(when, kind="stable")
    failed = np.concatenate([[0], np.cumsum(told.failed[order])])
    until, since = (
        np.searchsorted(when, tutor * REACH + day, side="right", sorter=order)
        for day in (seen, seen - HISTORY)
    )
    return (until - since).astype(np.float64), (failed[until] - failed[since]).astype(np.float64)


def _kinds(asked: FirstSessions) -> dict[str, Texts]:
    begins = np.array(list(TIMES))
    return {
        "time_of_day": np.array(list(TIMES.values()))[np.searchsorted(begins, asked.hour, side="right") - 1],
        "weekday": np.array(WEEKDAYS)[asked.weekday],
        "subject": asked.subject,
        "student_age": asked.age_band,
    }
