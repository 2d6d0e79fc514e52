"""Figures of forecasts, by hand, and intervals over tutors."""

import math

import numpy as np
import pytest

from ml import metrics
from ml.bootstrap import interval
from ml.metrics import Forecasts

GONE = np.array([True, True, False, False, False, False, False, False, False, False])
RIGHT = np.linspace(1, 0, 10)


def test_the_top_tenth_is_judged_against_what_can_be_reached() -> None:
    assert metrics.top_precision(RIGHT, GONE) == (1.0, 1.0)
    none_left = np.zeros(10, dtype=np.bool_)
    assert metrics.top_precision(RIGHT, none_left) == (0.0, 0.0)


def test_perfect_knowledge_finds_no_more_leavers_than_there_are() -> None:
    gone = np.arange(100) < 4
    assert metrics.top_precision(np.linspace(1, 0, 100), gone) == (0.4, 0.4)


def test_lift_is_against_the_usual_share() -> None:
    assert metrics.lift(RIGHT, GONE) == pytest.approx(1 / 0.2)


def test_always_saying_the_base_rate_has_no_skill() -> None:
    assert metrics.brier_skill(np.full(10, 0.2), GONE) == pytest.approx(0)


def test_knowing_it_all_has_full_skill() -> None:
    assert metrics.brier_skill(GONE.astype(float), GONE) == 1


def test_ranking_of_nobody_is_not_known() -> None:
    assert math.isnan(metrics.auc(RIGHT, np.zeros(10, dtype=np.bool_)))


def test_a_falling_chance_is_counted() -> None:
    chance = np.array([[0.1, 0.2, 0.3, 0.4], [0.1, 0.3, 0.2, 0.4], [0.1, 0.1, 0.1, 0.1]])
    assert metrics.order_violations(chance) == 1


def test_calibration_error_is_the_mean_distance_in_the_bins() -> None:
    chance = np.full(1_000, 0.3)
    assert metrics.calibration_error(chance, np.arange(1_000) % 5 == 0) == pytest.approx(0.1, abs=0.001)


def forecasts(tutors: int, days: int) -> Forecasts:
    draw = np.random.default_rng(2)
    risk = np.repeat(draw.random(tutors), days)
    gone = np.repeat(draw.random(tutors) < 0.3, days)
    chance = np.stack([risk] * 4, axis=1)
    cluster = np.repeat(np.arange(tutors), days)
    return Forecasts(chance, np.stack([gone] * 4, axis=1), cluster, np.ones(len(risk), dtype=np.bool_))


def share_gone(found: Forecasts) -> float:
    return float(found.gone[:, 0].mean())


def test_more_days_of_the_same_tutors_make_no_figure_surer() -> None:
    few, many = (interval(share_gone, forecasts(60, days)) for days in (1, 30))
    assert many[1] - many[0] == pytest.approx(few[1] - few[0], rel=0.25)


def test_tutors_of_two_platforms_are_not_taken_for_one() -> None:
    both = metrics.pooled([forecasts(3, 2), forecasts(3, 2)])
    assert len(np.unique(both.cluster)) == 6
