"""First sessions foretold: an hour of a full world against scikit-learn's own transformers and prediction.

The limit standardises the same numbers, encodes the same words and predicts, by scikit-learn alone, from
arrays that lie ready. Nothing is read or stored on either side.
"""

from collections.abc import Callable

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from bench import stopwatch
from bench.rows import Row, interleaved
from ml.first_session_factors import factors
from ml.first_session_features import KINDS, NUMBERS, TIMES, WEEKDAYS, Rows
from ml.first_session_model import FirstSessionModel, fitted
from retention.measures.cube import Bools, Floats
from retention.vocabulary import AgeBand

AHEAD = 540  # first sessions of 48 hours in a world of 1,400 tutors: 3,000 sessions a day, 9 % of them first
LEARNT = 5_000
TIMES_EACH = 50  # hours in one round
ROUNDS = 5
TARGET = 1.3  # as for the churn model: predict against the library's own
SUBJECTS = ("Mathematics", "Physics", "Chemistry", "Biology", "English", "French", "Spanish", "History")


def rows(ahead: int = AHEAD, *, rounds: int = ROUNDS) -> list[Row]:
    """The chances alone, and the chances with three factors each in words."""
    learnt, asked = some_rows(LEARNT, seed=1), some_rows(ahead, seed=2)
    failed = np.random.default_rng(3).random(LEARNT) < 0.24
    model, bare = fitted(learnt, failed), scikit(learnt, failed)
    return [
        _row("chances", lambda: model.chances(asked), bare, asked, rounds=rounds, target=TARGET),
        _row("chances and factors", lambda: told(model, asked), bare, asked, rounds=rounds, target=None),
    ]


def _row(
    what: str,
    ours: Callable[[], object],
    bare: Callable[[Rows], object],
    asked: Rows,
    *,
    rounds: int,
    target: float | None,
) -> Row:
    spent, limit, ratio = interleaved(
        lambda: stopwatch.cpu(lambda: [ours() for _ in range(TIMES_EACH)]),
        lambda: stopwatch.cpu(lambda: [bare(asked) for _ in range(TIMES_EACH)]),
        rounds=rounds,
    )
    name = f"{what} of an hour / scikit-learn's chances"
    return Row("first_sessions", name, len(asked), spent, limit, "cpu_s", ratio, target)


def told(model: FirstSessionModel, asked: Rows) -> object:
    """What an hour computes."""
    return model.chances(asked), factors(model, asked)


def scikit(learnt: Rows, failed: Bools) -> Callable[[Rows], object]:
    """The same by scikit-learn alone."""
    scaler, encoder = StandardScaler(), OneHotEncoder(handle_unknown="ignore", sparse_output=False)

    def design(some: Rows, *, fit: bool) -> Floats:
        numbers, words = np.nan_to_num(some.numbers), np.stack([some.kinds[name] for name in KINDS], axis=1)
        if fit:
            scaler.fit(numbers)
            encoder.fit(words)
        return np.hstack([scaler.transform(numbers), encoder.transform(words)])

    model = LogisticRegression(C=0.1, max_iter=1_000).fit(design(learnt, fit=True), failed)
    return lambda some: model.predict_proba(design(some, fit=False))


def some_rows(many: int, *, seed: int) -> Rows:
    """First sessions drawn at random."""
    draw = np.random.default_rng(seed)
    words = {"time_of_day": tuple(TIMES.values()), "weekday": WEEKDAYS, "subject": SUBJECTS}
    words["student_age"] = ("", *map(str, AgeBand))
    numbers = {
        "tenure_days": draw.integers(0, 900, many),
        "is_new_tutor": draw.random(many) < 0.2,
        "avg_rating_30d": np.where(draw.random(many) < 0.1, np.nan, draw.normal(4.2, 0.4, many)),
        "engagement_score_7d": draw.uniform(20, 100, many),
        "first_rated_180d": draw.integers(0, 40, many),
        "first_failed_180d": draw.integers(0, 10, many),
    }
    return Rows(
        numbers=np.stack([numbers[name] for name in NUMBERS], axis=-1).astype(np.float64),
        kinds={name: np.array(words[name])[draw.integers(0, len(words[name]), many)] for name in KINDS},
        tutor=np.arange(many),
        day=np.zeros(many, dtype=np.int64),
    )
