"""Rolls raw rows up into tutor_days: whole days again, from whatever is known now, in one statement."""

from datetime import datetime

from sqlalchemy import text

from retention import policy
from retention.measures.periods import measured_day
from retention.records.database import Session

# Marked days, and the days that lean on them: ratings count on the day they are given, a first session's
# quality on the day of the session, a leave on every day that it covers.
DAYS = """
WITH marks AS (
    SELECT DISTINCT tutor_number, day, day::timestamp AT TIME ZONE 'UTC' AS starts,
        (day + 1)::timestamp AT TIME ZONE 'UTC' AS ends
    FROM dirty_days WHERE batch_id = :batch
), leaning AS (
    SELECT m.tutor_number, m.day FROM marks m
    UNION SELECT m.tutor_number, (f.event_time AT TIME ZONE 'UTC')::date
    FROM marks m JOIN sessions s ON s.tutor_number = m.tutor_number
        AND s.scheduled_start >= m.starts AND s.scheduled_start < m.ends
    JOIN feedback f ON f.session_id = s.session_id AND f.tutor_number = s.tutor_number
    UNION SELECT m.tutor_number, (s.scheduled_start AT TIME ZONE 'UTC')::date
    FROM marks m JOIN feedback f ON f.tutor_number = m.tutor_number
        AND f.event_time >= m.starts AND f.event_time < m.ends
    JOIN sessions s ON s.session_id = f.session_id AND s.tutor_number = f.tutor_number
    UNION SELECT m.tutor_number, covered::date
    FROM marks m JOIN behaviour_events b ON b.tutor_number = m.tutor_number
        AND b.event_time >= m.starts AND b.event_time < m.ends
        AND b.kind IN ('leave_started', 'leave_ended')
    CROSS JOIN LATERAL generate_series(m.day::timestamp, CAST(:today AS timestamp), interval '1 day') covered
), days AS (
    SELECT tutor_number, day, day::timestamp AT TIME ZONE 'UTC' AS starts,
        (day + 1)::timestamp AT TIME ZONE 'UTC' AS ends
    FROM leaning
)
"""

SESSIONS = """, taught AS (
    SELECT d.day, s.*, coalesce(s.late_start_minutes > :late, false) AS late,
        s.state = 'completed' AS done, s.state = 'completed' AND s.session_number = 1 AS first
    FROM days d JOIN sessions s ON s.tutor_number = d.tutor_number
        AND s.scheduled_start >= d.starts AND s.scheduled_start < d.ends
), disliked AS (
    SELECT DISTINCT f.session_id FROM taught t JOIN feedback f ON f.session_id = t.session_id
    WHERE t.first
        AND (f.overall_rating < :failure OR f.first_experience = 'poor'
            OR f.would_work_again IN ('probably_not', 'no'))
), sessions_of_day AS (
    SELECT tutor_number, day,
        count(*) FILTER (WHERE done OR state = 'no_show' OR (state = 'cancelled'
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
        count(*) FILTER (WHERE first AND (late OR disliked.session_id IS NOT NULL)) AS first_poor,
        max(coalesce(actual_start, scheduled_start)) FILTER (WHERE done) AS last_session_at
    FROM taught LEFT JOIN disliked USING (session_id) GROUP BY tutor_number, day
), moves_of_day AS (
    SELECT d.tutor_number, d.day,
        count(*) FILTER (WHERE e.initiated_by = 'tutor') AS tutor_moves,
        count(*) FILTER (WHERE e.initiated_by = 'student') AS student_moves,
        count(*) FILTER (WHERE e.initiated_by = 'tutor'
            AND e.previous_start - e.event_time < :short_notice) AS short_notice_moves
    FROM days d JOIN session_events e ON e.tutor_number = d.tutor_number
        AND e.event_time >= d.starts AND e.event_time < d.ends
    WHERE e.transition = 'moved' GROUP BY d.tutor_number, d.day
)
"""

WORDS_AND_ACTS = """, words_of_day AS (
    SELECT d.tutor_number, d.day, count(*) AS rated_n, sum(f.overall_rating) AS rating_sum,
        count(f.subject_knowledge) AS knowledge_n, coalesce(sum(f.subject_knowledge), 0) AS knowledge_sum,
        count(*) FILTER (WHERE s.session_number = 1) AS first_rated,
        count(*) FILTER (WHERE s.session_number = 1 AND f.overall_rating >= :success) AS first_succeeded,
        count(*) FILTER (WHERE s.session_number = 1 AND f.overall_rating < :failure) AS first_failed
    FROM days d JOIN feedback f ON f.tutor_number = d.tutor_number
        AND f.event_time >= d.starts AND f.event_time < d.ends
    LEFT JOIN sessions s ON s.session_id = f.session_id AND s.tutor_number = f.tutor_number
    GROUP BY d.tutor_number, d.day
), acts_of_day AS (
    SELECT d.tutor_number, d.day,
        count(*) FILTER (WHERE b.kind = 'login') AS logins,
        coalesce(sum(b.amount) FILTER (WHERE b.kind = 'login'), 0) AS preparation_minutes,
        count(b.amount) FILTER (WHERE b.kind = 'message_answered') AS answers,
        coalesce(sum(b.amount) FILTER (WHERE b.kind = 'message_answered'), 0) AS answer_minutes,
        coalesce(array_agg(round(b.amount)::int ORDER BY b.amount)
            FILTER (WHERE b.kind = 'message_answered' AND b.amount IS NOT NULL), '{}') AS answer_waits,
        count(*) FILTER (WHERE b.kind = 'availability_changed') AS availability_changes,
        (array_agg(b.amount ORDER BY b.event_time DESC, b.event_id DESC)
            FILTER (WHERE b.kind = 'availability_changed'))[1] AS availability_hours,
        count(*) FILTER (WHERE b.kind = 'training_assigned') AS trainings_assigned,
        count(*) FILTER (WHERE b.kind = 'training_completed') AS trainings_completed,
        max(b.event_time) FILTER (WHERE b.kind = 'login') AS last_login_at
    FROM days d JOIN behaviour_events b ON b.tutor_number = d.tutor_number
        AND b.event_time >= d.starts AND b.event_time < d.ends
    GROUP BY d.tutor_number, d.day
), leave_of_day AS (
    SELECT d.tutor_number, d.day FROM days d CROSS JOIN LATERAL (
        SELECT b.kind, b.event_time, b.until FROM behaviour_events b
        WHERE b.tutor_number = d.tutor_number AND b.event_time < d.ends
            AND b.kind IN ('leave_started', 'leave_ended')
        ORDER BY b.event_time DESC, b.event_id DESC LIMIT 1
    ) last
    WHERE (last.kind = 'leave_started' AND (last.until IS NULL OR last.until > d.starts))
        OR (last.kind = 'leave_ended' AND last.event_time > d.starts)
)
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
    "leave_of_day.day IS NOT NULL",
)
WRITE = f"""
, written AS (
    INSERT INTO tutor_days (tutor_number, day, {", ".join(COLUMNS)})
    SELECT d.tutor_number, d.day, {", ".join(VALUES)}
    FROM days d
    LEFT JOIN sessions_of_day USING (tutor_number, day) LEFT JOIN moves_of_day USING (tutor_number, day)
    LEFT JOIN words_of_day USING (tutor_number, day) LEFT JOIN acts_of_day USING (tutor_number, day)
    LEFT JOIN leave_of_day USING (tutor_number, day)
    ON CONFLICT (tutor_number, day) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS)}
    RETURNING tutor_number
) SELECT count(*) FROM written
"""  # noqa: S608 (names of our own columns)
REROLL = DAYS + SESSIONS + WORDS_AND_ACTS + WRITE


def reroll(session: Session, batch_id: str, *, as_of: datetime) -> int:
    """Roll the marked days of a batch up again; returns how many tutor days were written. Repeatable."""
    wanted = {
        "batch": batch_id,
        "today": measured_day(as_of),
        "late": policy.LATE_START_MINUTES,
        "failure": policy.FIRST_FAILURE_RATING,
        "success": policy.FIRST_SUCCESS_RATING,
        "short_notice": policy.SHORT_NOTICE,
    }
    written: int = session.scalars(text(REROLL), wanted).one()
    return written
