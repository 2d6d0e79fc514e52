"""A world as arrays, against the postings of the same world."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from retention.measures.cube import FAR, THOUSANDTHS, Cube
from simulator.cubes import cube_of
from simulator.world import born, live_a_day

FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
DAYS, TUTORS = 40, 60


@pytest.fixture(scope="module")
def cube() -> Cube:
    return cube_of(born(FIRST_DAY, tutors_wanted=TUTORS, seed=11), DAYS)


@pytest.fixture(scope="module")
def postings() -> list[dict[str, object]]:
    world = born(FIRST_DAY, tutors_wanted=TUTORS, seed=11)
    end = np.datetime64("2026-02-14T00:00:00")
    told = [posting.record for _ in range(DAYS) for posting in live_a_day(world)]
    return [record for record in told if np.datetime64(str(record["event_time"]).rstrip("Z")) < end]


def count(postings: list[dict[str, object]], key: str) -> Counter[object]:
    return Counter(record.get(key) for record in postings)


def test_every_session_taught_is_counted_once(cube: Cube, postings: list[dict[str, object]]) -> None:
    taught = [record for record in postings if record.get("transition") == "completed"]
    assert cube.completed.sum() == pytest.approx(len(taught), abs=3)  # one that ends after the last midnight
    met = sum(1 for record in taught if record["learning_objectives_met"])
    assert cube.objectives_met.sum() == pytest.approx(met, abs=3)


def test_deeds_are_counted_by_kind(cube: Cube, postings: list[dict[str, object]]) -> None:
    kinds = count(postings, "kind")
    assert cube.logins.sum() == kinds["login"]
    assert cube.answers.sum() == cube.waits.sum() == kinds["message_answered"]
    assert cube.trainings_assigned.sum() == kinds["training_assigned"]


def test_ratings_add_up(cube: Cube, postings: list[dict[str, object]]) -> None:
    stars = [int(str(record["overall_rating"])) for record in postings if "overall_rating" in record]
    assert (cube.rated_n.sum(), cube.rating_sum.sum()) == (len(stars), sum(stars))


def test_minutes_are_whole_thousandths(cube: Cube, postings: list[dict[str, object]]) -> None:
    answers: list[Any] = [
        record["details"] for record in postings if record.get("kind") == "message_answered"
    ]
    minutes = sum(float(one["response_minutes"]) for one in answers)
    assert cube.answer_minutes.sum() / THOUSANDTHS == pytest.approx(minutes, rel=1e-6)


def test_who_gave_notice_has_a_last_day(cube: Cube) -> None:
    tutor, day = np.nonzero(cube.leaving != FAR)
    assert len(tutor)
    assert (cube.leaving[tutor, day] >= day).all()


def test_who_joined_later_has_taught_nothing_before(cube: Cube) -> None:
    days = np.arange(cube.days)[None, :]
    assert cube.completed[days < cube.onboarded[:, None]].sum() == 0
