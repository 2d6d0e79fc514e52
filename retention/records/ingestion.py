"""The one way in for posted records: many at a time, in a fixed number of statements, each once in effect.

A batch stores the raw rows and, in the same transaction, everything that follows from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from retention.messages.ingestion import AnyRecord
from retention.messages.reading import Problem
from retention.records import consequences, raw_rows
from retention.records.database import Session
from retention.records.raw_rows import Arrival
from retention.vocabulary import Origin, Receipt, Stream

AHEAD = timedelta(minutes=5)  # how far the sender's clock may be ahead of ours
IN_FUTURE = Problem(path="event_time", message="lies in the future")
UNKNOWN_TUTOR = Problem(path="tutor_id", message="is an unknown tutor: post its onboarded record first")
CONTRADICTION = Problem(path="event_id", message="was used before with another body; the first one stands")


@dataclass(frozen=True)
class Answer:
    """What became of one posted record."""

    event_id: str
    receipt: Receipt
    problem: Problem | None = None


@dataclass
class _Batch:
    """A batch on its way in: the first record of each event id counts."""

    firsts: dict[str, AnyRecord]
    problems: dict[str, Problem]
    stored: set[str]
    prints: dict[str, str]  # as stored, now or before


def store(
    session: Session, stream: Stream, records: Sequence[AnyRecord], *, origin: Origin, now: datetime
) -> list[Answer]:
    """Take in a batch as it is posted; one answer a record, in order. `now` is business time."""
    return _take_in(session, stream, records, arrival=Arrival(origin=origin, now=now))


def store_history(
    session: Session, stream: Stream, records: Sequence[AnyRecord], *, origin: Origin, lag: timedelta
) -> list[Answer]:
    """Take in records of the past, known `lag` after each event; nobody is to judge their moments."""
    now = max((record.event_time for record in records), default=datetime.now(UTC)) + lag
    return _take_in(session, stream, records, arrival=Arrival(origin=origin, now=now, lag=lag))


def _take_in(
    session: Session, stream: Stream, records: Sequence[AnyRecord], *, arrival: Arrival
) -> list[Answer]:
    prints = [raw_rows.digest(record) for record in records]
    batch = _Batch(firsts={}, problems={}, stored=set(), prints={})
    for record, digest in zip(records, prints, strict=True):
        if batch.firsts.setdefault(record.event_id, record) is record:
            batch.prints[record.event_id] = digest
    if records:
        _keep(session, stream, batch, arrival=arrival)
    return [_answer(batch, record, digest) for record, digest in zip(records, prints, strict=True)]


def _keep(session: Session, stream: Stream, batch: _Batch, *, arrival: Arrival) -> None:
    """Store what is new of a batch, with its consequences, and note what is not."""
    timely = [one for one in batch.firsts.values() if one.event_time <= arrival.now + AHEAD]
    batch.problems |= dict.fromkeys(batch.firsts.keys() - {one.event_id for one in timely}, IN_FUTURE)
    raw_rows.lock(session, (raw_rows.thing_of(one) for one in timely))
    numbers = consequences.tutors_of(session, timely, arrival=arrival)
    ours = [one for one in timely if one.tutor_id in numbers]
    strangers = {one.event_id for one in timely} - {one.event_id for one in ours}
    batch.problems |= dict.fromkeys(strangers, UNKNOWN_TUTOR)
    batch.stored = raw_rows.insert_new(
        session, stream, ours, arrival=arrival, tutors=numbers, prints=batch.prints
    )
    known_before = [one.event_id for one in ours if one.event_id not in batch.stored]
    batch.prints |= raw_rows.prints_of(session, stream, known_before)
    new = [one for one in ours if one.event_id in batch.stored]
    consequences.follow(session, new, tutors=numbers, arrival=arrival)


def _answer(batch: _Batch, record: AnyRecord, digest: str) -> Answer:
    """The answer to one record; a second one of the same id in the batch is a repeat or a contradiction."""
    event_id = record.event_id
    if event_id in batch.problems:
        return Answer(event_id, Receipt.REFUSED, batch.problems[event_id])
    if digest != batch.prints[event_id]:
        return Answer(event_id, Receipt.CONTRADICTED, CONTRADICTION)
    new = event_id in batch.stored and batch.firsts[event_id] is record
    return Answer(event_id, Receipt.STORED if new else Receipt.REPEATED)
