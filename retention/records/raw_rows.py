"""How raw rows enter their three append-only tables: many at a time, once each, with their moments."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson
from sqlalchemy import text

from retention.messages.ingestion import AnyRecord, FeedbackRecord, SessionRecord
from retention.records import behaviour, feedback, sessions, students
from retention.records.database import Base, Session
from retention.vocabulary import Hop, Origin, Stream

BUCKETS = 32  # locks one transaction holds at most; one lock an id would fill the server's lock table
LOCK_CLASS = 7_301  # tells our advisory locks on raw rows from others
RAW: Mapping[Stream, type[Base]] = {
    Stream.SESSIONS: sessions.SessionEvent,
    Stream.EVENTS: behaviour.BehaviourEvent,
    Stream.FEEDBACK: feedback.Feedback,
}
# What a new row of a stream asks to be judged: its trigger, or nothing.
TRIGGERS = {
    Stream.SESSIONS: "CASE transition WHEN 'completed' THEN 'session_completed' WHEN 'no_show' THEN 'no_show'"
    " WHEN 'moved' THEN 'reschedule' END",
    Stream.FEEDBACK: "'feedback_received'",
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


class RawRow(NamedTuple):
    r"""A record as its row says it, ready to be inserted. `print` is of its content, as `\x...`:

    spelling, order of keys and offsets do not count, nor when it came or from whom.
    """

    event_id: str
    session_id: str | None
    content: bytes
    print: str

    @property
    def whole(self) -> bytes:
        """The row in JSON with its print, but for when it came and from whom."""
        return b'%b,"digest":"\\%b"}' % (self.content[:-1], self.print.encode())


def rows_of(
    session: Session, records: Sequence[AnyRecord], *, tutors: Mapping[str, int], origin: Origin
) -> list[RawRow]:
    """The raw rows of records whose tutors are known; students we have not met get their number."""
    pupils = students.numbers_for(session, _students_in(records), origin=origin)
    return [_row_of(record, tutor_number=tutors[record.tutor_id], pupils=pupils) for record in records]


def _row_of(record: AnyRecord, *, tutor_number: int, pupils: Mapping[str, int]) -> RawRow:
    told: dict[str, Any]
    session_id = None
    if isinstance(record, SessionRecord):
        session_id = record.session_id
        told = sessions.row_of(record, students=pupils)
    elif isinstance(record, FeedbackRecord):
        session_id = record.session_id
        told = feedback.row_of(record, student_number=pupils[record.student_id])
    else:
        told = behaviour.row_of(record)
    told["event_id"] = record.event_id
    told["event_time"] = record.event_time.astimezone(UTC)
    told["tutor_number"] = tutor_number
    content = orjson.dumps(told)
    return RawRow(record.event_id, session_id, content, f"\\x{hashlib.sha256(content).hexdigest()}")


def _students_in(records: Sequence[AnyRecord]) -> set[str]:
    found: set[str] = set()
    for record in records:
        if isinstance(record, SessionRecord):
            found.update(record.student_ids)
        elif isinstance(record, FeedbackRecord):
            found.add(record.student_id)
    return found


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


def insert_new(session: Session, stream: Stream, rows: Iterable[RawRow], *, arrival: Arrival) -> set[str]:
    """Insert the rows whose event id is new, mark their days, put their moments; the ids that were new."""
    whole = b",".join(row.whole for row in sorted(rows))
    given = {
        "rows": f"[{whole.decode()}]",
        "now": arrival.now,
        "lag": arrival.lag,
        "origin": arrival.origin,
        "real": datetime.now(UTC),
    }
    trigger = TRIGGERS.get(stream) if arrival.live else None
    new: str | None = session.scalar(text(_insertion(RAW[stream], trigger=trigger)), given)
    return set(new.split(",")) if new else set()


def _insertion(raw: type[Base], *, trigger: str | None) -> str:
    columns = [column.name for column in raw.__table__.columns]
    given = ", ".join(GIVEN.get(name, name) for name in columns)
    judged = JUDGED.format(trigger=trigger) if trigger else ""
    return f"""
WITH new AS (
    INSERT INTO {raw.__tablename__} ({", ".join(columns)})
    SELECT {given} FROM json_populate_recordset(CAST(NULL AS {raw.__tablename__}), CAST(:rows AS json))
    ON CONFLICT (event_id) DO NOTHING RETURNING *
), marked AS (
    INSERT INTO dirty_days (tutor_number, day, known_at)
    SELECT DISTINCT tutor_number, CAST(event_time AT TIME ZONE 'UTC' AS date), CAST(:now AS timestamptz)
    FROM new
){judged}
SELECT string_agg(event_id, ',') FROM new"""  # noqa: S608 (names of our own tables)


GIVEN = {
    "known_at": "coalesce(event_time + CAST(:lag AS interval), CAST(:now AS timestamptz))",
    "origin": "CAST(:origin AS text)",
}
JUDGED = f""", judged AS (
    INSERT INTO moments (tutor_number, trigger, session_id, event_id, event_time, known_at)
    SELECT tutor_number, {{trigger}}, session_id, event_id, event_time, known_at
    FROM new WHERE {{trigger}} IS NOT NULL RETURNING event_id
), known AS (
    INSERT INTO signal_hops (event_id, hop, at)
    SELECT event_id, '{Hop.KNOWN}', CAST(:real AS timestamptz) FROM judged
    ON CONFLICT (event_id, hop) DO NOTHING
)"""  # noqa: S608


def prints_of(session: Session, stream: Stream, event_ids: Iterable[str]) -> dict[str, str]:
    """The prints under which these events are stored."""
    wanted = ",".join(event_ids)  # ids have no commas; one text is far cheaper to send than an array of texts
    if not wanted:
        return {}
    found = session.execute(
        text(
            f"SELECT event_id, CAST(digest AS text) AS print FROM {RAW[stream].__tablename__}"  # noqa: S608
            " WHERE event_id = ANY(string_to_array(:ids, ','))"
        ),
        {"ids": wanted},
    )
    return dict(found.all())
