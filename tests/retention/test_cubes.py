"""Tutors' days as they were known at a cutoff: equal to a world's own, and never changed by later news."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ml.features import NAMES, features
from retention.measures.cube import FAR, Cube
from retention.messages import reading
from retention.records import cubes, ingestion, rollup
from retention.records.cubes import Span
from retention.records.tutor_days import TutorDay
from retention.vocabulary import Origin, Receipt, Stream
from simulator import cubes as lived
from simulator.postings import Posting
from simulator.world import born, live_a_day
from tests.factories import platform, wire

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ORDER = (Stream.EVENTS, Stream.SESSIONS, Stream.FEEDBACK)
DAYS, TUTORS = 35, 25
NAMES_OF_ARRAYS = [one.name for one in fields(Cube) if one.name not in {"first_day", "numbers"}]


def the_span(days: int = DAYS, *, cutoff: datetime | None = None) -> Span:
    last = MONDAY + (days - 1) * DAY
    return Span(MONDAY.date(), last.date(), cutoff or last + DAY)


def the_cube(session: Session, span: Span) -> Cube:
    return cubes.cube_of(session, cubes.everybody(session, cutoff=span.cutoff), span)


def posted(session: Session, postings: Sequence[Posting], *, lag: timedelta) -> None:
    """Through the one way in, known `lag` after each event."""
    for stream in ORDER:
        records = [reading.checked(stream, one.record) for one in postings if one.door == stream]
        answers = ingestion.store_history(session, stream, records, origin=Origin.SYNTHETIC, lag=lag)
        assert {answer.receipt for answer in answers} <= {Receipt.STORED}


def test_a_small_world_is_the_same_from_its_tables_and_from_its_postings(session: Session) -> None:
    """Two things differ, and why: the platform states a baseline to one decimal; and a world's tables count
    a subject once for each of the tutor's own days, the database once for each UTC day.
    """
    own = lived.cube_of(born(MONDAY, tutors_wanted=TUTORS, seed=11), DAYS)
    world = born(MONDAY, tutors_wanted=TUTORS, seed=11)
    told = [posting for _ in range(DAYS) for posting in live_a_day(world)]
    posted(session, told, lag=timedelta())  # a session of the last evening ends after midnight
    found = the_cube(session, the_span(cutoff=MONDAY + (DAYS + 2) * DAY))
    assert {name for name in NAMES_OF_ARRAYS if not _same(found, own, name)} == {"baseline", "subjects"}
    np.testing.assert_allclose(found.baseline, own.baseline, atol=0.05)
    assert ((own.subjects - found.subjects) >= 0).all()
    assert (own.subjects > found.subjects).mean() < 0.05
    assert found.completed.sum() > 1_000  # there was something to compare


def _same(one: Cube, other: Cube, name: str) -> bool:
    return np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name == "availability")


YESTERDAY = MONDAY + 30 * DAY  # its last instant is the cutoff
NOW = YESTERDAY + 2 * DAY


@pytest.fixture
def tutor(session: Session) -> tuple[int, str]:
    """One who has taught once a day until yesterday, each first known within the hour."""
    number, tutor_id = platform.a_tutor(session, at=MONDAY)
    for record in platform.taught_daily(tutor_id, first=MONDAY + 10 * HOUR, days=31):
        start = datetime.fromisoformat(record["scheduled_start"])
        platform.known(session, [record], now=start + HOUR)
    hours = platform.an_act(tutor_id, "availability_changed", at=MONDAY + HOUR, hours_per_week=20)
    module = platform.an_act(tutor_id, "training_assigned", at=MONDAY + HOUR, module="m-1")
    platform.known(session, [hours, module], now=MONDAY + HOUR)
    return number, tutor_id


def everything_that_can_come_later(tutor_id: str) -> list[wire.Json]:
    """Late, corrected and new records; all of them are about days that were over."""
    old = YESTERDAY - 3 * DAY + 15 * HOUR
    missed = wire.a_session(tutor_id, start=old, session_number=1)
    undone = {
        **wire.a_session(tutor_id, start=old, transition="cancelled"),
        "session_id": "session-corrected",
    }
    act = platform.an_act
    return [
        missed,
        wire.feedback_on(missed, at=old + 2 * HOUR, rating=1, would_work_again="no"),
        undone | {"event_time": (old + 5 * HOUR).isoformat()},
        wire.a_session(tutor_id, start=old, transition="moved"),
        wire.an_onboarding(tutor_id, at=MONDAY - 30 * DAY, baseline_sessions_per_week=30),
        wire.an_onboarding(tutor_id, at=YESTERDAY, baseline_sessions_per_week=3),
        act(tutor_id, "login", at=old, preparation_minutes=12.5),
        act(tutor_id, "message_answered", at=old, response_minutes=7),
        act(tutor_id, "availability_changed", at=old, hours_per_week=2),
        act(tutor_id, "training_assigned", at=old, module="m-9"),
        act(tutor_id, "training_completed", at=MONDAY - DAY, module="m-1"),
        act(tutor_id, "leave_started", at=old - 9 * DAY, until=(old - 5 * DAY).isoformat()),
        act(tutor_id, "resignation_notice", at=old, effective_on=(old + 20 * DAY).isoformat()),
        wire.a_session(tutor_id, start=NOW - 5 * HOUR),
    ]


def test_yesterdays_features_are_the_same_bytes_whatever_became_known_since(
    session: Session, tutor: tuple[int, str]
) -> None:
    corrected = wire.a_session(
        tutor[1], start=YESTERDAY - 3 * DAY + 15 * HOUR, session_id="session-corrected"
    )
    platform.known(session, [corrected], now=YESTERDAY)
    span = the_span(31)
    before = the_cube(session, span)
    platform.known(session, everything_that_can_come_later(tutor[1]), now=NOW)
    after = the_cube(session, span)
    for name in (*NAMES_OF_ARRAYS, "numbers"):
        assert getattr(after, name).tobytes() == getattr(before, name).tobytes(), name
    days = np.arange(span.days)
    assert features(after, days).tobytes() == features(before, days).tobytes()


def test_the_same_days_as_known_today_tell_all_of_it(session: Session, tutor: tuple[int, str]) -> None:
    corrected = wire.a_session(
        tutor[1], start=YESTERDAY - 3 * DAY + 15 * HOUR, session_id="session-corrected"
    )
    platform.known(session, [corrected], now=YESTERDAY)
    before = the_cube(session, the_span(31))
    platform.known(session, everything_that_can_come_later(tutor[1]), now=NOW)
    today = the_cube(session, the_span(31, cutoff=NOW))
    changed = {name for name in NAMES_OF_ARRAYS if not _same(before, today, name)}
    assert {"booked", "first_poor", "on_leave", "leaving", "baseline", "onboarded", "waits"} <= changed
    there = 27  # three days before yesterday
    assert (before.completed[0, there], today.completed[0, there]) == (2, 2)  # one undone, one came
    assert (before.leaving[0, there], today.leaving[0, there]) == (FAR, there + 20)


def test_a_cancellation_known_in_time_undoes_a_session(session: Session, tutor: tuple[int, str]) -> None:
    start = YESTERDAY - 3 * DAY + 15 * HOUR
    done = wire.a_session(tutor[1], start=start, session_id="session-1")
    undone = wire.a_session(tutor[1], start=start, transition="cancelled", session_id="session-1")
    platform.known(session, [done], now=start + HOUR)
    counts = []
    undone["event_time"] = (start + 2 * HOUR).isoformat()
    platform.known(session, [undone], now=YESTERDAY)
    for cutoff in (YESTERDAY - timedelta(microseconds=1), YESTERDAY):
        cube = the_cube(session, the_span(31, cutoff=cutoff))
        counts.append((int(cube.completed[0, 27]), int(cube.booked[0, 27])))
    assert counts == [(2, 2), (1, 2)]


def test_what_a_student_says_later_makes_a_first_session_poor_from_then_on_only(
    session: Session, tutor: tuple[int, str]
) -> None:
    """`first_poor` counts on the day of the session. A row of that day knows it only if the words were known
    by the row's cutoff; a row learnt from, whose cutoff is later, knows words that were given up to then.
    """
    first = wire.a_session(tutor[1], start=YESTERDAY - 3 * DAY, session_number=1)
    platform.known(session, [first], now=YESTERDAY - 3 * DAY + HOUR)
    said = YESTERDAY - DAY
    platform.known(session, [wire.feedback_on(first, at=said, rating=1)], now=said)
    cutoffs = (said - timedelta(microseconds=1), said)
    poor = [int(the_cube(session, the_span(31, cutoff=at)).first_poor[0, 27]) for at in cutoffs]
    assert poor == [0, 1]


def test_a_cube_that_begins_later_says_the_same_of_what_stands(
    session: Session, tutor: tuple[int, str]
) -> None:
    whole = the_cube(session, the_span(31))
    last = MONDAY + 30 * DAY
    short = the_cube(session, Span((last - 9 * DAY).date(), last.date(), last + DAY))
    standing = [
        NAMES.index(name) for name in ("availability_hours_7d", "training_completion_rate", "tenure_days")
    ]
    one, other = features(whole, np.array([30])), features(short, np.array([9]))
    np.testing.assert_array_equal(one[..., standing], other[..., standing])
    assert one[0, 0, standing].tolist() == [20, 0, 30]


def test_who_was_not_known_by_the_cutoff_is_left_out(session: Session, tutor: tuple[int, str]) -> None:
    newcomer, _ = platform.a_tutor(session, at=YESTERDAY, now=NOW)
    asked = [newcomer, tutor[0], tutor[0]]
    assert cubes.cube_of(session, asked, the_span(31)).numbers.tolist() == [tutor[0]]
    assert cubes.cube_of(session, asked, the_span(33, cutoff=NOW)).numbers.tolist() == [tutor[0], newcomer]
    assert cubes.cube_of(session, [], the_span(31)).tutors == 0
    assert cubes.everybody(session, cutoff=NOW) == [tutor[0], newcomer]


def test_chunks_are_put_together_in_order(
    session: Session, tutor: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        platform.a_tutor(session, at=MONDAY)
    whole = the_cube(session, the_span())
    monkeypatch.setattr(cubes, "CHUNK", 2)
    parted = the_cube(session, the_span())
    assert parted.tutors == 5
    assert all(_same(whole, parted, name) for name in (*NAMES_OF_ARRAYS, "numbers"))


def test_a_day_counts_as_the_roll_up_counts_it(session: Session, tutor: tuple[int, str]) -> None:
    platform.known(session, everything_that_can_come_later(tutor[1]), now=NOW)
    with_batch = platform.claimed(session, as_of=NOW)
    rollup.reroll(session, with_batch.batch_id, as_of=NOW)
    cube = the_cube(session, the_span(33, cutoff=NOW))
    shared = sorted({column.name for column in TutorDay.__table__.columns} & set(NAMES_OF_ARRAYS))
    plain = [name for name in shared if name not in {"subjects", "answer_minutes"}]
    assert len(plain) >= 18
    later = TutorDay.day.between((MONDAY + DAY).date(), NOW.date())  # the first day holds what stood before
    for row in session.scalars(select(TutorDay).where(later)):
        place = (row.day - MONDAY.date()).days
        assert [getattr(cube, name)[0, place] for name in plain if name != "on_leave"] == [
            getattr(row, name) for name in plain if name != "on_leave"
        ], row.day
        assert cube.on_leave[0, place] == row.on_leave
        assert cube.subjects[0, place] == len(row.subjects)


def test_each_tutor_keeps_the_origin_of_the_onboarding(session: Session) -> None:
    for tutor_id, origin in (("made-up", Origin.SYNTHETIC), ("imported", Origin.REAL)):
        record = reading.checked(Stream.EVENTS, wire.an_onboarding(tutor_id, at=MONDAY))
        ingestion.store_history(session, Stream.EVENTS, [record], origin=origin, lag=timedelta())
    assert the_cube(session, the_span()).synthetic.tolist() == [True, False]
