"""First sessions as they were known: equal to a world's own, and never changed by later news."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from retention.measures.first_sessions import FirstSessions
from retention.records import cubes, first_session_history, tutors
from retention.records.cubes import Span
from retention.records.database import Session
from retention.records.first_session_history import BookedFirstSessions
from simulator import cubes as lived
from simulator.first_sessions import FirstSessionsSeen
from simulator.tutors import external_id
from simulator.world import born, live_a_day
from tests.factories import platform, wire
from tests.retention.test_cubes import posted

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = MONDAY + 30 * DAY
DAYS, TUTORS = 35, 25


def told(session: Session, number: int, *, cutoff: datetime = NOW) -> FirstSessions:
    span = Span(MONDAY.date(), NOW.date(), cutoff)
    return first_session_history.took_place(session, [number], span)


def ahead(session: Session, number: int, *, cutoff: datetime = NOW) -> BookedFirstSessions:
    return first_session_history.booked(
        session, [number], cutoff=cutoff, until=cutoff + 2 * DAY, first=MONDAY.date()
    )


@pytest.fixture
def tutor(session: Session) -> tuple[int, str]:
    return platform.a_tutor(session, at=MONDAY, time_zone="Asia/Kolkata")


def test_a_small_world_is_the_same_from_its_tables_and_from_its_postings(session: Session) -> None:
    world = born(MONDAY, tutors_wanted=TUTORS, seed=11)
    seen = FirstSessionsSeen(world.profile, first_second=world.midnight)
    lived.cube_of(world, DAYS, seen=seen.see)
    own = seen.all_of_them()
    again = born(MONDAY, tutors_wanted=TUTORS, seed=11)
    posted(session, [one for _ in range(DAYS) for one in live_a_day(again)], lag=timedelta())
    cutoff = MONDAY + (DAYS + 3) * DAY  # the last words come two days after the last session
    everybody = cubes.everybody(session, cutoff=cutoff)
    span = Span(MONDAY.date(), (MONDAY + (DAYS - 1) * DAY).date(), cutoff)
    found = first_session_history.took_place(session, everybody, span)
    names = tutors.numbers_of(session, {external_id(number) for number in np.unique(own.tutor).tolist()})
    mine = lines(own.of(own.day < DAYS))
    assert sorted(lines(found)) == sorted((names[external_id(number)], *rest) for number, *rest in mine)
    assert len(found) > 100


def lines(rows: FirstSessions) -> list[tuple[Any, ...]]:
    """The rows as tuples, without what nobody can know."""
    columns = [getattr(rows, one.name).tolist() for one in fields(rows) if one.name != "true_chance"]
    return list(zip(*columns, strict=True))


def test_a_session_is_put_down_by_the_clock_of_its_tutor(session: Session, tutor: tuple[int, str]) -> None:
    start = MONDAY + 3 * DAY + 20 * HOUR  # Thursday in London, Friday 1:30 in Kolkata
    record = wire.a_session(tutor[1], start=start, session_number=1, student_age_band="16_to_18")
    platform.known(session, [record], now=start + HOUR)
    (line,) = lines(told(session, tutor[0]))
    assert line[1:6] == (3, 1, 4, "Mathematics", "16_to_18")


def test_of_several_words_the_least_count_and_the_day_of_the_last(
    session: Session, tutor: tuple[int, str]
) -> None:
    record = wire.a_session(tutor[1], start=MONDAY + DAY, session_number=1, session_type="group")
    record["student_ids"] = ["student-a", "student-b"]
    said = [
        wire.feedback_on(record, at=MONDAY + days * DAY, rating=stars, student_id=name)
        for days, stars, name in ((2, 4, "student-a"), (3, 2, "student-b"))
    ]
    platform.known(session, [record, *said], now=MONDAY + 4 * DAY)
    rows = told(session, tutor[0])
    assert (rows.stars.tolist(), rows.said_on.tolist(), rows.failed.tolist()) == ([2], [3], [True])


@pytest.mark.parametrize(("stars", "failed"), [(1, True), (2, True), (3, False), (4, False)])
def test_a_three_is_no_failure(session: Session, tutor: tuple[int, str], stars: int, failed: bool) -> None:
    record = wire.a_session(tutor[1], start=MONDAY + DAY, session_number=1)
    platform.known(
        session, [record, wire.feedback_on(record, at=MONDAY + 2 * DAY, rating=stars)], now=MONDAY + 2 * DAY
    )
    assert told(session, tutor[0]).failed.tolist() == [failed]


def test_sessions_that_are_no_first_ones_or_did_not_take_place_are_not_told(
    session: Session, tutor: tuple[int, str]
) -> None:
    start = MONDAY + DAY
    records = [
        wire.a_session(tutor[1], start=start, session_number=2),
        wire.a_session(tutor[1], start=start, session_number=1, transition="no_show"),
        wire.a_session(tutor[1], start=start, session_number=1, transition="cancelled"),
    ]
    platform.known(session, records, now=start + HOUR)
    assert len(told(session, tutor[0])) == 0


def test_later_news_change_nothing_of_what_was_known(session: Session, tutor: tuple[int, str]) -> None:
    number, tutor_id = tutor
    taught = wire.a_session(tutor_id, start=NOW - 3 * DAY, session_number=1)
    told_ahead = {"session_number": 1, "event_time": (NOW - DAY).isoformat()}
    to_come = wire.a_session(tutor_id, start=NOW + DAY, transition="booked", **told_ahead)
    said = wire.feedback_on(taught, at=NOW - 2 * DAY, rating=4)
    platform.known(session, [taught, to_come, said], now=NOW - DAY)
    before = (lines(told(session, number)), ahead(session, number))
    later = [
        wire.feedback_on(taught, at=NOW - DAY, rating=1, student_id="student-x"),
        wire.a_session(
            tutor_id, start=NOW + DAY, transition="cancelled", session_number=1,
            session_id=to_come["session_id"], event_time=NOW.isoformat(),
        ),
        wire.a_session(tutor_id, start=NOW - 4 * DAY, session_number=1),
        wire.an_onboarding(tutor_id, at=NOW - DAY, time_zone="America/New_York"),
    ]  # fmt: skip
    platform.known(session, later, now=NOW + HOUR)
    after = (lines(told(session, number)), ahead(session, number))
    assert (after[0], after[1].ids, after[1].starts) == (before[0], before[1].ids, before[1].starts)
    assert lines(after[1].rows) == lines(before[1].rows)
    today = NOW + HOUR
    assert len(told(session, number, cutoff=today)) == 2
    assert ahead(session, number, cutoff=today).ids == []


def test_booked_are_those_that_begin_within_two_days_as_they_stand(
    session: Session, tutor: tuple[int, str]
) -> None:
    starts = {"over": NOW, "next": NOW + timedelta(microseconds=1), "last": NOW + 2 * DAY}
    starts["too late"] = NOW + 2 * DAY + timedelta(microseconds=1)
    for name, start in starts.items():
        at = {"event_time": (NOW - DAY).isoformat(), "session_id": name.replace(" ", "-")}
        record = wire.a_session(tutor[1], start=start, transition="booked", session_number=1, **at)
        platform.known(session, [record], now=NOW - DAY)
    assert ahead(session, tutor[0]).ids == ["next", "last"]
    moved = wire.a_session(tutor[1], start=NOW + 9 * DAY, transition="moved", session_number=1)
    moved |= {"session_id": "last", "event_time": (NOW - HOUR).isoformat()}
    platform.known(session, [moved], now=NOW - HOUR)
    assert ahead(session, tutor[0]).ids == ["next"]
