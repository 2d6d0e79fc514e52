"""Ingestion against the least that storing rows can cost: COPY of ready-made bytes into the same table.

Ours: a batch of lines as posted, read, checked, stored once each, with projection, marks and moments.
Guide: performance, section 2 (idempotent path measured at 4.6-5.7 times raw COPY).
"""

import csv
import io
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
ROUNDS = 5
TARGET = 6.0  # times raw COPY
TWIN = "bench_session_events"
BATCHES = count()


def rows(bed: Bed) -> list[Row]:
    """One row: a full batch of session records."""
    with Session(bed.app) as session, session.begin():
        people = [_line(wire.an_onboarding(f"tutor-{n}", at=days_before(90))) for n in range(TUTORS)]
        _store(session, Stream.EVENTS, people)
    with bed.owner.begin() as owner:
        owner.execute(text(f"CREATE TABLE {TWIN} (LIKE session_events INCLUDING ALL)"))
        owner.execute(text(f"CREATE INDEX ON {TWIN} (tutor_number, event_time)"))
    mine, theirs, ratio = interleaved(lambda: _ours(bed), lambda: _copy(bed), rounds=ROUNDS)
    return [Row("ingest", "10,000 sessions / raw COPY", LINES, mine, theirs, "cpu_s", ratio, TARGET)]


def _ours(bed: Bed) -> float:
    lines = _lines(next(BATCHES))
    with Session(bed.app) as session, session.begin():
        return stopwatch.cpu_with_backend(session, lambda: _store(session, Stream.SESSIONS, lines))


def _store(session: Session, stream: Stream, lines: list[bytes]) -> None:
    records = [read(stream, line) for line in lines]
    answers = ingestion.store(session, stream, records, origin=Origin.SYNTHETIC, now=NOW)
    assert all(answer.problem is None for answer in answers)
    session.flush()


def _copy(bed: Bed) -> float:
    ready = _as_csv(next(BATCHES))
    with OrmSession(bed.owner) as session, session.begin():
        raw: Any = session.connection().connection.driver_connection

        def copy() -> None:
            with raw.cursor().copy(f"COPY {TWIN} FROM STDIN WITH (FORMAT csv)") as into:
                into.write(ready)

        return stopwatch.cpu_with_backend(session, copy)


def _lines(batch: int) -> list[bytes]:
    return [_line(_session(batch, number)) for number in range(LINES)]


def _line(record: dict[str, Any]) -> bytes:
    return orjson.dumps(record)


def _session(batch: int, number: int) -> dict[str, Any]:
    start = days_before(60).replace(hour=number % 24)
    return wire.a_session(f"tutor-{number % TUTORS}", start=start, event_id=f"e-{batch}-{number}")


def _as_csv(batch: int) -> bytes:
    """The rows as the table has them, ready before the watch starts."""
    start = days_before(60).isoformat()
    end = days_before(59).isoformat()
    text_of = io.StringIO()
    write = csv.writer(text_of).writerow
    told = ("completed", end, end, "synthetic", 4, "Mathematics", "1-on-1", start, end, "", "", "")
    held = (start, 60, 0.8, True, False, "\\x" + "00" * 32)
    for n in range(LINES):
        write([f"c-{batch}-{n}", f"s-{batch}-{n}", 10_001 + n % TUTORS, "{1}", *told, *held])
    return text_of.getvalue().encode()
