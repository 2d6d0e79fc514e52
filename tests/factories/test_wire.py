"""The made-up records are such as the API takes."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter

from retention.messages.ingestion import BehaviourRecord, FeedbackRecord, SessionRecord
from tests.factories import wire

START = datetime(2026, 3, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize("transition", ["booked", "moved", "cancelled", "no_show", "completed"])
def test_each_transition_is_a_session_record(transition: str) -> None:
    record = SessionRecord.model_validate(wire.a_session("tutor-1", start=START, transition=transition))
    assert record.transition == transition


def test_an_onboarding_is_a_behaviour_record() -> None:
    said = TypeAdapter(BehaviourRecord).validate_python(wire.an_onboarding("tutor-1", at=START))
    assert said.tutor_id == "tutor-1"


def test_a_poor_first_session_is_a_session_and_its_feedback() -> None:
    session, said = wire.a_poor_first_session("tutor-1", start=START)
    assert SessionRecord.model_validate(session).session_number == 1
    assert FeedbackRecord.model_validate(said).session_id == session["session_id"]
