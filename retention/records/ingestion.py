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
    """What became of a batch; the first record of each event id is the one that counts."""

    firsts: dict[str, AnyRecord]
    problems: dict[str, Problem]
    prints: dict[str, str]  # of the firsts
    stored: set[str]
    before: dict[str, str]  # prints of what had been stored earlier


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
    batch = _Batch(firsts={}, problems={}, prints={}, stored=set(), before={})
    twins = [record for record in records if batch.firsts.setdefault(record.event_id, record) is not record]
    if records:
        _keep(session, stream, batch, arrival=arrival)
    changed = {id(twin) for twin in twins if not _same(twin, batch.firsts[twin.event_id])}
    return [_answer(batch, record, changed=id(record) in changed) for record in records]


def _keep(session: Session, stream: Stream, batch: _Batch, *, arrival: Arrival) -> None:
    """Store what is new of a batch, with its consequences, and note what is not."""
    latest = arrival.now + AHEAD
    timely = [one for one in batch.firsts.values() if one.event_time <= latest]
    batch.problems |= dict.fromkeys(batch.firsts.keys() - {one.event_id for one in timely}, IN_FUTURE)
    raw_rows.lock(session, (raw_rows.thing_of(one) for one in timely))
    numbers = consequences.tutors_of(session, timely, arrival=arrival)
    ours = [one for one in timely if one.tutor_id in numbers]
    strangers = {one.event_id for one in timely if one.tutor_id not in numbers}
    batch.problems |= dict.fromkeys(strangers, UNKNOWN_TUTOR)
    rows = raw_rows.rows_of(session, ours, tutors=numbers, origin=arrival.origin)
    batch.prints = {row.event_id: row.print for row in rows}
    batch.stored = raw_rows.insert_new(session, stream, rows, arrival=arrival)
    known_before = batch.prints.keys() - batch.stored
    batch.before = raw_rows.prints_of(session, stream, known_before)
    consequences.follow(session, ours, new=batch.stored, numbers=numbers, arrival=arrival)


def _same(one: AnyRecord, other: AnyRecord) -> bool:
    return one.model_dump() == other.model_dump()


def _answer(batch: _Batch, record: AnyRecord, *, changed: bool) -> Answer:
    """The answer to one record; `changed`: another one of its id in the same batch says otherwise."""
    event_id = record.event_id
    if event_id in batch.problems:
        return Answer(event_id, Receipt.REFUSED, batch.problems[event_id])
    if changed or batch.before.get(event_id, batch.prints[event_id]) != batch.prints[event_id]:
        return Answer(event_id, Receipt.CONTRADICTED, CONTRADICTION)
    new = event_id in batch.stored and batch.firsts[event_id] is record
    return Answer(event_id, Receipt.STORED if new else Receipt.REPEATED)
