"""What has been posted and is on record, through the one way in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from pydantic import TypeAdapter

from retention.messages.evaluation import Batch
from retention.messages.ingestion import BehaviourRecord, FeedbackRecord, SessionRecord
from retention.records import batches, ingestion, tutors
from retention.records.database import Session
from retention.vocabulary import Origin, Receipt, Stream
from tests.factories import wire

FITTING: dict[Stream, TypeAdapter[Any]] = {
    Stream.SESSIONS: TypeAdapter(SessionRecord),
    Stream.EVENTS: TypeAdapter(BehaviourRecord),
    Stream.FEEDBACK: TypeAdapter(FeedbackRecord),
}


def stream_of(record: wire.Json) -> Stream:
    """Where a record is posted."""
    if "kind" in record:
        return Stream.EVENTS
    return Stream.SESSIONS if "transition" in record else Stream.FEEDBACK


def known(session: Session, records: Sequence[wire.Json], *, now: datetime) -> None:
    """These records have been posted by `now`, in this order."""
    for stream, posted in groupby(records, key=stream_of):
        parsed = [FITTING[stream].validate_python(record) for record in posted]
        for answer in ingestion.store(session, stream, parsed, origin=Origin.SYNTHETIC, now=now):
            assert answer.receipt is Receipt.STORED, answer


def a_tutor(
    session: Session, *, at: datetime, now: datetime | None = None, **details: Any
) -> tuple[int, str]:
    """A tutor who began at an instant: our number and the platform's id."""
    tutor_id = wire.new_id("tutor")
    known(session, [wire.an_onboarding(tutor_id, at=at, **details)], now=now or at)
    return tutors.numbers_of(session, {tutor_id})[tutor_id], tutor_id


def an_act(tutor_id: str, kind: str, *, at: datetime, **details: Any) -> wire.Json:
    """A behaviour event of a tutor."""
    return {
        "event_id": wire.new_id("event"),
        "tutor_id": tutor_id,
        "kind": kind,
        "event_time": at.isoformat(),
        "details": details,
    }


def taught_daily(tutor_id: str, *, first: datetime, days: int, **changes: Any) -> list[wire.Json]:
    """One completed session a day, from a first start on."""
    starts = (first + timedelta(days=day) for day in range(days))
    return [wire.a_session(tutor_id, start=start, **changes) for start in starts]


def claimed(session: Session, *, as_of: datetime) -> Batch:
    """A batch of everybody who waits."""
    batch = batches.claim_batch(session, as_of, limit=1_000)
    assert batch.tutors
    return batch
