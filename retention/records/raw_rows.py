"""How raw rows enter their three append-only tables: many at a time, once each."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import text

from retention.messages.ingestion import AnyRecord, FeedbackRecord, SessionRecord
from retention.records import behaviour, feedback, sessions, students
from retention.records.database import Base, Session
from retention.vocabulary import Origin, Stream

BUCKETS = 32  # locks one transaction holds at most; one lock an id would fill the server's lock table
LOCK_CLASS = 7_301  # tells our advisory locks on raw rows from others
RAW: Mapping[Stream, type[Base]] = {
    Stream.SESSIONS: sessions.SessionEvent,
    Stream.EVENTS: behaviour.BehaviourEvent,
    Stream.FEEDBACK: feedback.Feedback,
}


@dataclass(frozen=True)
class Arrival:
    """How a batch came in. `lag`: history only, the time from each event to our knowing of it."""

    origin: Origin
    now: datetime
    lag: timedelta | None = None

    @property
    def live(self) -> bool:
        """Whether somebody is to judge the moments of these records."""
        return self.lag is None

    def known_at(self, record: AnyRecord) -> datetime:
        """When we came to know the record."""
        return self.now if self.lag is None else record.event_time + self.lag


def digest(record: AnyRecord) -> str:
    r"""The print of a record's content as `\x...`: spelling, order of keys and offsets do not count."""
    return "\\x" + hashlib.sha256(record.model_dump_json().encode()).hexdigest()


def thing_of(record: AnyRecord) -> str:
    """What a record is about: its session, or its tutor."""
    return record.session_id if isinstance(record, SessionRecord | FeedbackRecord) else record.tutor_id


def lock(session: Session, things: Iterable[str]) -> None:
    """Let one transaction at a time work on these things; in order, so that no two wait for each other."""
    buckets = sorted({hashlib.blake2b(one.encode(), digest_size=1).digest()[0] % BUCKETS for one in things})
    session.execute(
        text("SELECT pg_advisory_xact_lock(:kind, bucket) FROM unnest(CAST(:buckets AS int[])) AS bucket"),
        {"kind": LOCK_CLASS, "buckets": buckets},
    )


def insert_new(
    session: Session,
    stream: Stream,
    records: Sequence[AnyRecord],
    *,
    arrival: Arrival,
    tutors: Mapping[str, int],
    prints: Mapping[str, str],
) -> set[str]:
    """Insert the records whose event id is new, in one statement; the ids that were."""
    pupils = students.numbers_for(session, _students_in(records), origin=arrival.origin)
    rows = [
        _row(record, tutor_number=tutors[record.tutor_id], pupils=pupils)
        | {
            "event_id": record.event_id,
            "event_time": record.event_time,
            "known_at": arrival.known_at(record),
            "origin": arrival.origin,
            "digest": prints[record.event_id],
        }
        for record in sorted(records, key=lambda one: one.event_id)
    ]
    given = {"rows": orjson.dumps(rows).decode()}
    return set(session.scalars(text(_insertion(RAW[stream])), given))


def _insertion(raw: type[Base]) -> str:
    columns = ", ".join(column.name for column in raw.__table__.columns)
    return (
        f"INSERT INTO {raw.__tablename__} ({columns}) SELECT {columns}"  # noqa: S608 (names of our own tables)
        f" FROM json_populate_recordset(CAST(NULL AS {raw.__tablename__}), CAST(:rows AS json))"
        " ON CONFLICT (event_id) DO NOTHING RETURNING event_id"
    )


def _students_in(records: Sequence[AnyRecord]) -> set[str]:
    found: set[str] = set()
    for record in records:
        if isinstance(record, SessionRecord):
            found.update(record.student_ids)
        elif isinstance(record, FeedbackRecord):
            found.add(record.student_id)
    return found


def _row(record: AnyRecord, *, tutor_number: int, pupils: dict[str, int]) -> dict[str, Any]:
    if isinstance(record, SessionRecord):
        return sessions.row_of(record, tutor_number=tutor_number, students=pupils)
    if isinstance(record, FeedbackRecord):
        number = pupils[record.student_id]
        return feedback.row_of(record, tutor_number=tutor_number, student_number=number)
    return behaviour.row_of(record, tutor_number=tutor_number)


def prints_of(session: Session, stream: Stream, event_ids: Sequence[str]) -> dict[str, str]:
    """The prints under which these events are stored."""
    if not event_ids:
        return {}
    table = RAW[stream].__tablename__
    statement = f"SELECT event_id, CAST(digest AS text) AS print FROM {table} WHERE event_id = ANY(:ids)"  # noqa: S608
    found = session.execute(text(statement), {"ids": list(event_ids)})
    return {row.event_id: row.print for row in found}
