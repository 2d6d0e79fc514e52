"""Who leaves when, by the glossary, and that the label of a day looks only ahead of it."""

import numpy as np
import pytest
from hypothesis import example, given, strategies as st

from ml.labels import REASONS, actionable, labels
from retention.measures.cube import FAR, Cube
from retention.vocabulary import ChurnReason
from tests.ml.cubes import a_cube, cut_before

DAYS = 90


def taught(*, until: int, again: int = DAYS) -> list[list[int]]:
    """Two sessions a day up to a day, and from another on."""
    return [[2 if day <= until or day >= again else 0 for day in range(DAYS)]]


def ends(cube: Cube) -> tuple[int, ChurnReason]:
    found = labels(cube)
    return int(found.leaves[0, 0]), REASONS[found.reason[0, 0]]


def test_who_teaches_on_stays() -> None:
    found = labels(a_cube(DAYS, completed=taught(until=DAYS)))
    assert found.at_risk.all()
    assert (found.leaves == FAR).all()


def test_fifteen_days_without_a_session_are_the_end_on_the_fifteenth() -> None:
    assert ends(a_cube(DAYS, completed=taught(until=40))) == (55, ChurnReason.INACTIVITY)


def test_fourteen_days_without_a_session_are_not() -> None:
    found = labels(a_cube(DAYS, completed=taught(until=40, again=55)))
    assert (found.leaves == FAR).all()


def test_a_leave_holds_the_count() -> None:
    leave = np.zeros((1, DAYS), dtype=np.bool_)
    leave[0, 45:50] = True
    assert ends(a_cube(DAYS, completed=taught(until=40), on_leave=leave)) == (60, ChurnReason.INACTIVITY)


def test_a_resignation_counts_on_the_day_on_which_it_takes_effect() -> None:
    cube = a_cube(DAYS, completed=taught(until=DAYS), noticed=np.array([30]), resigned=np.array([44]))
    assert ends(cube) == (43, ChurnReason.RESIGNATION)  # midnight of day 44 ends day 43


def test_who_comes_back_is_at_risk_again_and_the_first_end_stands() -> None:
    found = labels(a_cube(DAYS, completed=taught(until=20, again=60)))
    assert found.leaves[0, 20] == 35
    assert not found.at_risk[0, 35:60].any()
    assert found.at_risk[0, 60:].all()


@given(begins=st.integers(1, 69))
@example(begins=44)
@example(begins=45)
def test_arrays_that_begin_later_say_the_same_of_the_days_they_share(begins: int) -> None:
    cube = a_cube(
        DAYS,
        3,
        completed=np.array([taught(until=43)[0], taught(until=43, again=70)[0], taught(until=DAYS)[0]]),
        noticed=np.array([30, 30, FAR]),
        resigned=np.array([44, 44, FAR]),
        onboarded=np.array([0, -100, 20]),
    )
    whole, cut = labels(cube), labels(cut_before(cube, begins))
    np.testing.assert_array_equal(cut.at_risk, whole.at_risk[:, begins:])
    ahead = np.where(cut.leaves == FAR, FAR, cut.leaves + begins)
    np.testing.assert_array_equal(ahead, whole.leaves[:, begins:])
    np.testing.assert_array_equal(cut.reason, whole.reason[:, begins:])


@pytest.mark.parametrize(
    ("day", "horizon", "left"), [(48, 7, True), (47, 7, False), (54, 1, True), (25, 30, True)]
)
def test_a_horizon_counts_from_the_day_and_includes_its_last(day: int, horizon: int, left: bool) -> None:
    found = labels(a_cube(DAYS, completed=taught(until=40)))
    assert bool(found.left_within(np.array([day]), horizon)[0, 0]) is left


@pytest.mark.parametrize(("day", "open_"), [(43, True), (44, False)])
def test_who_is_being_counted_out_is_not_actionable(day: int, open_: bool) -> None:
    cube = a_cube(DAYS, completed=[[6 if at <= 40 else 0 for at in range(DAYS)]])
    assert bool(actionable(cube, np.array([day]))[0, 0]) is open_
