"""Rolls raw rows up into tutor_days: whole days again, from whatever is known now, in one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import text

from retention import policy
from retention.measures.periods import measured_day
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

SESSIONS = """
    SELECT count(*) FILTER (WHERE done OR state = 'no_show' OR (state = 'cancelled'
            AND last_event_time > scheduled_start - :short_notice)) AS booked,
        count(*) FILTER (WHERE done) AS completed,
        coalesce(sum(duration_minutes) FILTER (WHERE done), 0) AS minutes,
        count(*) FILTER (WHERE state = 'cancelled' AND initiated_by = 'tutor') AS tutor_cancels,
        count(*) FILTER (WHERE state = 'no_show' AND initiated_by = 'tutor') AS tutor_no_shows,
        count(*) FILTER (WHERE state = 'no_show' AND initiated_by = 'student') AS student_no_shows,
        count(*) FILTER (WHERE done AND late) AS late_starts,
        count(objectives_met) FILTER (WHERE done) AS objectives_known,
        count(*) FILTER (WHERE done AND objectives_met) AS objectives_met,
        count(*) FILTER (WHERE done AND technical_issues) AS technical_issues,
        count(engagement_score) FILTER (WHERE done) AS engagement_n,
        coalesce(sum(engagement_score) FILTER (WHERE done), 0) AS engagement_sum,
        coalesce(array_agg(DISTINCT subject) FILTER (WHERE done), '{}') AS subjects,
        count(*) FILTER (WHERE first) AS first_completed,
        count(*) FILTER (WHERE first AND (late OR disliked.yes)) AS first_poor,
        max(coalesce(actual_start, scheduled_start)) FILTER (WHERE done) AS last_session_at
    FROM (
        SELECT *, coalesce(late_start_minutes > :late, false) AS late, state = 'completed' AS done,
            state = 'completed' AND session_number = 1 AS first
        FROM sessions WHERE tutor_number = d.tutor_number
            AND scheduled_start >= d.starts AND scheduled_start < d.ends
    ) taught LEFT JOIN LATERAL (
        SELECT true AS yes FROM feedback f
        WHERE taught.first AND f.session_id = taught.session_id AND (f.overall_rating < :failure
            OR f.first_experience = 'poor' OR f.would_work_again IN ('probably_not', 'no')) LIMIT 1
    ) disliked ON true
"""
MOVES = """
    SELECT count(*) FILTER (WHERE initiated_by = 'tutor') AS tutor_moves,
        count(*) FILTER (WHERE initiated_by = 'student') AS student_moves,
        count(*) FILTER (WHERE initiated_by = 'tutor'
            AND previous_start - event_time < :short_notice) AS short_notice_moves
    FROM session_events WHERE tutor_number = d.tutor_number
        AND event_time >= d.starts AND event_time < d.ends AND transition = 'moved'
"""
WORDS = """
    SELECT count(*) AS rated_n, sum(f.overall_rating) AS rating_sum,
        count(f.subject_knowledge) AS knowledge_n, coalesce(sum(f.subject_knowledge), 0) AS knowledge_sum,
        count(*) FILTER (WHERE s.first) AS first_rated,
        count(*) FILTER (WHERE s.first AND f.overall_rating >= :success) AS first_succeeded,
        count(*) FILTER (WHERE s.first AND f.overall_rating < :failure) AS first_failed
    FROM feedback f LEFT JOIN LATERAL (
        SELECT session_number = 1 AS first FROM sessions
        WHERE session_id = f.session_id AND tutor_number = f.tutor_number LIMIT 1
    ) s ON true
    WHERE f.tutor_number = d.tutor_number AND f.event_time >= d.starts AND f.event_time < d.ends
"""
ACTS = """
    SELECT count(*) FILTER (WHERE kind = 'login') AS logins,
        coalesce(sum(amount) FILTER (WHERE kind = 'login'), 0) AS preparation_minutes,
        count(amount) FILTER (WHERE kind = 'message_answered') AS answers,
        coalesce(sum(amount) FILTER (WHERE kind = 'message_answered'), 0) AS answer_minutes,
        array_agg(round(amount)::int ORDER BY amount)
            FILTER (WHERE kind = 'message_answered' AND amount IS NOT NULL) AS answer_waits,
        count(*) FILTER (WHERE kind = 'availability_changed') AS availability_changes,
        (array_agg(amount ORDER BY event_time DESC, event_id DESC)
            FILTER (WHERE kind = 'availability_changed'))[1] AS availability_hours,
        count(*) FILTER (WHERE kind = 'training_assigned') AS trainings_assigned,
        count(*) FILTER (WHERE kind = 'training_completed') AS trainings_completed,
        max(event_time) FILTER (WHERE kind = 'login') AS last_login_at
    FROM behaviour_events WHERE tutor_number = d.tutor_number
        AND event_time >= d.starts AND event_time < d.ends
"""
LEAVE = """
    SELECT coalesce(bool_or((kind = 'leave_started' AND (until IS NULL OR until > d.starts))
        OR (kind = 'leave_ended' AND event_time > d.starts)), false) AS on_leave
    FROM (
        SELECT kind, event_time, until FROM behaviour_events
        WHERE tutor_number = d.tutor_number AND event_time < d.ends
            AND kind IN ('leave_started', 'leave_ended')
        ORDER BY event_time DESC, event_id DESC LIMIT 1
    ) last
"""

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
