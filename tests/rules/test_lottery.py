"""The capacity lottery: by priority, then by a lot that anybody can draw again, with its propensity."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from retention import policy
from retention.vocabulary import OwnerGroup, Programme, TaskKind
from rules.lottery import Draw, Entrant, draw, lot
from rules.workload import case_hours, hours_a_day

DAY = date(2026, 11, 18)
RULE = "H1.coaching"


def entrants(*priorities: int, hours: float = 1.0, first: int = 100) -> list[Entrant]:
    return [Entrant(n, first + n, RULE, priority, hours) for n, priority in enumerate(priorities)]


def held(pool: list[Entrant], hours: float, *, begun: bool = True, day: date = DAY) -> Draw:
    return draw(pool, hours_left=hours, begun=begun, day=day)


def began(drawn: Draw) -> set[int]:
    return {one.ticket for one in drawn.drawn if one.admitted}


@pytest.mark.parametrize(
    ("tutor", "rule", "day", "number"),
    [
        (10_023, RULE, DAY, 0.1781),
        (10_024, RULE, DAY, 0.5077),
        (10_023, "H2.mentor", DAY, 0.8911),
        (10_023, RULE, DAY + timedelta(days=1), 0.9902),
    ],
)
def test_a_lot_is_the_same_for_ever(tutor: int, rule: str, day: date, number: float) -> None:
    assert round(lot(tutor, rule, day), 4) == number


def test_lots_are_evenly_spread_and_have_nothing_to_do_with_those_of_another_day_or_rule() -> None:
    tutors = range(10_000, 30_000)
    first = [lot(tutor, RULE, DAY) for tutor in tutors]
    for other in (
        [lot(tutor, RULE, DAY + timedelta(days=1)) for tutor in tutors],
        [lot(tutor, "H2.mentor", DAY) for tutor in tutors],
        [lot(tutor + 1, RULE, DAY) for tutor in tutors],
    ):
        both = sum(one < 0.5 and two < 0.5 for one, two in zip(first, other, strict=True)) / len(first)
        assert abs(both - 0.25) < 0.01  # three standard errors of 20,000
    tenths = [sum(n / 10 <= one < (n + 1) / 10 for one in first) for n in range(10)]
    assert all(abs(count - 2_000) < 130 for count in tenths)


def test_where_there_are_hours_for_all_everybody_begins_and_nothing_was_left_to_chance() -> None:
    drawn = held(entrants(*[50] * 5, hours=1.3), 6.5)
    assert (drawn.places, drawn.contested, len(began(drawn))) == (5, False, 5)
    assert {one.propensity for one in drawn.drawn} == {1.0}


def test_among_equals_the_lowest_lots_begin_with_the_chance_that_each_of_them_had() -> None:
    pool = entrants(*[50] * 8, hours=1.3)
    drawn = held(pool, 4.0)
    assert (drawn.places, drawn.contested) == (3, True)
    by_lot = sorted(pool, key=lambda it: lot(it.tutor_number, RULE, DAY))
    assert began(drawn) == {it.ticket for it in by_lot[:3]}
    assert {one.propensity for one in drawn.drawn} == {3 / 8}
    assert [one.rank for one in drawn.drawn] == list(range(1, 9))


def test_priority_goes_before_every_lot() -> None:
    drawn = held(entrants(70, 50, 50, 50, 30, 70), 4.0)
    chances = {one.ticket: one.propensity for one in drawn.drawn}
    assert chances == {0: 1.0, 5: 1.0, 1: 2 / 3, 2: 2 / 3, 3: 2 / 3, 4: 0.0}
    assert {0, 5} < began(drawn)
    assert 4 not in began(drawn)


@pytest.mark.parametrize(
    ("hours", "begun", "places"), [(0.0, True, 0), (-3.0, True, 0), (2.0, False, 1), (8.0, False, 2)]
)
def test_a_case_longer_than_the_day_is_begun_when_nothing_else_was(
    hours: float, begun: bool, places: int
) -> None:
    assert held(entrants(50, 50, 50, hours=4.0), hours, begun=begun).places == places


def test_hours_that_fit_to_the_minute_are_not_lost_to_rounding() -> None:
    assert held(entrants(*[50] * 9, hours=1.3), 3 * 1.3).places == 3


@settings(max_examples=100, deadline=None)
@given(
    priorities=st.lists(st.integers(0, 3), min_size=1, max_size=30),
    hours=st.floats(0, 40),
    seed=st.integers(0, 99),
)
def test_whoever_asks_in_whatever_order_the_draw_is_the_same_and_adds_up(
    priorities: list[int], hours: float, seed: int
) -> None:
    pool = entrants(*priorities)
    drawn = held(pool, hours)
    shuffled = Random(seed).sample(pool, len(pool))
    assert held(shuffled, hours) == drawn
    assert len(began(drawn)) == drawn.places <= len(pool)
    assert sum(one.propensity for one in drawn.drawn) == pytest.approx(drawn.places)
    for one in drawn.drawn:
        assert one.admitted or one.propensity < 1
        assert one.propensity > 0 or not one.admitted


def test_over_many_days_each_begins_as_often_as_its_propensity_says() -> None:
    pool = entrants(50, 50, 50, 50, 50, 90)
    days = [DAY + timedelta(days=n) for n in range(3_000)]
    times = dict.fromkeys(range(6), 0)
    for day in days:
        for ticket in began(held(pool, 3.0, day=day)):
            times[ticket] += 1
    assert times[5] == len(days)
    for ticket in range(5):
        assert abs(times[ticket] / len(days) - 0.4) < 0.03  # three standard errors


def test_an_effect_is_found_by_propensities_and_missed_without_them() -> None:
    """The urgent go first and are worse off: compared plainly, helping looks harmful."""
    chance, told = Random(8), []
    for number in range(4_000):
        pool = entrants(*[70] * 3, *[50] * 3, first=10 * number)
        for one in held(pool, 4.0, day=DAY + timedelta(days=number)).drawn:
            urgent = one.ticket < 3
            better = chance.random() < (0.2 if urgent else 0.6) + (0.15 if one.admitted else 0)
            told.append((one.admitted, one.propensity, better))
    treated = [better for admitted, _, better in told if admitted]
    waited = [better for admitted, _, better in told if not admitted]
    assert sum(treated) / len(treated) - sum(waited) / len(waited) < 0
    by_lot = [it for it in told if 0 < it[1] < 1]
    gain = sum((a / p - (not a) / (1 - p)) * better for a, p, better in by_lot) / len(by_lot)
    assert gain == pytest.approx(0.15, abs=0.03)


def test_hours_a_day_are_a_fifth_of_a_weeks() -> None:
    staff = {OwnerGroup.OPS_MANAGER: 2}
    week = policy.CASEWORK_HOURS_A_WEEK[OwnerGroup.OPS_MANAGER]
    assert hours_a_day(staff)[OwnerGroup.OPS_MANAGER] == pytest.approx(2 * week / 5)


def test_every_programme_of_people_costs_hours_and_an_automated_one_none() -> None:
    assert case_hours(Programme.ALERT_CHECK) == policy.TASK_HOURS[TaskKind.NO_SHOW_CHECK]
    assert case_hours(Programme.COACHING) > policy.TASK_HOURS[TaskKind.COACHING_CALL] * 0.7
    assert case_hours(Programme.COACHING_TIP) == 0
    assert case_hours(Programme.IMPROVEMENT_PLAN) > 1
