"""Ninety days of made-up raw rows, written by the server itself: shapes and counts matter, not the story."""

from sqlalchemy import text

from bench.bed import NOW, Bed

DAYS = 90
EVENTS_A_SESSION = 2
RATED = 0.75  # share of sessions with feedback

TUTORS = """
INSERT INTO tutors (external_id, name, email, time_zone, subjects, baseline_sessions_per_week, onboarded_at,
                    status, status_since, profile_time, origin)
SELECT 'bench-' || t, 'Tutor ' || t, 't' || t || '@tutors.example', 'UTC', '{Mathematics,Physics}', 60,
       :start, 'active', :start, :start, 'synthetic'
FROM generate_series(1, :tutors) t
"""
STUDENT = "INSERT INTO students (external_id, origin) VALUES ('bench-student', 'synthetic')"
# One row a session: a completed transition; the projection beside it.
SESSIONS = """
WITH made AS (
  SELECT t.number, d, n, CAST(:start AS timestamptz) + d * interval '1 day' + n * interval '1 hour' AS at,
         abs(hashtext(t.number || '-' || d || '-' || n)) AS chance
  FROM tutors t, generate_series(0, :days - 1) d, generate_series(0, :per_day - 1) n
), events AS (
  INSERT INTO session_events (event_id, session_id, tutor_number, student_numbers, transition, event_time,
    known_at, origin, session_number, subject, session_kind, scheduled_start, scheduled_end, actual_start,
    duration_minutes, engagement_score, objectives_met, technical_issues, digest)
  SELECT 'e' || number || '-' || d || '-' || n, 's' || number || '-' || d || '-' || n, number, '{1}',
    CASE WHEN chance % 40 = 0 THEN 'no_show' ELSE 'completed' END, at + interval '1 hour',
    at + interval '1 hour', 'synthetic', 1 + chance % 12, 'Mathematics', '1-on-1', at, at + interval '1 hour',
    at, 60, 0.8, chance % 7 <> 0, chance % 50 = 0, ''
  FROM made
)
INSERT INTO sessions (session_id, tutor_number, student_numbers, state, session_number, subject, session_kind,
  scheduled_start, scheduled_end, moves, tutor_moves, initiated_by, actual_start, late_start_minutes,
  duration_minutes, engagement_score, objectives_met, technical_issues, last_event_time, origin)
SELECT 's' || number || '-' || d || '-' || n, number, '{1}',
  CASE WHEN chance % 40 = 0 THEN 'no_show' ELSE 'completed' END, 1 + chance % 12, 'Mathematics', '1-on-1',
  at, at + interval '1 hour', 0, 0, CASE WHEN chance % 40 = 0 THEN 'tutor' END, at, chance % 14, 60, 0.8,
  chance % 7 <> 0, chance % 50 = 0, at + interval '1 hour', 'synthetic'
FROM made
"""
FEEDBACK = """
INSERT INTO feedback (event_id, session_id, tutor_number, student_number, overall_rating, subject_knowledge,
  improvement_areas, event_time, known_at, origin, digest)
SELECT 'f' || session_id, session_id, tutor_number, (SELECT min(number) FROM students),
  1 + abs(hashtext(session_id)) % 5, 4, '{}', last_event_time, last_event_time, 'synthetic', ''
FROM sessions WHERE abs(hashtext('f' || session_id)) % 100 < 100 * :rated
"""
BEHAVIOUR = """
INSERT INTO behaviour_events (event_id, tutor_number, kind, event_time, known_at, origin, amount, details,
  digest)
SELECT 'b' || t.number || '-' || d || '-' || n, t.number,
  CASE WHEN n % 3 = 0 THEN 'login' WHEN n = 1 AND d % 7 = 0 THEN 'availability_changed'
    ELSE 'message_answered' END,
  CAST(:start AS timestamptz) + d * interval '1 day' + n * interval '1 hour',
  CAST(:start AS timestamptz) + d * interval '1 day' + n * interval '1 hour', 'synthetic',
  abs(hashtext('b' || t.number || d || n)) % 240, '{}', ''
FROM tutors t, generate_series(0, :days - 1) d, generate_series(0, :per_day - 1) n
"""
EVERY_DAY_DIRTY = """
INSERT INTO dirty_days (tutor_number, day, known_at)
SELECT number, CAST(CAST(:start AS timestamptz) + d * interval '1 day' AS date), :now
FROM tutors, generate_series(0, :days - 1) d
"""
LAST_DAY_DIRTY = """
INSERT INTO dirty_days (tutor_number, day, known_at) SELECT number, CAST(:now AS date), :now FROM tutors
"""


def fill(bed: Bed, *, tutors: int, sessions_a_day: int = 2, days: int = DAYS) -> int:
    """Write the history of so many tutors; returns the number of raw rows.

    Two sessions a day are the mean tutor's (15 a week, PRD 1.1); with ten, 300 tutors have PRD's volume.
    """
    start = NOW.replace(hour=0)
    given = {
        "start": start.fromtimestamp(start.timestamp() - (days - 1) * 86_400, start.tzinfo),
        "days": days,
    }
    counts = []
    with bed.owner.begin() as owner:
        owner.execute(text(TUTORS), {**given, "tutors": tutors})
        owner.execute(text(STUDENT))
        for statement, times in ((SESSIONS, 1), (BEHAVIOUR, EVENTS_A_SESSION)):
            wanted = {**given, "per_day": sessions_a_day * times}
            counts.append(owner.execute(text(statement), wanted).rowcount)
        counts.append(owner.execute(text(FEEDBACK), {"rated": RATED}).rowcount)
        owner.execute(text(EVERY_DAY_DIRTY), {**given, "now": NOW})
    with bed.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        owner.execute(text("VACUUM ANALYZE"))
    return sum(counts)


def mark_the_last_day(bed: Bed) -> None:
    """What a busy quarter of an hour leaves at most: every tutor's current day dirty."""
    with bed.owner.begin() as owner:
        owner.execute(text(LAST_DAY_DIRTY), {"now": NOW})
