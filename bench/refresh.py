"""Refreshing every tutor's metrics against numpy adding up the same raw rows held in memory.

Ours: the current day of every tutor rolled up again from raw rows, then all windows, standing and tiers'
inputs, in the database. The limit: `numpy.bincount` of 13 measures over 90 days of rows, all in memory.
"""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text

from bench import history, stopwatch
from bench.bed import NOW, Bed, database
from bench.rows import Row, interleaved
from retention.records import batches, rollup, standings, windows
from retention.records.database import Session

SMALL, LARGE = 300, 3_000  # tutors: the demo, and ten times as many
ROUNDS = 3
TARGET = 3.0  # times the numpy rollup (performance guide, section 6)
GROWTH = 11.0  # times the cost for ten times the data
COLUMNS = """
SELECT tutor_number, extract(epoch FROM scheduled_start)::bigint / 86400 AS day, late_start_minutes,
  duration_minutes, engagement_score, session_number, (state = 'completed')::int AS completed,
  coalesce(objectives_met, false)::int AS met, technical_issues::int AS technical
FROM sessions
"""


def rows() -> list[Row]:
    """Three rows: both sizes against numpy, and the growth between them."""
    measured = [_at(tutors) for tutors in (SMALL, LARGE)]
    small, large = measured
    growth = large.ours / small.ours
    return [
        *measured,
        Row("refresh", "growth for 10x data", LARGE, large.ours, small.ours, "cpu_s", growth, GROWTH),
    ]


def _at(tutors: int) -> Row:
    with database() as bed:
        history.fill(bed, tutors=tutors)
        _refresh(bed)  # every day once
        with bed.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
            owner.execute(text("VACUUM ANALYZE"))
        columns = _columns(bed)
        mine, theirs, ratio = interleaved(
            lambda: _dirty_refresh(bed), lambda: stopwatch.cpu(lambda: _rollup(columns)), rounds=ROUNDS
        )
        return Row("refresh", f"{tutors} tutors / numpy rollup", tutors, mine, theirs, "cpu_s", ratio, TARGET)


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


def _columns(bed: Bed) -> list[NDArray[np.float64]]:
    with bed.app.connect() as connection:
        table = np.array(connection.execute(text(COLUMNS)).all(), dtype=np.float64)
    return [np.ascontiguousarray(column) for column in table.T]


def _rollup(columns: list[NDArray[np.float64]]) -> None:
    """Thirteen sums and counts a tutor and day: the least a refresh could do, with all rows in memory."""
    tutor, day, late, minutes, engaged, number, completed, met, technical = columns
    tutors, days = (tutor - tutor.min()).astype(np.int64), (day - day.min()).astype(np.int64)
    width = int(days.max()) + 1
    place, size = tutors * width + days, (int(tutors.max()) + 1) * width
    measures = (
        *(completed, minutes, engaged, met, technical, late),
        *(completed * minutes, (late > 10).astype(np.float64), (number == 1).astype(np.float64)),
        *((number == 1) * completed, 1.0 - completed, engaged * completed, met * completed),
    )
    for weights in measures:
        np.bincount(place, weights=weights, minlength=size)
