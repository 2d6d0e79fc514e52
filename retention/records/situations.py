"""What rules are judged by: the facts of some tutors, their moments and their open cases."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import RowMapping, text

from retention import policy
from retention.records import sessions
from retention.records.database import Session
from retention.vocabulary import SessionState

TUTORS = "SELECT DISTINCT tutor_number FROM dirty_days WHERE batch_id = :batch ORDER BY tutor_number"

# Names and units as in rules/fields.yaml; NULL is unknown. Moves of a session come before its start.
FACTS = """
SELECT b.tutor_number, c.score AS churn_score, c.band AS risk_band, s.tier_official AS tier,
    greatest(0, CAST(:day AS date) - (t.onboarded_at AT TIME ZONE 'UTC')::date) AS tenure_days,
    t.status = 'on_leave' AS on_leave, t.status = 'churned' AS churned,
    week.sessions AS sessions_7d, month.sessions AS sessions_30d, quarter.sessions AS sessions_90d,
    CASE WHEN s.last_session_at IS NOT NULL THEN greatest(0,
        floor(extract(epoch FROM :as_of - s.last_session_at) / 86400)::int - leave.days) END
        AS days_since_session,
    s.rating_last_30 AS rating_avg_30, month.first_success_pct, month.reschedule_pct AS resched_rate_30d,
    week.tutor_moves AS resched_7d, month.no_show_pct AS noshow_rate_30d, week.no_shows AS noshows_7d,
    fortnight.no_shows AS noshows_14d, month.engagement_pct AS engagement, month.objectives_pct,
    s.rated_last_30 AS rated_30, month.first_rated AS first_rated_30d, firsts.mean AS first_rating_avg_30d,
    100 * c.p7 AS p7_pct, 100 * c.p30 AS p30_pct, month.technical_pct AS tech_rate_30d,
    month.answer_p95_minutes AS answer_p95_min,
    CAST(s.trends ->> 'rating_avg_30d' AS double precision) AS rating_change_30d,
    jsonb_exists(c.patterns, 'poor_first_session') AS pattern_poor_first_session,
    jsonb_exists(c.patterns, 'high_reschedule') AS pattern_high_reschedule,
    jsonb_exists(c.patterns, 'no_show_risk') AS pattern_no_show_risk,
    ahead.risk AS first_session_risk, ahead.flagged AS first_sessions_flagged
FROM unnest(CAST(:tutors AS int[])) AS b (tutor_number) JOIN tutors t ON t.number = b.tutor_number
LEFT JOIN standings s ON s.tutor_number = t.number
LEFT JOIN tutor_metrics week ON week.tutor_number = t.number AND week.day = :day AND week.window_days = 7
LEFT JOIN tutor_metrics month ON month.tutor_number = t.number AND month.day = :day AND month.window_days = 30
LEFT JOIN tutor_metrics quarter
    ON quarter.tutor_number = t.number AND quarter.day = :day AND quarter.window_days = 90
LEFT JOIN LATERAL (
    SELECT score, band, patterns, p7, p30 FROM churn_scores WHERE tutor_number = t.number AND day <= :day
    ORDER BY day DESC LIMIT 1
) c ON true
CROSS JOIN LATERAL (
    SELECT coalesce(sum(tutor_no_shows), 0) AS no_shows FROM tutor_days d
    WHERE d.tutor_number = t.number AND d.day > CAST(:day AS date) - 14 AND d.day <= CAST(:day AS date)
) fortnight
CROSS JOIN LATERAL (
    SELECT avg(f.overall_rating)::double precision AS mean FROM sessions taught
    JOIN feedback f ON f.session_id = taught.session_id AND f.tutor_number = taught.tutor_number
    WHERE taught.tutor_number = t.number AND taught.session_number = 1 AND f.event_time <= :as_of
        AND taught.scheduled_start >= CAST(:day AS date) - 29 AND taught.scheduled_start <= :as_of
) firsts
CROSS JOIN LATERAL (
    SELECT count(*) AS days FROM tutor_days d
    WHERE d.tutor_number = t.number AND d.on_leave AND d.day <= CAST(:day AS date)
        AND d.day > (s.last_session_at AT TIME ZONE 'UTC')::date
) leave
CROSS JOIN LATERAL (
    SELECT 100 * max(said.chance) AS risk,
        CASE WHEN count(said.chance) > 0 THEN count(*) FILTER (WHERE said.flagged) END AS flagged
    FROM sessions booked CROSS JOIN LATERAL (
        SELECT chance, flagged FROM first_session_forecasts f
        WHERE f.session_id = booked.session_id AND f.tutor_number = t.number AND f.known_at <= :as_of
        ORDER BY f.as_of DESC, f.known_at DESC LIMIT 1
    ) said
    WHERE booked.tutor_number = t.number AND booked.session_number = 1
        AND booked.state IN ('booked', 'moved')
        AND booked.scheduled_start > :as_of AND booked.scheduled_start <= CAST(:ahead AS timestamptz)
) ahead
ORDER BY b.tutor_number
"""

# The session of a moment with what its own feedback says, else the least content that there is: words that
# came before their session are judged with it, and a group has several.
OF_THE_SESSION = """s.session_number = 1 AS is_first_session,
    said.overall_rating AS rating, s.late_start_minutes::double precision AS late_start_min,
    said.first_experience, said.would_work_again,
    CASE WHEN EXISTS (
        SELECT FROM sessions next WHERE next.tutor_number = s.tutor_number
            AND next.scheduled_start > s.scheduled_start AND next.student_numbers && s.student_numbers
            AND {held} IN ('booked', 'moved', 'completed')
    ) THEN true WHEN s.session_id IS NOT NULL AND :announced THEN false END AS has_next_booking"""
AS_IT_WAS = """(
    SELECT e.transition FROM session_events e WHERE e.session_id = next.session_id AND e.known_at <= :as_of
    ORDER BY e.event_time DESC, e.known_at DESC LIMIT 1)"""
MOMENTS = f"""
SELECT m.tutor_number, m.trigger, m.session_id, m.known_at, {OF_THE_SESSION.format(held="next.state")}
FROM moments m LEFT JOIN sessions s ON s.session_id = m.session_id AND s.tutor_number = m.tutor_number
LEFT JOIN LATERAL (
    SELECT f.overall_rating, f.first_experience, f.would_work_again FROM feedback f
    WHERE f.session_id = m.session_id AND f.tutor_number = m.tutor_number
    ORDER BY f.event_id = m.event_id DESC, f.overall_rating, f.event_time DESC LIMIT 1
) said ON true
WHERE m.batch_id = :batch ORDER BY m.tutor_number, m.id
"""  # noqa: S608 (fixed words)
# What was known at the instant, and not what is known today: the past is explained with it as well.
NEWEST_SESSION = f"""
SELECT s.session_id, {OF_THE_SESSION.format(held=AS_IT_WAS)}
FROM sessions s LEFT JOIN LATERAL (
    SELECT f.overall_rating, f.first_experience, f.would_work_again FROM feedback f
    WHERE f.session_id = s.session_id AND f.tutor_number = s.tutor_number AND f.known_at <= :as_of
    ORDER BY f.overall_rating, f.event_time DESC LIMIT 1
) said ON true
WHERE s.tutor_number = :tutor AND s.scheduled_start <= :as_of AND EXISTS (
    SELECT FROM session_events e WHERE e.session_id = s.session_id AND e.known_at <= :as_of
        AND e.transition IN ('completed', 'no_show'))
ORDER BY s.scheduled_start DESC LIMIT 1
"""  # noqa: S608 (fixed words)

OPEN_CASES = """
SELECT c.tutor_number, c.case_id, c.programme, c.state, c.acted_at, max(t.follow_up_at) AS snoozed_until,
    count(t.task_id) > 0 AS has_task
FROM cases c LEFT JOIN tasks t ON t.case_id = c.case_id AND t.state = 'created'
WHERE c.tutor_number = ANY(:tutors) AND c.state <> 'closed' GROUP BY c.case_id ORDER BY c.opened_at, c.case_id
"""

LAST_ACTED = """
SELECT tutor_number, programme, max(acted_at) AS acted_at FROM cases
WHERE tutor_number = ANY(:tutors) AND acted_at IS NOT NULL GROUP BY tutor_number, programme
"""


def tutors_of(session: Session, batch_id: str) -> list[int]:
    """The tutors of a batch, by number."""
    return list(session.scalars(text(TUTORS), {"batch": batch_id}))


def facts_of(
    session: Session, tutors: Collection[int], *, day: date, as_of: datetime
) -> Sequence[RowMapping]:
    """The facts of each tutor as the records have them, whether or not the platform is silent."""
    ahead = as_of + policy.FIRST_SESSION_AHEAD
    wanted = {"tutors": list(tutors), "day": day, "as_of": as_of, "ahead": ahead}
    return session.execute(text(FACTS), wanted).mappings().all()


def moments_of(session: Session, batch_id: str, *, as_of: datetime) -> Sequence[RowMapping]:
    """A batch's moments in order, each with the facts of its session, in one statement.

    That a student has booked no further session is known only where the platform announces bookings.
    """
    announced = sessions.heard_lately(session, as_of=as_of, transition=SessionState.BOOKED)
    return session.execute(text(MOMENTS), {"batch": batch_id, "announced": announced}).mappings().all()


def newest_session(session: Session, tutor_number: int, *, as_of: datetime) -> RowMapping | None:
    """The tutor's newest session that took place or should have, with what rules know of it."""
    announced = sessions.heard_lately(session, as_of=as_of, transition=SessionState.BOOKED)
    wanted = {"tutor": tutor_number, "as_of": as_of, "announced": announced}
    return session.execute(text(NEWEST_SESSION), wanted).mappings().one_or_none()


def open_cases_of(session: Session, tutors: Collection[int]) -> Sequence[RowMapping]:
    """The cases of tutors that have not ended, oldest first."""
    return session.execute(text(OPEN_CASES), {"tutors": list(tutors)}).mappings().all()


def last_acted_of(session: Session, tutors: Collection[int]) -> Sequence[RowMapping]:
    """When the newest case of each programme did what it is for: tutor_number, programme, acted_at."""
    return session.execute(text(LAST_ACTED), {"tutors": list(tutors)}).mappings().all()
