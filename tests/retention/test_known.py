"""All that rules may know of a tutor: told by the records, and unknown where a source is silent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from retention import policy
from retention.records.database import Session
from retention.records.known import OF_A_STREAM, OF_THE_PREDICTION, known_of
from retention.records.situations import moments_of
from retention.vocabulary import Stream
from rules.fields import registry
from tests.factories import platform, wire

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)


def a_tutor(session: Session, *, days: int = 90) -> int:
    return platform.a_tutor(session, at=MIDNIGHT - days * DAY)[0]


def facts(session: Session, number: int, *, at: datetime) -> dict[str, Any]:
    (known,) = known_of(session, [number], as_of=at)
    return dict(known["facts"])


def test_every_field_of_a_tutor_is_told_by_the_records(session: Session) -> None:
    number = a_tutor(session)
    of_tutors = {name for name, field in registry().items() if field.scope == "tutor"}
    assert set(facts(session, number, at=MIDNIGHT)) == of_tutors


def test_what_a_silent_stream_would_make_false_is_unknown(session: Session) -> None:
    number, tutor_id = platform.a_tutor(session, at=MIDNIGHT - 90 * DAY)
    taught = wire.a_session(tutor_id, start=MIDNIGHT - DAY / 4, transition="no_show")
    platform.known(session, [taught], now=MIDNIGHT)
    heard = facts(session, number, at=MIDNIGHT)
    assert heard["missed_14d"] == 0
    silent = facts(session, number, at=MIDNIGHT + policy.SILENT_AFTER)
    assert {name for name in OF_A_STREAM[Stream.SESSIONS] if silent[name] is not None} == set()


def test_streams_of_facts_are_those_that_the_registry_names() -> None:
    fields = registry().values()
    for stream, names in OF_A_STREAM.items():
        assert {field.name for field in fields if field.heard is stream} == names
    assert {field.heard for field in fields} == {None, *OF_A_STREAM}
    assert set(registry()) >= OF_THE_PREDICTION


def test_who_has_never_taught_has_no_days_since_a_session(session: Session) -> None:
    number = a_tutor(session, days=9)
    _, other = platform.a_tutor(session, at=MIDNIGHT - 9 * DAY)
    platform.known(session, [wire.a_session(other, start=MIDNIGHT - DAY / 4)], now=MIDNIGHT)
    assert facts(session, number, at=MIDNIGHT)["days_since_session"] is None


@pytest.mark.parametrize(
    ("later", "announced", "followed"),
    [("booked", False, True), ("cancelled", True, False), ("cancelled", False, None), (None, True, False)],
)
def test_that_no_session_follows_is_known_only_where_bookings_are_announced(
    session: Session, later: str | None, announced: bool, followed: bool | None
) -> None:
    _, tutor_id = platform.a_tutor(session, at=MIDNIGHT - 9 * DAY)
    _, other = platform.a_tutor(session, at=MIDNIGHT - 9 * DAY)
    first = wire.a_session(tutor_id, start=MIDNIGHT - DAY / 4, session_number=1)
    now: dict[str, Any] = {"start": MIDNIGHT + DAY, "event_time": MIDNIGHT.isoformat()}
    then = (
        [wire.a_session(tutor_id, transition=later, student_ids=first["student_ids"], **now)] if later else []
    )
    elsewhere = [wire.a_session(other, transition="booked", **now)] if announced else []
    platform.known(session, [first, *then, *elsewhere], now=MIDNIGHT)
    batch = platform.claimed(session, as_of=MIDNIGHT)
    told = moments_of(session, batch.batch_id, as_of=MIDNIGHT)
    assert [row["has_next_booking"] for row in told if row["trigger"] == "session_completed"] == [followed]
