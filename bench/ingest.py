"""Ingestion against the least that storing the same rows can cost: COPY of ready-made bytes.

Ours: a batch of lines as posted, read, checked and stored once each, with all that follows in the same
transaction: each session as it stands, its student, the days to be rolled up, the moments to be judged and
their hop times. Two limits: COPY of just those rows into twins of all six tables, like for like; and COPY of
the raw rows alone, which says what the consequences cost.
"""

from itertools import count
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session as OrmSession

from bench import stopwatch
from bench.bed import NOW, Bed, days_before
from bench.rows import Row, interleaved
from retention.messages.reading import read
from retention.records import ingestion
from retention.records.database import Session
from retention.vocabulary import Origin, Stream
from tests.factories import wire

LINES = 10_000  # the largest batch that the API takes
TUTORS = 300
ROUNDS = 3
TARGET = 6.0  # times COPY of the same rows
RAW = "session_events"
# Each table that a batch writes, and which of its rows are the batch's.
WRITTEN = {
    RAW: "event_id LIKE '{batch}-%'",
    "sessions": f"session_id IN (SELECT session_id FROM {RAW} WHERE event_id LIKE '{{batch}}-%')",
    "students": "external_id LIKE '{batch}-%'",
    "moments": "event_id LIKE '{batch}-%'",
    "signal_hops": "event_id LIKE '{batch}-%'",
    "dirty_days": "id > {marks}",
}
REFERRING = (RAW, "sessions")  # to tutors: looking that up is part of storing
NUMBERS = count()


def rows(bed: Bed, lines: int = LINES, *, rounds: int = ROUNDS) -> list[Row]:
    """Two rows: a full batch of session records against either limit."""
    with Session(bed.app) as session, session.begin():
        people = [_line(wire.an_onboarding(f"tutor-{n}", at=days_before(90))) for n in range(TUTORS)]
        _store(session, Stream.EVENTS, people)
    _make_twins(bed)
    batches = _Batches(bed, lines)
    whole = interleaved(batches.ours, lambda: batches.copy(tuple(WRITTEN)), rounds=rounds)
    raw = interleaved(batches.ours, lambda: batches.copy((RAW,)), rounds=rounds)
    said = f"{lines:,} sessions / COPY of "
    return [
        Row("ingest", f"{said}the same rows of six tables", lines, *whole[:2], "cpu_s", whole[2], TARGET),
        Row("ingest", f"{said}the raw rows alone", lines, *raw[:2], "cpu_s", raw[2], None),
    ]


class _Batches:
    """Stores batch after batch; the twins get the rows of the last one."""

    def __init__(self, bed: Bed, lines: int) -> None:
        self._bed, self._lines = bed, lines
        self._batch, self._marks = "", 0

    def ours(self) -> float:
        """CPU seconds to take in a new batch."""
        self._batch = f"e{next(NUMBERS)}"
        lines = [_line(_session(self._batch, number)) for number in range(self._lines)]
        with Session(self._bed.app) as session, session.begin():
            self._marks = session.scalar(text("SELECT coalesce(max(id), 0) FROM dirty_days")) or 0
            return stopwatch.cpu_with_backend(session, lambda: _store(session, Stream.SESSIONS, lines))

    def copy(self, tables: tuple[str, ...]) -> float:
        """CPU seconds to copy the rows that the last batch left in these tables into their twins."""
        with OrmSession(self._bed.owner) as session, session.begin():
            door: Any = session.connection().connection.driver_connection
            ready = {table: _taken_out(door, table, self._which(table)) for table in tables}

            def copy() -> None:
                for table, its_rows in ready.items():
                    with door.cursor().copy(f"COPY twin_{table} FROM STDIN") as into:
                        into.write(its_rows)

            return stopwatch.cpu_with_backend(session, copy)

    def _which(self, table: str) -> str:
        return WRITTEN[table].format(batch=self._batch, marks=self._marks)


def _make_twins(bed: Bed) -> None:
    """Tables with the same columns, checks, indexes and references."""
    with bed.owner.begin() as owner:
        for table in WRITTEN:
            owner.execute(text(f"CREATE TABLE twin_{table} (LIKE {table} INCLUDING ALL)"))
        for table in REFERRING:
            owner.execute(text(f"ALTER TABLE twin_{table} ADD FOREIGN KEY (tutor_number) REFERENCES tutors"))


def _taken_out(door: Any, table: str, which: str) -> bytes:
    with door.cursor().copy(f"COPY (SELECT * FROM {table} WHERE {which}) TO STDOUT") as out:
        return b"".join(bytes(part) for part in out)


def _store(session: Session, stream: Stream, lines: list[bytes]) -> None:
    records = [read(stream, line) for line in lines]
    answers = ingestion.store(session, stream, records, origin=Origin.SYNTHETIC, now=NOW)
    assert all(answer.problem is None for answer in answers)
    session.flush()


def _line(record: dict[str, Any]) -> bytes:
    return orjson.dumps(record)


def _session(batch: str, number: int) -> dict[str, Any]:
    start = days_before(60).replace(hour=number % 24)
    mine = f"{batch}-{number}"
    return wire.a_session(f"tutor-{number % TUTORS}", start=start, event_id=mine, student_ids=[mine])
