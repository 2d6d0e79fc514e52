"""What is known of a booked first session, by hand on small days; the future changes nothing of it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ml import first_session_features
from ml.first_session_features import KINDS, LEAD, NAMES, NUMBERS, Rows, feature_schema, features
from ml.first_session_training import examples
from retention.measures.cube import Cube
from retention.measures.first_sessions import FirstSessions, joined, nothing, unheard
from tests.ml.cubes import a_cube, random_cube
from tests.ml.first_sessions import TUTOR, a_platform, some_first_sessions

DAYS = 60


def counts(**at: int) -> list[list[int]]:
    row = [0] * DAYS
    for day, count in at.items():
        row[int(day.removeprefix("day_"))] = count
    return [row]


def seen_at(
    seen: int, *, cube: Cube | None = None, known: FirstSessions | None = None, **asked: Any
) -> dict[str, Any]:
    """The features of one first session, seen at the end of a day."""
    rows = features(
        cube or a_cube(DAYS), known or nothing(), some_first_sessions(asked), seen=np.array([seen])
    )
    return rows.values_of(0)


@pytest.mark.parametrize(("day", "tenure", "new"), [(29, 29, 1), (30, 30, 0)])
def test_tenure_is_that_of_the_sessions_own_day(day: int, tenure: int, new: int) -> None:
    found = seen_at(10, day=day)
    assert (found["tenure_days"], found["is_new_tutor"]) == (tenure, new)


@pytest.mark.parametrize(("rated", "known"), [(5, None), (6, 4.0)])
def test_a_mean_rating_is_known_from_the_sixth_on(rated: int, known: float | None) -> None:
    cube = a_cube(DAYS, rated_n=counts(day_20=rated), rating_sum=counts(day_20=4 * rated))
    assert seen_at(20, cube=cube)["avg_rating_30d"] == known


@pytest.mark.parametrize(("day", "known"), [(19, None), (20, 4.0), (49, 4.0), (50, None)])
def test_ratings_of_thirty_days_up_to_the_day_seen_count(day: int, known: float | None) -> None:
    cube = a_cube(DAYS, rated_n=counts(day_20=10), rating_sum=counts(day_20=40))
    assert seen_at(day, cube=cube)["avg_rating_30d"] == known


@pytest.mark.parametrize(
    ("said_on", "stars", "rated", "failed"),
    [(30, 2, 1, 1), (30, 3, 1, 0), (30, 4, 1, 0), (31, 2, 0, 0), (30 - 179, 2, 1, 1), (30 - 180, 2, 0, 0)],
)
def test_first_sessions_of_before_count_once_their_students_have_spoken(
    said_on: int, stars: int, rated: int, failed: int
) -> None:
    known = some_first_sessions({"day": 25, "said_on": said_on, "stars": stars})
    found = seen_at(30, known=known)
    assert (found["first_rated_180d"], found["first_failed_180d"]) == (rated, failed)


def test_first_sessions_of_others_and_unrated_ones_do_not_count() -> None:
    known = some_first_sessions(
        {"tutor": TUTOR + 1, "said_on": 20, "stars": 1},
        {"tutor": TUTOR - 1, "said_on": 20, "stars": 1},
        {"day": 20},
    )
    assert seen_at(30, cube=a_cube(DAYS, 3), known=known)["first_rated_180d"] == 0


@pytest.mark.parametrize(
    ("hour", "time"),
    [(0, "morning"), (11, "morning"), (12, "afternoon"), (15, "afternoon"), (16, "after school"),
     (18, "after school"), (19, "evening"), (23, "evening")],
)  # fmt: skip
def test_the_day_has_four_parts(hour: int, time: str) -> None:
    assert seen_at(10, hour=hour)["time_of_day"] == time


def test_what_is_not_told_is_unknown() -> None:
    found = seen_at(10, age_band="", weekday=6)
    assert (found["student_age"], found["weekday"], found["subject"]) == (None, "Sunday", "Mathematics")


def test_a_row_holds_no_student_and_no_age_in_years() -> None:
    assert set(NAMES) == set(NUMBERS) | set(KINDS)
    assert not {name for name in NAMES if "student" in name} - {"student_age"}
    assert not {name for name in NAMES if name.endswith("_id")}


def test_the_order_of_tutors_in_the_cube_and_of_the_asked_does_not_matter() -> None:
    cube = random_cube(DAYS, 5, seed=1)
    turned = cube.of(np.array([3, 1, 4, 0, 2]))
    _, told = a_platform(5, DAYS)
    asked = unheard(told)
    seen = np.full(len(asked), 40)
    one, other = (features(each, told, asked, seen=seen) for each in (cube, turned))
    assert one.numbers.tobytes() == other.numbers.tobytes()
    back = features(cube, told, asked.of(np.arange(len(asked))[::-1]), seen=seen)
    assert back.numbers[::-1].tobytes() == one.numbers.tobytes()


def test_what_happens_after_the_day_seen_changes_nothing() -> None:
    """Days, words and sessions that came later: a row is the same bytes."""
    cube, told = a_platform(20, DAYS)
    asked, day = unheard(told.of(told.day >= 42)), 40
    seen = np.full(len(asked), day)
    earlier = told.of(told.said_on <= day)
    before = features(cube.until(day), earlier, asked, seen=seen)
    later = some_first_sessions({"said_on": day + 1, "stars": 1, "day": 30})
    after = features(cube, joined([told, later]), asked, seen=seen)
    assert after.numbers.tobytes() == before.numbers.tobytes()
    assert len(asked) > 50


def test_a_learnt_row_sees_what_was_known_two_days_before() -> None:
    cube, told = a_platform(20, DAYS)
    known = examples(cube, told, days=(30, 50))
    rated = told.of(told.rated & (told.day >= 30) & (told.day <= 50))
    asked = features(cube, told, unheard(rated), seen=rated.day - LEAD)
    assert known.rows.numbers.tobytes() == asked.numbers.tobytes()
    assert known.failed.tolist() == rated.failed.tolist()


def test_rows_of_several_groups_of_tutors_are_those_of_all() -> None:
    cube, told = a_platform(20, DAYS)
    whole = examples(cube, told, days=(30, 50)).rows
    parts = [examples(cube.of(slice(at, at + 10)), told, days=(30, 50)).rows for at in (0, 10)]
    both = first_session_features.joined(parts)
    order = np.lexsort((whole.day, whole.tutor)), np.lexsort((both.day, both.tutor))
    assert sorted(map(tuple, whole.of(order[0]).numbers.tolist()), key=str) == sorted(
        map(tuple, both.of(order[1]).numbers.tolist()), key=str
    )


def test_without_anything_asked_there_are_no_rows() -> None:
    rows = features(a_cube(DAYS), nothing(), nothing(), seen=np.zeros(0, dtype=np.int64))
    assert (len(rows), rows.numbers.shape) == (0, (0, len(NUMBERS)))
    assert isinstance(replace(rows), Rows)


def test_another_feature_makes_another_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    before = feature_schema()
    monkeypatch.setattr(first_session_features, "NAMES", (*NAMES, "one_more"))
    assert feature_schema() != before
