"""The rows that hazards are learnt from: taken by the calendar, never by what came of them."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ml import person_periods
from ml.features import features
from ml.horizons import EDGES, INTERVALS
from ml.labels import labels
from ml.person_periods import PersonPeriods, rolled, snapshots, stacked, unrolled
from ml.splits import split
from tests.ml.cubes import a_cube, random_cube, tiring_cube

UNTIL = 60


def rows_of(leaves_after: int) -> PersonPeriods:
    """One tutor, one snapshot on day 40, who teaches until a day and then no more; another begins later."""
    own = [2 if day <= leaves_after else 0 for day in range(120)]
    cube = a_cube(120, 2, completed=[own, [2] * 120], onboarded=np.array([0, 41]))
    known = labels(cube)
    return stacked(snapshots(cube, known.at_risk, np.array([40])), known, until=UNTIL)


def test_an_interval_that_has_not_passed_is_not_learnt_from() -> None:
    assert list(rows_of(200).interval) == [0, 1, 2, 3]  # 14 days ahead are over on day 60, 30 are not


def test_an_interval_that_has_not_passed_is_left_out_even_if_the_end_is_known() -> None:
    rows = rows_of(30)  # gone on day 45
    assert [(int(k), bool(gone)) for k, gone in zip(rows.interval, rows.gone, strict=True)] == [
        (0, False),
        (1, False),
        (2, True),
    ]


def test_an_interval_in_which_the_platform_was_silent_is_not_learnt_from() -> None:
    cube = a_cube(120, completed=[[0 if 45 <= day < 50 else 2 for day in range(120)]])
    known = labels(cube)
    rows = stacked(snapshots(cube, known.at_risk, np.array([40])), known, until=119)
    assert list(rows.interval) == [0, 1]  # those that end on days 41 and 43


def test_who_is_gone_is_asked_no_further() -> None:
    assert rows_of(30).interval.max() == 2


@settings(max_examples=10, deadline=None)
@given(until=st.integers(30, 199))
def test_which_rows_are_taken_does_not_depend_on_their_outcome(until: int) -> None:
    cube = tiring_cube(60)
    known = labels(cube)
    shots = snapshots(cube, known.at_risk, np.arange(20, 100, 7))
    rows = stacked(shots, known, until=until)
    first = rows.interval == 0
    due = shots.day + EDGES[1] <= until
    assert sorted(rows.snapshot[first]) == list(np.flatnonzero(due))


@pytest.mark.parametrize("some", [1, 7, 60, 61])
def test_features_worked_out_some_tutors_at_a_time_are_those_of_all(
    some: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cube = random_cube(50, 60, seed=5)
    days, at_risk = np.array([20, 33, 49]), np.random.default_rng(1).random((60, 50)) < 0.5
    monkeypatch.setattr(person_periods, "SOME", some)
    shots = snapshots(cube, at_risk, days)
    at_once = features(cube, days)[shots.tutor, np.searchsorted(days, shots.day)]
    assert at_risk[shots.tutor, shots.day].all()
    assert len(shots.tutor) == at_risk[:, days].sum()
    assert shots.matrix.tobytes() == at_once.tobytes()


def test_hazards_come_back_in_the_order_in_which_they_were_asked() -> None:
    asked = unrolled(np.zeros((3, 35), dtype=np.float32))
    assert rolled(asked[:, -1].astype(np.float64)).tolist() == [list(range(INTERVALS))] * 3


def test_no_row_of_a_part_ends_after_its_cut() -> None:
    cut = split(0, 179)
    assert (cut.learn_until, cut.calibrate_until) == (125, 152)
    assert cut.learn.max() <= 125 < cut.calibrate.min()
    assert cut.calibrate.max() <= 152 < cut.judge.min()
    assert cut.judge.max() <= 179
