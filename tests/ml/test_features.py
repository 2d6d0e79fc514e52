"""The 35 features, by hand on small days, and point in time: the future changes nothing of the past."""

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ml.features import FEATURES, NAMES, features
from retention.measures.cube import Cube, wait_bins
from tests.ml.cubes import a_cube, random_cube

DAYS = 60


def of(cube: Cube, name: str, day: int) -> float:
    return float(features(cube, np.array([day]))[0, 0, NAMES.index(name)])


def row(**at: int) -> list[list[int]]:
    """One tutor's counts: `day_5=2` is 2 on day 5."""
    counts = [0] * DAYS
    for day, count in at.items():
        counts[int(day.removeprefix("day_"))] = count
    return [counts]


def test_there_are_35_and_each_has_its_own_name() -> None:
    assert len(FEATURES) == len(set(NAMES)) == 35


@pytest.mark.parametrize(("day", "expected"), [(10, 1), (16, 1), (17, 0)])
def test_a_week_is_seven_days_and_ends_with_the_day_itself(day: int, expected: int) -> None:
    assert of(a_cube(DAYS, completed=row(day_10=1)), "sessions_7d", day) == expected


def test_a_day_before_a_session_knows_nothing_of_it() -> None:
    assert of(a_cube(DAYS, completed=row(day_10=1)), "sessions_7d", 9) == 0


@pytest.mark.parametrize(("day", "expected"), [(0, 0), (29, 29), (30, 30)])
def test_tenure_counts_whole_days(day: int, expected: int) -> None:
    assert of(a_cube(DAYS), "tenure_days", day) == expected


@pytest.mark.parametrize(("day", "expected"), [(29, 1), (30, 0)])
def test_a_tutor_is_new_for_thirty_days(day: int, expected: int) -> None:
    assert of(a_cube(DAYS), "is_new_tutor", day) == expected


@pytest.mark.parametrize(("day", "expected"), [(4, 4), (10, 0), (13, 3)])
def test_days_since_a_session_begin_at_onboarding(day: int, expected: int) -> None:
    assert of(a_cube(DAYS, completed=row(day_10=1)), "days_since_last_session", day) == expected


def test_a_trend_compares_two_fortnights_with_one_added_to_each() -> None:
    cube = a_cube(DAYS, completed=row(day_5=4, day_20=1))
    assert of(cube, "sessions_trend", 27) == pytest.approx((1 + 1) / (4 + 1) - 1)


def test_a_mean_of_no_ratings_is_unknown() -> None:
    assert math.isnan(of(a_cube(DAYS), "avg_rating_7d", 20))


def test_ratings_are_divided_by_their_number() -> None:
    cube = a_cube(DAYS, rated_n=row(day_10=1, day_12=2), rating_sum=row(day_10=5, day_12=7))
    assert of(cube, "avg_rating_7d", 12) == 4
    assert of(cube, "avg_rating_7d", 17) == 3.5  # only day 12 is left
    assert of(cube, "rating_trend", 17) == pytest.approx(3.5 - 4)


def test_one_move_of_one_session_is_not_everything() -> None:
    cube = a_cube(DAYS, tutor_moves=row(day_10=1), booked=row(day_10=1))
    assert of(cube, "reschedule_rate_7d", 10) == pytest.approx(1.1 / 2)


def test_activity_is_measured_against_the_days_that_there_were() -> None:
    cube = a_cube(DAYS, completed=[[2] * DAYS])
    assert of(cube, "activity_vs_baseline_21d", 6) == pytest.approx(14 / 10)
    assert of(cube, "activity_vs_baseline_21d", 40) == pytest.approx(42 / 30)


def test_hours_offered_hold_until_others_are_stated() -> None:
    stated = np.full((1, DAYS), np.nan)
    stated[0, 3], stated[0, 40] = 20, 10
    cube = a_cube(DAYS, availability=stated)
    assert math.isnan(of(cube, "availability_hours_7d", 2))
    assert of(cube, "availability_hours_7d", 39) == 20
    assert of(cube, "availability_hours_7d", 46) == 10
    assert of(cube, "availability_change", 46) == pytest.approx(10 / ((21 * 20 + 7 * 10) / 28) - 1)


@pytest.mark.parametrize(("quantile", "minutes"), [("response_p50_7d", 10.0), ("response_p95_7d", 300.0)])
def test_times_to_an_answer_are_known_to_a_fifth(quantile: str, minutes: float) -> None:
    waits = np.zeros_like(a_cube(DAYS).waits)
    for taken in [10.0] * 9 + [300.0]:
        waits[0, 10, wait_bins(np.array([taken]))[0]] += 1
    found = math.expm1(of(a_cube(DAYS, waits=waits), quantile, 12))
    assert minutes <= found <= minutes * 1.2


def test_engagement_has_full_marks_for_a_login_a_day_and_a_quick_answer() -> None:
    cube = a_cube(DAYS, logins=[[1] * DAYS], answers=row(day_30=1), answer_minutes=row(day_30=20_000))
    assert of(cube, "engagement_score_7d", 30) == pytest.approx(100)


def test_an_unknown_part_of_engagement_gives_its_weight_up() -> None:
    assert of(a_cube(DAYS, logins=[[1] * DAYS]), "engagement_score_7d", 30) == pytest.approx(100)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), day=st.integers(0, 99))
def test_what_comes_later_changes_no_byte_of_an_earlier_day(seed: int, day: int) -> None:
    cube = random_cube(100, 5, seed)
    now = features(cube.until(day), np.array([day]))
    later = features(cube, np.array([day]))
    assert now.tobytes() == later.tobytes()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_tutor_has_the_same_features_in_any_company(seed: int) -> None:
    cube, days = random_cube(80, 6, seed), np.array([50, 79])
    assert features(cube, days)[2:4].tobytes() == features(cube.of(slice(2, 4)), days).tobytes()
