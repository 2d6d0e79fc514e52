"""Refreshing every tutor's metrics against numpy adding up the same raw rows held in memory.

Ours: the current day of every tutor rolled up again from raw rows, then all windows and what standing is
judged by, in the database. The limit: `numpy.bincount` of 13 measures over 90 days of rows, all in memory.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text

from bench import history, stopwatch
from bench.bed import NOW, Bed, database
from bench.rows import Row, interleaved
from retention.records import batches, rollup, standings, windows
from retention.records.database import Session

HEAVY, SESSIONS_A_DAY = 300, 10  # PRD's volume: 3,000 sessions a day
SMALL = 120  # tutors with two sessions a day, for the growth
ROUNDS = 3
TARGET = 3.0  # times the numpy rollup (performance guide, section 6)
GROWTH = 11.0  # times the cost for ten times the data
DAY = "extract(epoch FROM {})::bigint / 86400"
# Each table's columns as numbers: tutor, day, then what its measures are made of.
SESSIONS = f"""
SELECT tutor_number, {DAY.format("scheduled_start")}, (state = 'completed')::int, duration_minutes,
  engagement_score, coalesce(objectives_met, false)::int, technical_issues::int, late_start_minutes,
  (session_number = 1)::int FROM sessions
"""
FEEDBACK = f"SELECT tutor_number, {DAY.format('event_time')}, overall_rating, subject_knowledge FROM feedback"
ACTS = f"""
SELECT tutor_number, {DAY.format("event_time")}, (kind = 'login')::int, (kind = 'message_answered')::int,
  amount FROM behaviour_events
"""
Columns = list[NDArray[np.float64]]


def rows(heavy: int = HEAVY, small: int = SMALL, *, times: int = 10) -> list[Row]:
    """Two rows: PRD's volume against numpy, and the growth from a small world to one ten times as large."""
    mine, theirs, ratio = _measured(heavy, sessions_a_day=SESSIONS_A_DAY)
    little, much = (_measured(tutors, sessions_a_day=2)[0] for tutors in (small, small * times))
    growth = much / little
    return [
        Row("refresh", f"{heavy} tutors / numpy rollup", heavy, mine, theirs, "cpu_s", ratio, TARGET),
        Row("refresh", f"growth for {times}x data", small * times, much, little, "cpu_s", growth, GROWTH),
    ]


def _measured(tutors: int, *, sessions_a_day: int) -> tuple[float, float, float]:
    with database() as bed:
        history.fill(bed, tutors=tutors, sessions_a_day=sessions_a_day)
        _refresh(bed)  # every day once
        with bed.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
            owner.execute(text("VACUUM ANALYZE"))
        tables = [_columns(bed, query) for query in (SESSIONS, FEEDBACK, ACTS)]
        return interleaved(
            lambda: _dirty_refresh(bed), lambda: stopwatch.cpu(lambda: _rollup(*tables)), rounds=ROUNDS
        )


def _dirty_refresh(bed: Bed) -> float:
    history.mark_the_last_day(bed)
    return _refresh(bed)


def _refresh(bed: Bed) -> float:
    with Session(bed.app) as session, session.begin():
        return stopwatch.cpu_with_backend(session, lambda: _work(session))


def _work(session: Session) -> None:
    batch = batches.claim_batch(session, NOW, limit=10**6)
    rollup.reroll(session, batch.batch_id, as_of=NOW)
    windows.refresh(session, batch.batch_id, as_of=NOW)
    standings.positions_of(session, batch.batch_id, as_of=NOW)
    batches.finish_batch(session, batch.batch_id, at=NOW)


def _columns(bed: Bed, query: str) -> Columns:
    """A table's numbers in memory, column by column; what is not known counts as 0."""
    with bed.owner.connect() as connection:
        door: Any = connection.connection.driver_connection
        with door.cursor().copy(f"COPY ({query}) TO STDOUT WITH (DELIMITER ',', NULL '0')") as out:
            said = b"".join(bytes(part) for part in out).decode()
    lines = said.splitlines()
    table = np.fromstring(",".join(lines), sep=",").reshape(len(lines), -1)
    return [np.ascontiguousarray(column) for column in table.T]


def _rollup(sessions: Columns, feedback: Columns, acts: Columns) -> None:
    """Thirteen sums and counts a tutor and day: the least a refresh could do, with all rows in memory."""
    _, _, done, minutes, engaged, met, technical, late, first = sessions
    lates = (late > 10).astype(np.float64)
    _add_up(sessions, [done, done * minutes, done * engaged, done * met, technical, lates, first * done])
    _add_up(feedback, [np.ones_like(feedback[2]), *feedback[2:]])
    _, _, logins, answers, amount = acts
    _add_up(acts, [logins, answers, answers * amount])


def _add_up(table: Columns, measures: Columns) -> None:
    tutors, days = ((column - column.min()).astype(np.int64) for column in table[:2])
    width = int(days.max()) + 1
    place, size = tutors * width + days, (int(tutors.max()) + 1) * width
    for weights in measures:
        np.bincount(place, weights=weights, minlength=size)
