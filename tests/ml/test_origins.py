"""Real and synthetic tutors in one history: weighed, told apart, and judged by the real ones."""

from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest

from ml import card as cards
from ml.assessment import judging, live_cut
from ml.challenger import Made, made
from ml.labels import labels
from ml.origins import decisive, mixed, not_silent, provenance, silent_days, weights
from ml.person_periods import snapshots, stacked
from retention import policy
from retention.errors import Refusal
from retention.measures.cube import FAR, Cube
from tests.ml.cubes import a_cube, tiring_cube

REAL, SYNTHETIC = np.array([False, False]), np.array([True, True])


def two(synthetic: np.ndarray, days: int = 40, *, until: int | None = None) -> Cube:
    """Two tutors who teach each day, the second one up to a day."""
    completed = np.ones((2, days), dtype=np.int64)
    if until is not None:
        completed[1, until + 1 :] = 0
    return a_cube(days, 2, completed=completed, synthetic=synthetic)


def half(cube: Cube) -> Cube:
    """The first half of the tutors real."""
    return replace(cube, synthetic=np.arange(cube.tutors) >= cube.tutors // 2)


@pytest.mark.parametrize("alike", [REAL, SYNTHETIC])
def test_where_there_is_one_origin_all_count_alike_and_all_decide(alike: np.ndarray) -> None:
    cube = two(alike)
    assert not mixed(cube)
    assert weights(cube).tolist() == [1, 1]
    assert decisive(cube).all()


def test_beside_real_tutors_a_synthetic_one_counts_less_and_decides_nothing() -> None:
    cube = two(~SYNTHETIC | np.array([True, False]))
    assert weights(cube).tolist() == [policy.SYNTHETIC_WEIGHT, 1]
    assert decisive(cube).tolist() == [False, True]


@pytest.mark.parametrize(("until", "silent"), [(35, 4), (36, 0)])
def test_an_imported_history_ends_with_its_last_session_once_it_is_silent_for_days(
    until: int, silent: int
) -> None:
    cube = two(np.array([True, False]), until=until)
    assert silent_days(cube).sum(axis=1).tolist() == [0, silent]


def test_silence_before_a_history_of_sessions_is_not_leaving() -> None:
    completed = np.ones((2, 60), dtype=np.int64)
    completed[1, :25] = 0  # onboarded on the first day, as the other one
    known = labels(a_cube(60, 2, completed=completed, synthetic=np.array([True, False])))
    assert known.at_risk[1].tolist() == [False] * 25 + [True] * 35
    assert (known.leaves[1, 25:] == FAR).all()


def test_who_does_not_teach_while_others_of_the_same_origin_do_leaves() -> None:
    completed = np.ones((2, 60), dtype=np.int64)
    completed[1, :25] = 0
    assert labels(a_cube(60, 2, completed=completed)).leaves[1, 0] == 15  # the first day does not count


def test_silence_after_an_imported_history_is_not_leaving() -> None:
    known = labels(two(np.array([True, False]), until=10))
    assert known.leaves[1, 10] == FAR
    assert known.at_risk[1].tolist() == [True] * 11 + [False] * 29
    assert labels(two(SYNTHETIC, until=10)).leaves[1, 10] == 25


@pytest.mark.parametrize(("until", "learns"), [(35, False), (36, True)])
def test_while_the_platform_is_silent_nothing_is_learnt(until: int, learns: bool) -> None:
    cube = two(SYNTHETIC)
    cube.completed[:, until + 1 :] = 0
    with nullcontext() if learns else pytest.raises(Refusal, match="since 2026-02-10"):
        not_silent(cube)


def test_while_one_origin_is_heard_of_the_platform_is_not_silent() -> None:
    not_silent(two(np.array([True, False]), until=10))


def test_no_model_is_made_of_a_silent_platform() -> None:
    cube = tiring_cube(20, 80)
    cube.completed[:, 70:] = 0
    with pytest.raises(Refusal, match="Nobody's sessions"):
        made(cube)


def test_no_row_is_taken_whose_outcome_lies_after_that_end() -> None:
    cube = two(np.array([True, False]), until=10)
    known = labels(cube)
    rows = stacked(snapshots(cube, known.at_risk, np.array([5])), known, until=39)
    mine = rows.tutor == 1
    assert rows.interval[mine].tolist() == [0, 1]  # the intervals that end on days 6 and 8


def test_rows_count_what_their_tutors_count() -> None:
    cube = two(np.array([True, False]))
    known = labels(cube)
    shots = snapshots(cube, known.at_risk, np.array([5]))
    rows = stacked(shots, known, until=39, weights=weights(cube))
    assert set(rows.weight[rows.tutor == 0]) == {policy.SYNTHETIC_WEIGHT}
    assert set(rows.weight[rows.tutor == 1]) == {1.0}


def test_provenance_counts_tutors_rows_and_departures_of_each_origin() -> None:
    cube = two(np.array([True, False]))
    told = provenance(cube, np.array([0, 0, 1]), np.array([False, True, False]))
    assert [(one.origin, one.tutors, one.rows, one.events) for one in told] == [
        ("real", 1, 1, 0),
        ("synthetic", 1, 2, 1),
    ]
    assert [one.weight for one in told] == [1.0, policy.SYNTHETIC_WEIGHT]


def test_real_tutors_alone_judge() -> None:
    cube = half(tiring_cube(60, 110))
    judged = judging(cube, labels(cube), live_cut(cube.days))
    assert judged.shots.tutor.max() < 30


@pytest.fixture(scope="module")
def blended() -> Made:
    return made(half(tiring_cube(120, 110)), draws=2)


def test_a_card_says_whose_rows_it_was_learnt_from_and_what_they_count(blended: Made) -> None:
    assert [one.origin for one in blended.card.provenance] == ["real", "synthetic"]
    assert sum(one.rows for one in blended.card.provenance) == blended.card.rows
    page = cards.markdown(blended.card, version_id=1)
    assert "| synthetic |" in page
    assert "Real tutors alone have calibrated and judged it" in page


def test_a_card_says_when_only_synthetic_tutors_have_taught_it() -> None:
    page = cards.markdown(made(tiring_cube(60, 110), draws=2).card, version_id=1)
    assert "Learnt from synthetic tutors only" in page
