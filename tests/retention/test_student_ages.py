"""The age of a session's student: a band or nothing, and no reason to refuse what was posted before it."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from retention.messages.ingestion import SessionRecord
from retention.records import sessions
from retention.records.database import Session
from retention.records.sessions import SessionEvent, TutoringSession
from tests.factories import platform, wire

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_band_is_kept_with_the_session(session: Session) -> None:
    _, tutor_id = platform.a_tutor(session, at=NOW)
    told = [wire.a_session(tutor_id, start=NOW, student_age_band=band) for band in ("under_13", None)]
    platform.known(session, told, now=NOW + wire.AN_HOUR)
    ids = [record["session_id"] for record in told]
    posted = {row.session_id: row.student_age_band for row in session.scalars(select(SessionEvent))}
    standing = {row.session_id: row.student_age_band for row in session.scalars(select(TutoringSession))}
    assert [posted[one] for one in ids] == ["under_13", None]
    assert [standing[one] for one in ids] == ["under_13", None]


@pytest.mark.parametrize("told", [12, "12", "2014-05-01"])
def test_an_age_or_a_birthday_is_refused(told: object) -> None:
    with pytest.raises(ValidationError, match="student_age_band"):
        SessionRecord.model_validate(wire.a_session("tutor-1", start=NOW, student_age_band=told))


def test_a_record_without_a_band_has_the_print_that_it_had_before_there_were_bands() -> None:
    told = wire.a_session("tutor-1", start=NOW, student_ids=["student-1"])
    prints = {
        name: sessions.row_of(SessionRecord.model_validate(record), students={"student-1": 1})
        for name, record in {"without": told, "none": told | {"student_age_band": None}}.items()
    }
    assert prints["without"] == prints["none"]
    assert "student_age_band" not in prints["without"]
