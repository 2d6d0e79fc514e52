"""Who leaves when, by the glossary, and that the label of a day looks only ahead of it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, strategies as st

from ml.labels import REASONS, actionable, labels
from retention.measures.cube import FAR, Cube
from retention.vocabulary import ChurnReason
from tests.ml.cubes import a_cube, cut_before, notices

DAYS = 90


def taught(*, until: int, again: int = DAYS) -> list[int]:
    """Two sessions a day up to a day, and from another on."""
    return [2 if day <= until or day >= again else 0 for day in range(DAYS)]


def beside_another(completed: list[int], **rows: Any) -> Cube:
    """A tutor with these sessions a day, beside one who teaches each day: the platform is not silent."""
    return a_cube(DAYS, 2, completed=[completed, [2] * DAYS], **rows)


def ends(cube: Cube) -> tuple[int, ChurnReason]:
    found = labels(cube)
    return int(found.leaves[0, 0]), REASONS[found.reason[0, 0]]


def test_who_teaches_on_stays() -> None:
    found = labels(beside_another(taught(until=DAYS)))
    assert found.at_risk.all()
    assert (found.leaves == FAR).all()


def test_fifteen_days_without_a_session_are_the_end_on_the_fifteenth() -> None:
    assert ends(beside_another(taught(until=40))) == (55, ChurnReason.INACTIVITY)


def test_fourteen_days_without_a_session_are_not() -> None:
    found = labels(beside_another(taught(until=40, again=55)))
    assert (found.leaves == FAR).all()


def test_a_leave_holds_the_count() -> None:
    leave = np.zeros((2, DAYS), dtype=np.bool_)
    leave[0, 45:50] = True
    assert ends(beside_another(taught(until=40), on_leave=leave)) == (60, ChurnReason.INACTIVITY)


def test_a_resignation_counts_on_the_day_on_which_it_takes_effect() -> None:
    cube = beside_another(taught(until=DAYS), leaving=notices(2, DAYS, (0, 30, 44)))
    assert ends(cube) == (43, ChurnReason.RESIGNATION)  # midnight of day 44 ends day 43


def test_who_resigned_came_back_and_gave_notice_again_has_resigned_twice() -> None:
    leaving = notices(2, DAYS, (0, 10, 20), (0, 50, 70))
    found = labels(beside_another(taught(until=19, again=40), leaving=leaving))
    assert [(int(found.leaves[0, day]), REASONS[found.reason[0, day]]) for day in (15, 60)] == [
        (19, ChurnReason.RESIGNATION),
        (69, ChurnReason.RESIGNATION),
    ]


def test_of_two_notices_of_one_stay_the_newer_names_the_last_day() -> None:
    leaving = notices(2, DAYS, (0, 10, 20), (0, 15, 50))
    assert ends(beside_another(taught(until=DAYS), leaving=leaving)) == (49, ChurnReason.RESIGNATION)


SILENCE = slice(30, 47)  # 17 days without anybody's session


def test_while_nobody_is_heard_of_nobody_leaves_and_nobody_is_at_risk() -> None:
    completed = np.full((3, DAYS), 2)
    completed[:, SILENCE] = 0
    found = labels(a_cube(DAYS, 3, completed=completed))
    assert (found.leaves == FAR).all()
    assert not found.at_risk[:, SILENCE].any()
    assert found.at_risk[:, 29].all()
    assert found.at_risk[:, 47].all()


def test_days_of_silence_hold_the_count_of_idle_days() -> None:
    cube = beside_another(taught(until=20))
    cube.completed[:, SILENCE] = 0
    assert ends(cube) == (35 + 17, ChurnReason.INACTIVITY)


@pytest.mark.parametrize(("days", "silent"), [(3, False), (4, True)])
def test_three_days_without_anybody_may_be_holidays(days: int, silent: bool) -> None:
    cube = beside_another(taught(until=20))
    cube.completed[:, 30 : 30 + days] = 0
    assert ends(cube) == (35 + (days if silent else 0), ChurnReason.INACTIVITY)


@pytest.mark.parametrize(
    ("day", "until", "seen"),
    [
        (10, 29, True),
        (10, 30, False),
        (29, 31, False),
        (46, 60, True),
        (60, DAYS - 1, True),
        (60, DAYS, False),
    ],
)
def test_what_became_of_a_day_is_known_if_nothing_after_it_was_silent(
    day: int, until: int, seen: bool
) -> None:
    completed = np.full((1, DAYS), 2)
    completed[:, SILENCE] = 0
    found = labels(a_cube(DAYS, 1, completed=completed))
    assert bool(found.seen(np.array([0]), np.array([day]), until=np.array([until]))[0]) is seen


def test_who_comes_back_is_at_risk_again_and_the_first_end_stands() -> None:
    found = labels(beside_another(taught(until=20, again=60)))
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
        completed=[taught(until=43), taught(until=43, again=70), taught(until=DAYS)],
        leaving=notices(3, DAYS, (0, 30, 44), (1, 30, 44)),
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
    found = labels(beside_another(taught(until=40)))
    assert bool(found.left_within(np.array([day]), horizon)[0, 0]) is left


@pytest.mark.parametrize(("day", "open_"), [(43, True), (44, False)])
def test_who_is_being_counted_out_is_not_actionable(day: int, open_: bool) -> None:
    cube = a_cube(DAYS, completed=[[6 if at <= 40 else 0 for at in range(DAYS)]])
    assert bool(actionable(cube, np.array([day]))[0, 0]) is open_
