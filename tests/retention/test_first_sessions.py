from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from retention.messages.cases import NextFirstSession
from retention.records import first_sessions
from retention.records.database import Session
from retention.vocabulary import FollowUp
from tests.factories import platform, wire

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "words",
    [
        {"rating": 2},
        {"rating": 4, "first_experience": "poor"},
        {"rating": 4, "would_work_again": "probably_not"},
        {"rating": 4, "would_work_again": "no"},
    ],
)
def test_what_starts_a_review_is_a_failure_when_the_next_session_is_judged(
    session: Session, words: dict[str, Any]
) -> None:
    number, tutor_id = platform.a_tutor(session, at=NOW - timedelta(days=9))
    taught = wire.a_session(tutor_id, start=NOW - wire.AN_HOUR, session_number=1)
    platform.known(session, [taught, wire.feedback_on(taught, at=NOW, **words)], now=NOW)
    asked = NextFirstSession(tutor_number=number, after=NOW - timedelta(days=1), as_of=NOW)
    assert first_sessions.next_after(session, asked).follow_up is FollowUp.FAILED_AGAIN
