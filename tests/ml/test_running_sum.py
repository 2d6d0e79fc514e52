"""The running sum of departures: quiet without drift, loud when the same small error comes each week."""

import numpy as np
import pytest

from ml.running_sum import QUIET, Week, alarms, summed

TUTORS, CHANCE = 300, 0.02


def weeks(many: int, *, left: list[int]) -> list[Week]:
    """Weeks of tutors alike, of whom so many left."""
    chance = np.full(TUTORS, CHANCE)
    return [Week(chance, np.arange(TUTORS) < left[place % len(left)]) for place in range(many)]


def lived(many: int, *, truth: float, seed: int) -> list[Week]:
    """Weeks in which tutors leave with a chance of their own, whatever was foretold."""
    draw = np.random.default_rng(seed)
    return [Week(np.full(TUTORS, CHANCE), draw.random(TUTORS) < truth) for _ in range(many)]


def test_no_weeks_say_nothing() -> None:
    assert alarms([]) == []
    assert not summed([]).beyond


def test_as_many_as_foretold_leave_the_sum_where_it_is() -> None:
    found = summed(weeks(6, left=[6]))
    assert found.more == pytest.approx(0)
    assert found.fewer == pytest.approx(0)
    assert found.bound > 0


def test_a_rise_counts_from_the_lowest_point_before_it() -> None:
    found = summed(weeks(2, left=[2, 11]))
    assert found.more == pytest.approx(5)
    assert found.fewer == pytest.approx(4)


def test_the_same_small_error_each_week_is_an_alarm_in_words_and_one_week_of_it_is_none() -> None:
    assert alarms(weeks(1, left=[11])) == []
    (alarm,) = alarms(weeks(6, left=[11]))
    assert alarm.kind == "running_sum"
    assert "more leave than was foretold: 66 in 6 weeks instead of 36.0" in alarm.says


def test_fewer_than_foretold_are_an_alarm_too() -> None:
    (alarm,) = alarms(weeks(6, left=[1]))
    assert "fewer leave than was foretold: 6 in 6 weeks" in alarm.says


def test_on_platforms_without_drift_it_stays_within_its_bound_as_often_as_it_promises() -> None:
    loud = sum(summed(lived(4, truth=CHANCE, seed=seed), draws=400).beyond for seed in range(400))
    assert loud / 400 < (1 - QUIET) + 0.02


def test_twice_as_many_departures_are_seen_within_a_month() -> None:
    seen = sum(bool(alarms(lived(4, truth=2 * CHANCE, seed=seed))) for seed in range(40))
    assert seen >= 36
