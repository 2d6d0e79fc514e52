"""What decides whether a tutor is with us, read for a batch at once; and what was found, written back."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import numpy as np
import orjson
from sqlalchemy import text

from retention import policy
from retention.measures.periods import complete_until, measured_day
from retention.measures.silence import silent
from retention.measures.stays import Day, History, Notice, Stay
from retention.records import sessions
from retention.records.database import Session
from retention.vocabulary import ChurnReason, TutorStatus

HISTORIES = """
WITH batch AS (
    SELECT b.tutor_number, spell.*, CASE WHEN spell.started_at IS NULL
        THEN CAST(:since_first AS date) ELSE CAST(:since AS date) END AS since
    FROM (SELECT DISTINCT tutor_number FROM dirty_days WHERE batch_id = :batch) b
    LEFT JOIN LATERAL (
        SELECT started_at, ended_at, reason FROM spells WHERE tutor_number = b.tutor_number
        ORDER BY started_at DESC LIMIT 1
    ) spell ON true
), world AS (SELECT min(day) AS first_day FROM tutor_days WHERE completed > 0)
SELECT t.number, t.status, t.onboarded_at, t.baseline_sessions_per_week,
    taught.days, taught.completed, taught.on_leave AS leave_days,
    greatest(b.since, coalesce(world.first_day, CAST(:day AS date))) AS watched_from,
    b.started_at, b.ended_at, b.reason, notice.given, notice.last_days,
    coalesce(leave.kind = 'leave_started', false)
        AND (leave.until IS NULL OR leave.until > :as_of) AS on_leave
FROM batch b JOIN tutors t ON t.number = b.tutor_number CROSS JOIN world
CROSS JOIN LATERAL (
    SELECT array_agg(day) AS days, array_agg(completed) AS completed, array_agg(on_leave) AS on_leave
    FROM tutor_days WHERE tutor_number = t.number AND day >= b.since AND day <= CAST(:day AS date)
        AND (completed > 0 OR on_leave)
) taught
CROSS JOIN LATERAL (
    SELECT array_agg(event_time ORDER BY event_time, event_id) AS given,
        array_agg(until ORDER BY event_time, event_id) AS last_days
    FROM behaviour_events WHERE tutor_number = t.number AND kind = 'resignation_notice'
        AND event_time <= :as_of AND until IS NOT NULL
) notice
LEFT JOIN LATERAL (
    SELECT kind, until FROM behaviour_events
    WHERE tutor_number = t.number AND kind IN ('leave_started', 'leave_ended') AND event_time <= :as_of
    ORDER BY event_time DESC, event_id DESC LIMIT 1
) leave ON true
ORDER BY t.number
"""
# A look at the index for each day, whatever the number of tutors.
TAUGHT = """
SELECT days.day::date AS day, EXISTS (
    SELECT FROM tutor_days t WHERE t.day = days.day::date AND t.completed > 0
) AS taught
FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') days (day) ORDER BY 1
"""

END = """
UPDATE spells SET ended_at = found.ended_at, reason = found.reason
FROM jsonb_to_recordset(CAST(:stays AS jsonb))
    AS found (tutor_number int, started_at timestamptz, ended_at timestamptz, reason text)
WHERE spells.tutor_number = found.tutor_number AND spells.started_at = found.started_at
    AND spells.ended_at IS NULL AND found.ended_at IS NOT NULL
"""
BEGIN = """
INSERT INTO spells (tutor_number, started_at, ended_at, reason)
SELECT found.* FROM jsonb_to_recordset(CAST(:stays AS jsonb))
    AS found (tutor_number int, started_at timestamptz, ended_at timestamptz, reason text)
WHERE NOT EXISTS (SELECT FROM spells s
    WHERE s.tutor_number = found.tutor_number AND s.started_at = found.started_at)
ORDER BY found.tutor_number, found.started_at
"""
CHANGE = """
UPDATE tutors SET status = found.status, status_since = found.since
FROM jsonb_to_recordset(CAST(:statuses AS jsonb)) AS found (number int, status text, since timestamptz)
WHERE tutors.number = found.number AND tutors.status <> found.status
"""


def histories_of(session: Session, batch_id: str, *, as_of: datetime) -> list[History]:
    """What decides the status of each of a batch's tutors, in one statement."""
    day = measured_day(as_of)
    wanted = {"batch": batch_id, "as_of": as_of, "day": day}
    wanted |= {"since": day - policy.LOOK_BACK, "since_first": day - policy.LOOK_BACK_FIRST}
    heard = sessions.heard_lately(session, as_of=as_of)
    quiet = _silent_days(session, day - policy.LOOK_BACK_FIRST, complete_until(as_of))
    return [_history(row, heard=heard, quiet=quiet) for row in session.execute(text(HISTORIES), wanted)]


def _silent_days(session: Session, first: date, last: date) -> frozenset[date]:
    rows = session.execute(text(TAUGHT), {"first": first, "last": last}).all()
    quiet = silent(np.array([row.taught for row in rows], dtype=np.bool_))
    return frozenset(row.day for row, one in zip(rows, quiet, strict=True) if one)


def _history(row: Any, *, heard: bool, quiet: frozenset[date]) -> History:
    stay = Stay(row.onboarded_at)
    if row.started_at is not None:
        stay = Stay(row.started_at, row.ended_at, ChurnReason(row.reason) if row.reason else None)
    listed = zip(row.days or (), row.completed or (), row.leave_days or (), strict=True)
    return History(
        tutor_number=row.number,
        status=TutorStatus(row.status),
        onboarded_at=row.onboarded_at,
        baseline_per_week=row.baseline_sessions_per_week,
        stay=stay,
        days={day: Day(completed, on_leave) for day, completed, on_leave in listed},
        watched_from=row.watched_from,
        notices=[Notice(*one) for one in zip(row.given or (), row.last_days or (), strict=True)],
        on_leave=row.on_leave,
        heard=heard,
        silent=quiet,
    )


def store_stays(session: Session, found: Sequence[tuple[int, Stay]]) -> None:
    """Write stays: an open one may end, a new one begins, an ended one is never changed. Repeatable."""
    stays = orjson.dumps([{"tutor_number": number, **asdict(stay)} for number, stay in found]).decode()
    session.execute(text(END), {"stays": stays})
    session.execute(text(BEGIN), {"stays": stays})


def change_statuses(session: Session, changes: Sequence[tuple[int, TutorStatus, datetime]]) -> None:
    """Write the statuses that have changed, each with the instant since which it holds."""
    if changes:
        rows = [{"number": number, "status": status, "since": since} for number, status, since in changes]
        session.execute(text(CHANGE), {"statuses": orjson.dumps(rows).decode()})
