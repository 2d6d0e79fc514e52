"""What counts as drift, and what is only the wobble of a few hundred tutors."""

import numpy as np
import pytest

from ml.drift import Reference, at_most, distance, drifted, miscounted, reference
from ml.features import NAMES
from retention.measures.cube import Floats

LOGINS = NAMES.index("logins_7d")
TUTORS = 300


def rows(seed: int, many: int = TUTORS) -> np.ndarray:
    draw = np.random.default_rng(seed)
    matrix = draw.normal(size=(many, len(NAMES))).astype(np.float32)
    matrix[draw.random(matrix.shape) < 0.05] = np.nan
    return matrix


def chances(seed: int, many: int = TUTORS, level: float = 0.05) -> Floats:
    return np.random.default_rng(seed).beta(1, 1 / level - 1, many)


@pytest.fixture(scope="module")
def known() -> Reference:
    return reference(rows(1, 3_000), chances(1, 3_000), tutors=TUTORS)


def test_a_day_like_the_judged_ones_is_quiet(known: Reference) -> None:
    loud = sum(bool(drifted(known, rows(seed), chances(seed))) for seed in range(2, 52))
    assert loud <= 3  # 99 of 100 days are quiet for each feature and for the forecasts


def test_one_feature_far_away_is_an_alarm_that_names_it(known: Reference) -> None:
    matrix = rows(3)
    matrix[:, LOGINS] -= 1.0
    [alarm] = drifted(known, matrix, chances(3))
    assert (alarm.kind, list(alarm.details)) == ("features", ["logins_7d"])


def test_a_feature_that_is_suddenly_unknown_is_an_alarm(known: Reference) -> None:
    matrix = rows(3)
    matrix[:, LOGINS] = np.nan
    assert [alarm.kind for alarm in drifted(known, matrix, chances(3))] == ["features"]


def test_forecasts_that_move_together_are_an_alarm(known: Reference) -> None:
    assert [alarm.kind for alarm in drifted(known, rows(4), chances(4, level=0.10))] == ["scores"]


def test_the_calendar_may_move(known: Reference) -> None:
    assert {"month", "day_of_week", "tenure_days"}.isdisjoint(known.features)


@pytest.mark.parametrize(("left", "alarms"), [(3, 0), (8, 0), (14, 1), (0, 1)])
def test_a_count_is_odd_only_beyond_its_poisson_interval(left: int, alarms: int) -> None:
    gone = np.arange(200) < left
    found = miscounted(np.full(200, 0.03), gone)  # six are expected, all in one band
    assert len(found) == alarms


def test_poisson_and_distance_by_hand() -> None:
    assert at_most(0, 2.0) == pytest.approx(np.exp(-2))
    assert at_most(-1, 2.0) == 0
    assert distance(np.array([1.0, 2.0]), np.array([3.0, 4.0])) == 1
    assert distance(np.array([1.0, 2.0]), np.array([1.0, 2.0])) == 0
