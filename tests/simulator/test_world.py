"""The same seed gives the same world, day by day; what it posts is what the API reads."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from retention.messages import reading
from retention.vocabulary import Stream
from simulator import chance, world as worlds
from simulator.world import LONGEST_REACH
from tests.simulator.lived import MONDAY, a_long_run, lived


def test_the_same_seed_gives_the_same_records() -> None:
    assert lived(40, days=12, seed=5).postings == lived(40, days=12, seed=5).postings


def test_another_seed_gives_another_world() -> None:
    assert lived(40, days=12, seed=5).postings != lived(40, days=12, seed=6).postings


def test_a_tutor_lives_the_same_in_a_larger_world() -> None:
    small, large = lived(20, days=12, seed=5), lived(60, days=12, seed=5)
    mine = [one for one in small.postings if one.record["tutor_id"] == "tutor-00003"]
    assert mine == [one for one in large.postings if one.record["tutor_id"] == "tutor-00003"]
    assert mine


def test_every_record_is_one_that_the_api_reads() -> None:
    for posting in lived(60, days=25, seed=2).postings:
        reading.checked(Stream(posting.door), posting.record)


def test_event_ids_are_unique() -> None:
    postings = a_long_run().postings
    assert len({(one.door, one.event_id) for one in postings}) == len(postings)


def test_nothing_is_due_before_its_day_nor_long_after_it_nor_before_it_happened() -> None:
    world = worlds.born(MONDAY, tutors_wanted=80, seed=4)
    for day in range(30):
        midnight = MONDAY + timedelta(days=day)
        for posting in worlds.live_a_day(world):
            assert midnight.timestamp() <= posting.due < (midnight + LONGEST_REACH).timestamp()
            read = reading.checked(Stream(posting.door), posting.record)
            assert read.event_time.timestamp() <= posting.due


def test_a_session_is_booked_once_and_ends_once_in_that_order() -> None:
    told: dict[str, list[tuple[float, str]]] = {}
    for one in a_long_run().postings:
        if one.door == "sessions":
            told.setdefault(one.record["session_id"], []).append((one.due, one.record["transition"]))
    ends = {"cancelled", "no_show", "completed"}
    for story in told.values():
        words = [word for _, word in sorted(story)]
        assert words[0] == "booked"
        assert words.count("booked") == 1
        assert sum(word in ends for word in words) <= 1
        assert not ends & set(words[:-1])


def test_sessions_before_the_last_days_have_all_ended() -> None:
    run = a_long_run()
    ended = {
        one["session_id"] for kind in ("cancelled", "no_show", "completed") for one in run.sessions(kind)
    }
    last = (run.world.first_day + timedelta(days=run.world.day - 12)).isoformat()
    due = {one["session_id"] for one in run.sessions("booked") if one["scheduled_start"] < last}
    assert due <= ended


def test_nobody_posts_before_having_joined_nor_teaches_after_having_left() -> None:
    run = a_long_run()
    joined = {one["tutor_id"]: one["event_time"] for one in run.behaviour("onboarded")}
    assert all(one.record["event_time"] >= joined[one.record["tutor_id"]] for one in run.postings)
    gone = run.world.life.gone_from
    for one in run.sessions("completed"):
        day = (one["scheduled_start"], gone[int(one["tutor_id"][-5:]) - 1])
        assert day[0] < (MONDAY + timedelta(days=float(min(day[1], 9_999)) + 1)).isoformat()


def test_no_tutor_teaches_two_booked_sessions_at_once() -> None:
    starts = [(one["tutor_id"], one["scheduled_start"]) for one in a_long_run().sessions("booked")]
    assert len(set(starts)) == len(starts)


def test_a_pair_of_tutor_and_student_counts_its_sessions_without_a_gap() -> None:
    numbers: dict[str, list[int]] = {}
    for one in sorted(a_long_run().sessions("booked"), key=lambda record: record["scheduled_start"]):
        numbers.setdefault(one["student_ids"][0], []).append(one["session_number"])
    for met in numbers.values():
        assert sorted(met) == list(range(min(met), min(met) + len(met)))


def test_offsets_follow_the_tutors_own_clock_through_the_change_of_time() -> None:
    zone = ZoneInfo("Europe/London")
    assert zone.utcoffset(MONDAY.replace(tzinfo=None)) == timedelta(hours=1)
    hours = {int(one["scheduled_start"][11:13]) for one in a_long_run().sessions("booked")}
    assert hours <= {*range(2, 22), 0, 1, 22, 23}


def test_a_draw_depends_on_its_key_alone() -> None:
    alone = chance.uniform(chance.keys(1, np.array([7]), 3), "late")
    among = chance.uniform(chance.keys(1, np.arange(10), 3), "late")
    assert alone[0] == among[7]
    assert chance.uniform(chance.keys(2, np.array([7]), 3), "late")[0] != alone[0]


@pytest.mark.parametrize("mean", [0.0, 0.3, 2.1, 9.0])
def test_counts_have_their_mean(mean: float) -> None:
    counts = chance.poisson(chance.keys(1, np.arange(40_000)), "count", mean=np.full(40_000, mean))
    assert counts.mean() == pytest.approx(mean, abs=4 * np.sqrt(max(mean, 1e-12) / 40_000))
