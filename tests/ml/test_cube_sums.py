"""The component score that is judged looks at what the one that serves looks at."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from activities.measurement import measure
from ml.cube_sums import sums_of
from ml.measures import Sums
from retention.measures.periods import measured_day
from retention.messages.evaluation import Step
from retention.records import churn, cubes, database
from retention.records.cubes import Span
from tests.factories import platform, wire

NOW = datetime(2026, 11, 18, tzinfo=UTC)  # a day is just over
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def known(*records: wire.Json) -> None:
    with database.transaction() as session:
        platform.known(session, records, now=NOW)


def a_tutor(*, taught_until: int) -> str:
    """One who began 60 days ago, and taught each day up to so many days ago."""
    with database.transaction() as session:
        _, tutor_id = platform.a_tutor(session, at=NOW - 60 * DAY)
    known(*platform.taught_daily(tutor_id, first=NOW - 59 * DAY - 12 * HOUR, days=60 - taught_until))
    return tutor_id


def ago(days: int) -> datetime:
    return NOW - days * DAY - 10 * HOUR


def what_happened(tutor_id: str) -> list[wire.Json]:
    act = platform.an_act
    rated = wire.a_session(tutor_id, start=ago(20), session_number=1)
    return [
        act(tutor_id, "availability_changed", at=ago(40), hours_per_week=20),
        act(tutor_id, "availability_changed", at=ago(3), hours_per_week=8),
        act(tutor_id, "leave_started", at=ago(18), until=(ago(14)).isoformat()),
        act(tutor_id, "leave_started", at=ago(6), until=(ago(2)).isoformat()),
        act(tutor_id, "login", at=ago(5), preparation_minutes=3),
        act(tutor_id, "login", at=ago(22), preparation_minutes=3),
        wire.a_session(tutor_id, start=ago(4), transition="no_show"),
        wire.a_session(tutor_id, start=ago(5), transition="cancelled"),
        wire.a_session(tutor_id, start=ago(30), transition="cancelled"),
        wire.a_session(tutor_id, start=ago(2), transition="moved"),
        rated,
        wire.feedback_on(rated, at=ago(19), rating=2),
    ]


def both() -> tuple[list[Sums], list[Sums]]:
    """The sums of everybody as they are scored by, and as a cube has them."""
    with database.transaction() as session:
        batch = platform.claimed(session, as_of=NOW)
    measure(Step(batch_id=batch.batch_id, as_of=NOW))
    last = measured_day(NOW)
    with database.transaction() as session:
        scored = [Sums(**row) for row in churn.sums_of(session, batch.batch_id, day=last)]
        cube = cubes.cube_of(
            session, cubes.everybody(session, cutoff=NOW), Span(last - timedelta(days=99), last, NOW)
        )
    return scored, sums_of(cube, cube.days - 1)


@pytest.mark.usefixtures("data")
def test_what_is_judged_is_summed_as_what_is_scored() -> None:
    a_tutor(taught_until=0)
    for days in (0, 9):
        known(*what_happened(a_tutor(taught_until=days)))
    scored, judged = both()
    assert [asdict(one) for one in judged] == [pytest.approx(asdict(one)) for one in scored]
    assert [(one.missed_14d, one.days_14d, one.availability_before) for one in scored] == [
        (0, 14, None),
        (2, 9, 20),
        (2, 9, 20),
    ]
    assert scored[2].silent_days < 9  # the leave is no silence
