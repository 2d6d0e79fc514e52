"""Rolls raw rows up into tutor_days: whole days again, from whatever is known now, in one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import text

from retention import policy
from retention.measures.periods import measured_day
from retention.records import day_sums
from retention.records.database import Session

# Marked days, and the days that lean on them: ratings count on the day they are given, a first session's
# quality on the day of the session, a leave on every day that it covers. Every part below is LATERAL, so
# that a day costs a few looks into (tutor, time) indexes, whatever the planner believes about sizes
# (OFFSET 0 keeps it from turning a part into a join over the whole table).
DAYS = """
WITH marks AS (
    SELECT DISTINCT tutor_number, day, day::timestamp AT TIME ZONE 'UTC' AS starts,
        (day + 1)::timestamp AT TIME ZONE 'UTC' AS ends
    FROM dirty_days WHERE batch_id = :batch
), leaning AS (
    SELECT m.tutor_number, m.day FROM marks m
    UNION SELECT m.tutor_number, (said.at AT TIME ZONE 'UTC')::date FROM marks m CROSS JOIN LATERAL (
        SELECT f.event_time AS at FROM sessions s
        JOIN feedback f ON f.session_id = s.session_id AND f.tutor_number = s.tutor_number
        WHERE s.tutor_number = m.tutor_number AND s.scheduled_start >= m.starts AND s.scheduled_start < m.ends
        OFFSET 0
    ) said
    UNION SELECT m.tutor_number, (taught.at AT TIME ZONE 'UTC')::date FROM marks m CROSS JOIN LATERAL (
        SELECT s.scheduled_start AS at FROM feedback f
        JOIN sessions s ON s.session_id = f.session_id AND s.tutor_number = f.tutor_number
        WHERE f.tutor_number = m.tutor_number AND f.event_time >= m.starts AND f.event_time < m.ends
        OFFSET 0
    ) taught
    UNION SELECT m.tutor_number, covered::date FROM marks m CROSS JOIN LATERAL (
        SELECT 1 FROM behaviour_events b WHERE b.tutor_number = m.tutor_number
            AND b.event_time >= m.starts AND b.event_time < m.ends
            AND b.kind IN ('leave_started', 'leave_ended') LIMIT 1
    ) away CROSS JOIN LATERAL
        generate_series(m.day::timestamp, CAST(:today AS timestamp), interval '1 day') covered
), days AS (
    SELECT tutor_number, day, day::timestamp AT TIME ZONE 'UTC' AS starts,
        (day + 1)::timestamp AT TIME ZONE 'UTC' AS ends
    FROM leaning
)
"""

SESSIONS = f"""
    SELECT {day_sums.SESSIONS}
    FROM (
        SELECT *, {day_sums.SESSION_FLAGS} FROM sessions WHERE tutor_number = d.tutor_number
            AND scheduled_start >= d.starts AND scheduled_start < d.ends
    ) taught LEFT JOIN LATERAL ({day_sums.DISLIKED.format(known="")}) disliked ON true
"""  # noqa: S608 (our own words, here and below)
MOVES = f"""
    SELECT {day_sums.MOVES} FROM session_events WHERE tutor_number = d.tutor_number
        AND event_time >= d.starts AND event_time < d.ends AND transition = 'moved'
"""  # noqa: S608
WORDS = f"""
    SELECT {day_sums.WORDS}
    FROM feedback f LEFT JOIN LATERAL (
        SELECT session_number = 1 AS first FROM sessions
        WHERE session_id = f.session_id AND tutor_number = f.tutor_number LIMIT 1
    ) s ON true
    WHERE f.tutor_number = d.tutor_number AND f.event_time >= d.starts AND f.event_time < d.ends
"""  # noqa: S608
ACTS = f"""
    SELECT {day_sums.ACTS} FROM behaviour_events WHERE tutor_number = d.tutor_number
        AND event_time >= d.starts AND event_time < d.ends
"""  # noqa: S608
LEAVE = day_sums.LEAVE.format(known="")

COUNTED = tuple(
    """
    booked completed minutes tutor_cancels tutor_no_shows student_no_shows late_starts objectives_known
    objectives_met technical_issues engagement_n engagement_sum first_completed first_poor
    tutor_moves student_moves short_notice_moves rated_n rating_sum knowledge_n knowledge_sum first_rated
    first_succeeded first_failed logins preparation_minutes answers answer_minutes availability_changes
    trainings_assigned trainings_completed
    """.split()  # noqa: SIM905 (a list of 31 quoted names reads worse)
)
LISTED = ("subjects", "answer_waits")
LAST = ("availability_hours", "last_session_at", "last_login_at")
COLUMNS = (*COUNTED, *LISTED, *LAST, "on_leave")
VALUES = (
    *(f"coalesce({name}, 0)" for name in COUNTED),
    *(f"coalesce({name}, '{{}}')" for name in LISTED),
    *LAST,
    "on_leave",
)
PARTS = " ".join(
    f"CROSS JOIN LATERAL ({part}) part_{place}"
    for place, part in enumerate((SESSIONS, MOVES, WORDS, ACTS, LEAVE))
)
REROLL = f"""
{DAYS}, written AS (
    INSERT INTO tutor_days (tutor_number, day, {", ".join(COLUMNS)})
    SELECT d.tutor_number, d.day, {", ".join(VALUES)} FROM days d {PARTS}
    ON CONFLICT (tutor_number, day) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS)}
    RETURNING tutor_number
) SELECT count(*) FROM written
"""  # noqa: S608 (names of our own columns)


def reroll(session: Session, batch_id: str, *, as_of: datetime) -> int:
    """Roll the marked days of a batch up again; returns how many tutor days were written. Repeatable."""
    written: int = session.scalars(text(REROLL), wanted(batch_id, as_of=as_of)).one()
    return written


def wanted(batch_id: str, *, as_of: datetime) -> dict[str, Any]:
    """The parameters of REROLL."""
    return {
        "batch": batch_id,
        "today": measured_day(as_of),
        "late": policy.LATE_START_MINUTES,
        "failure": policy.FIRST_FAILURE_RATING,
        "success": policy.FIRST_SUCCESS_RATING,
        "short_notice": policy.SHORT_NOTICE,
    }
