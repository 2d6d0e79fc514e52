"""What follows from posted records, whatever the order in which they come."""

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from retention.messages.reading import checked
from retention.records import announcements, ingestion
from retention.records.ingestion import Answer
from retention.vocabulary import Origin, Receipt, Stream
from tests.api.conftest import LAST_MONTH
from tests.factories import wire

START = LAST_MONTH + timedelta(days=1)
NOW = LAST_MONTH + timedelta(days=60)
HOUR = timedelta(hours=1)


@pytest.fixture
def tutor(session: Session) -> str:
    take(session, Stream.EVENTS, wire.an_onboarding("tutor-1", at=LAST_MONTH))
    return "tutor-1"


def take(session: Session, stream: Stream, *records: wire.Json, now: datetime = NOW) -> list[Answer]:
    good = [checked(stream, record) for record in records]
    return ingestion.store(session, stream, good, origin=Origin.REAL, now=now)


def one(session: Session, statement: str) -> tuple[Any, ...]:
    return tuple(session.execute(text(statement)).one())


def many(session: Session, statement: str) -> list[Any]:
    return list(session.scalars(text(statement)))


def a_life(tutor: str) -> list[wire.Json]:
    """Booked, moved by the tutor, moved by the student, taught 12 minutes late."""
    life = wire.a_session(tutor, start=START, transition="booked")
    told = life | {"event_time": (START - 5 * HOUR).isoformat()}
    later = START + 2 * HOUR
    moved = wire.a_session(tutor, start=START + HOUR, transition="moved")
    again = wire.a_session(tutor, start=later, transition="moved", initiated_by="student")
    done = wire.a_session(tutor, start=later, actual_start=(later + timedelta(minutes=12)).isoformat())
    same = {"session_id": life["session_id"], "student_ids": life["student_ids"]}
    return [
        told,
        moved | same | {"event_time": (START - 4 * HOUR).isoformat()},
        again | same | {"event_time": (START - 3 * HOUR).isoformat()},
        done | same,
    ]


def test_a_session_stands_the_same_in_whatever_order_its_records_come(session: Session, tutor: str) -> None:
    for number, order in enumerate(permutations(range(4))):
        life = a_life(tutor)
        for place in order:
            take(session, Stream.SESSIONS, life[place])
        assert one(
            session,
            "SELECT state, late_start_minutes, moves, tutor_moves, extract(hour FROM scheduled_start"
            f" AT TIME ZONE 'UTC') FROM sessions WHERE session_id = '{life[0]['session_id']}'",
        ) == ("completed", 12, 2, 1, START.hour + 2), number


def test_a_batch_stands_as_the_same_records_one_by_one(session: Session, tutor: str) -> None:
    single, together = a_life(tutor), a_life(tutor)
    for record in single:
        take(session, Stream.SESSIONS, record)
    take(session, Stream.SESSIONS, *reversed(together))
    rows = session.execute(
        text("SELECT state, moves, tutor_moves, late_start_minutes, last_event_time FROM sessions")
    ).all()
    assert len(rows) == 2
    assert rows[0] == rows[1]


def test_a_correction_of_how_a_session_ended_wins_by_its_own_time(session: Session, tutor: str) -> None:
    missed = wire.a_session(tutor, start=START, transition="no_show")
    corrected = wire.a_session(tutor, start=START) | {"session_id": missed["session_id"]}
    corrected["event_time"] = (START + 3 * HOUR).isoformat()
    take(session, Stream.SESSIONS, corrected)
    take(session, Stream.SESSIONS, missed)
    assert one(session, "SELECT state, initiated_by FROM sessions") == ("completed", None)


@pytest.mark.parametrize(("seconds", "minutes"), [(-90, 0), (0, 0), (600, 10), (601, 11)])
def test_a_late_start_is_rounded_up_so_that_more_than_ten_minutes_is_exact(
    session: Session, tutor: str, seconds: int, minutes: int
) -> None:
    began = START + timedelta(seconds=seconds)
    take(session, Stream.SESSIONS, wire.a_session(tutor, start=START, actual_start=began.isoformat()))
    assert one(session, "SELECT late_start_minutes FROM sessions") == (minutes,)


def test_a_late_record_marks_the_day_on_which_it_happened(session: Session, tutor: str) -> None:
    session.execute(text("DELETE FROM dirty_days"))
    take(session, Stream.SESSIONS, wire.a_session(tutor, start=START))
    assert many(session, "SELECT DISTINCT day FROM dirty_days") == [START.date()]


def test_a_session_past_midnight_marks_the_day_it_was_due_and_the_day_it_was_told(
    session: Session, tutor: str
) -> None:
    session.execute(text("DELETE FROM dirty_days"))
    late = START.replace(hour=23, minute=30)
    take(session, Stream.SESSIONS, wire.a_session(tutor, start=late))
    assert set(many(session, "SELECT day FROM dirty_days")) == {date(2026, 3, 3), date(2026, 3, 4)}


def test_moments_are_put_for_what_must_be_judged_and_for_nothing_else(session: Session, tutor: str) -> None:
    life = a_life(tutor)
    take(session, Stream.SESSIONS, *life, wire.a_session(tutor, start=START, transition="no_show"))
    take(session, Stream.FEEDBACK, wire.feedback_on(life[0], at=START + 4 * HOUR))
    login = {"event_id": "l", "tutor_id": tutor, "kind": "login", "event_time": START.isoformat()}
    take(session, Stream.EVENTS, login)
    assert sorted(many(session, "SELECT trigger FROM moments")) == [
        "feedback_received", "no_show", "reschedule", "reschedule", "session_completed",
    ]  # fmt: skip
    assert many(session, "SELECT count(*) FROM signal_hops WHERE hop = 'known'") == [5]


def test_history_is_known_shortly_after_it_happened_and_judged_by_nobody(
    session: Session, tutor: str
) -> None:
    record = checked(Stream.SESSIONS, wire.a_session(tutor, start=START))
    lag = timedelta(seconds=30)
    ingestion.store_history(session, Stream.SESSIONS, [record], origin=Origin.SYNTHETIC, lag=lag)
    assert one(session, "SELECT known_at - event_time, origin FROM session_events") == (lag, "synthetic")
    assert many(session, "SELECT id FROM moments") == []


def test_an_older_profile_does_not_overwrite_a_newer_one(session: Session, tutor: str) -> None:
    newer = wire.an_onboarding(tutor, at=LAST_MONTH + HOUR, name="Grace Brewster Hopper")
    older = wire.an_onboarding(tutor, at=LAST_MONTH - HOUR, name="G. Hopper")
    take(session, Stream.EVENTS, newer)
    take(session, Stream.EVENTS, older)
    assert one(session, "SELECT name, onboarded_at FROM tutors") == (
        "Grace Brewster Hopper",
        LAST_MONTH - HOUR,
    )
    assert many(session, "SELECT count(*) FROM spells") == [1]


def test_a_contradicting_onboarding_changes_no_profile(session: Session, tutor: str) -> None:
    first = wire.an_onboarding("tutor-2", at=LAST_MONTH)
    take(session, Stream.EVENTS, first)
    lie = first | {"event_time": START.isoformat(), "details": first["details"] | {"name": "Mallory"}}
    assert take(session, Stream.EVENTS, lie)[0].receipt is Receipt.CONTRADICTED
    assert many(session, "SELECT name FROM tutors WHERE external_id = 'tutor-2'") == ["Grace Hopper"]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ([("leave_started", 0, None)], "on_leave"),
        ([("leave_started", 0, 70)], "on_leave"),
        ([("leave_started", 0, 59)], "active"),
        ([("leave_started", 0, None), ("leave_ended", 5, None)], "active"),
        ([("leave_ended", 5, None), ("leave_started", 0, None)], "active"),
        ([("leave_ended", 5, None), ("leave_started", 9, None)], "on_leave"),
    ],
)
def test_a_tutor_is_on_leave_as_long_as_the_newest_word_says_so(
    session: Session, tutor: str, told: list[tuple[str, int, int | None]], status: str
) -> None:
    for kind, day, until in told:
        details = {} if until is None else {"until": (LAST_MONTH + timedelta(days=until)).isoformat()}
        at = (LAST_MONTH + timedelta(days=day)).isoformat()
        record = {"event_id": f"{kind}-{day}", "tutor_id": tutor, "kind": kind}
        take(session, Stream.EVENTS, record | {"event_time": at, "details": details})
    assert one(session, "SELECT status FROM tutors") == (status,)


def test_the_number_of_statements_does_not_grow_with_the_batch(
    session: Session, tutor: str, statements: list[str]
) -> None:
    take(session, Stream.SESSIONS, wire.a_session(tutor, start=START))
    alone = len(statements)
    statements.clear()
    take(session, Stream.SESSIONS, *(wire.a_session(tutor, start=START) for _ in range(300)))
    assert len(statements) == alone


def test_an_announcement_of_many_fits_into_notifications(session: Session) -> None:
    announcements.announce(session, "tutor", [f"{number:064}" for number in range(1_000)])
    announcements.announce(session, "tutor", [])
