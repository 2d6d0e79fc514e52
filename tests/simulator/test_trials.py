"""Trials whose true answer is known: a randomised one finds it, before and after does not."""

import pytest

from simulator import trials
from simulator.trials import Plan

SMALL = Plan(trials=10, each=30)


def quietly(_what: str, _share: float) -> None:
    """No progress."""


def test_nothing_but_lot_distinguishes_the_arms_of_a_treatment_without_effect() -> None:
    found = trials.tried(Plan(trials=5, each=20, dose="created"), tell=quietly)
    assert found.truth == 0
    assert found.harmed == 0
    assert set(found.by_cause.values()) == {0.0}


def test_untreated_tutors_improve_too() -> None:
    found = trials.tried(SMALL, tell=quietly)
    assert 0.4 < found.improved_untreated < 0.75
    assert found.truth <= 0


@pytest.mark.slow
def test_two_hundred_trials_cover_the_truth_as_often_as_they_promise() -> None:
    found = trials.tried(Plan(), tell=quietly)
    assert found.truth < -0.02
    assert 0.93 <= found.covered <= 0.97
    assert 0.93 <= found.covered_by_claims <= 0.97
    assert abs(found.mean_estimate - found.truth) < 0.01
    assert found.by_cause["first_session"] < found.by_cause["scheduling"]
    assert found.improved_untreated > 0.5
