"""How tutors have developed, as rules ask it: what fell or rose, for how long, and how moves were made."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, text

from retention import policy
from retention.measures.periods import DAY, complete_until, measured_day, start_of
from retention.records.database import Session

# Names and units as in rules/fields.yaml; NULL is unknown. Windows end with the measured day, and what is
# compared with itself over days ends with the last whole one, so that a morning is not taken for a fall.
LATELY = """
    SELECT coalesce(sum(knowledge_n), 0) AS knowledge_n, sum(knowledge_sum) AS knowledge,
        coalesce(sum(engagement_n), 0) AS attention_n, sum(engagement_sum) AS attention,
        coalesce(sum(short_notice_moves) FILTER (WHERE day > CAST(:day AS date) - 7), 0) AS short_notice,
        coalesce(sum(tutor_moves) FILTER (WHERE day > CAST(:day AS date) - 7), 0) AS moves,
        coalesce(sum(tutor_no_shows + tutor_cancels)
            FILTER (WHERE day > CAST(:day AS date) - 14), 0) AS not_taught,
        coalesce(sum(completed) FILTER (WHERE ago BETWEEN 0 AND 13), 0) AS taught,
        coalesce(sum(logins) FILTER (WHERE ago BETWEEN 0 AND 13), 0) AS seen,
        coalesce(sum(logins) FILTER (WHERE ago BETWEEN 14 AND 27), 0) AS seen_before,
        count(*) FILTER (WHERE on_leave AND ago BETWEEN 0 AND 13) AS leave,
        count(*) FILTER (WHERE on_leave AND ago BETWEEN 14 AND 27) AS leave_before
    FROM (
        SELECT *, CAST(:whole AS date) - day AS ago FROM tutor_days d WHERE d.tutor_number = t.number
            AND d.day > CAST(:day AS date) - 30 AND d.day <= CAST(:day AS date)
    ) days
"""
# Days at work in the two stretches of 14 days.
AT_WORK = """
    SELECT greatest(0, least(14, tenure + 1)) - leave AS here,
        greatest(0, least(14, tenure - 13)) - leave_before AS before
    FROM (SELECT CAST(:whole AS date) - (t.onboarded_at AT TIME ZONE 'UTC')::date AS tenure) known
"""
# The rows themselves are looked at only where the days say that there are any.
MOVED = """
    SELECT count(*) AS times, count(reason) AS reasons,
        count(*) FILTER (WHERE reason ~* :own_reasons) AS own
    FROM session_events e WHERE e.tutor_number = t.number AND transition = 'moved' AND initiated_by = 'tutor'
        AND event_time >= :week AND event_time <= :as_of AND lately.moves > 0
"""
MISSED = """
    SELECT count(*) AS times FROM sessions s
    WHERE lately.not_taught > 0 AND s.tutor_number = t.number
        AND s.scheduled_start >= :fortnight AND s.scheduled_start <= :as_of
        AND initiated_by = 'tutor' AND (state = 'no_show'
            OR (state = 'cancelled' AND last_event_time > scheduled_start - CAST(:short_notice AS interval)))
"""
# A tier has ended with the second day in a row outside it: a single day is borne, and a day without a tier
# is neither. At risk is worse than needs attention, and goes on counting.
TIERS = """
    SELECT count(*) AS known, count(*) FILTER (WHERE top AND day > coalesce(top_ended, '-infinity')) AS top,
        count(*) FILTER (WHERE low AND day > coalesce(low_ended, '-infinity')) AS low
    FROM (
        SELECT day, top, low, max(day) FILTER (WHERE NOT top AND NOT top_before) OVER () AS top_ended,
            max(day) FILTER (WHERE NOT low AND NOT low_before) OVER () AS low_ended
        FROM (
            SELECT day, top, low, lag(top) OVER days AS top_before, lag(low) OVER days AS low_before
            FROM (
                SELECT day, tier = 'exemplary' AS top, tier IN ('needs_attention', 'at_risk') AS low
                FROM tier_days d WHERE d.tutor_number = t.number
                    AND d.day > CAST(:day AS date) - CAST(:tier_days AS int) AND d.day <= CAST(:day AS date)
            ) given WINDOW days AS (ORDER BY day)
        ) followed
    ) runs
"""
EARLIER = """
    SELECT engagement_pct FROM tutor_metrics m WHERE m.tutor_number = t.number AND m.window_days = 30
        AND m.day > CAST(:day AS date) - 18 AND m.day <= CAST(:day AS date) - 14 ORDER BY m.day DESC LIMIT 1
"""
FORETOLD = """
    SELECT p30, source FROM churn_scores c WHERE c.tutor_number = t.number AND c.day <= CAST(:day AS date)
    ORDER BY c.day DESC LIMIT 1
"""
FORETOLD_BEFORE = """
    SELECT p30 FROM churn_scores c WHERE c.tutor_number = t.number AND c.source = now.source
        AND c.day > CAST(:day AS date) - 18 AND c.day <= CAST(:day AS date) - 14 ORDER BY c.day DESC LIMIT 1
"""
DEVELOPMENTS = f"""
SELECT t.number AS tutor_number,
    lately.knowledge_n AS knowledge_rated_30d,
    lately.knowledge::double precision / nullif(lately.knowledge_n, 0) AS knowledge_avg_30d,
    lately.attention_n AS attention_known_30d,
    100 * lately.attention / nullif(lately.attention_n, 0) AS attention_pct_30d,
    lately.short_notice AS short_notice_moves_7d,
    CASE WHEN moved.times = 0 OR moved.reasons > 0 THEN moved.own END AS own_reason_moves_7d,
    missed.times AS missed_14d,
    CASE WHEN here >= :fewest AND before >= :fewest AND t.status <> 'on_leave' AND seen_before > 0 THEN
        greatest(-100, 100 - 100.0 * seen * before / here / seen_before) END::double precision
        AS login_fall_pct,
    CASE WHEN here >= :fewest AND t.onboarded_at <= :settled AND t.status <> 'on_leave' THEN
        least(1000, 100.0 * lately.taught * 7 / here / t.baseline_sessions_per_week) END::double precision
        AS activity_pct,
    m.engagement_pct - earlier.engagement_pct AS engagement_change_14d,
    100 * (now.p30 - past.p30) AS p30_change_14d,
    CASE WHEN tiers.known > 0 THEN tiers.top END AS days_exemplary,
    CASE WHEN tiers.known > 0 THEN tiers.low END AS days_needs_attention
FROM unnest(CAST(:tutors AS int[])) AS b (tutor_number) JOIN tutors t ON t.number = b.tutor_number
CROSS JOIN LATERAL ({LATELY}) lately CROSS JOIN LATERAL ({AT_WORK}) at_work
CROSS JOIN LATERAL ({MOVED}) moved CROSS JOIN LATERAL ({MISSED}) missed CROSS JOIN LATERAL ({TIERS}) tiers
LEFT JOIN tutor_metrics m ON m.tutor_number = t.number AND m.day = :day AND m.window_days = 30
LEFT JOIN LATERAL ({EARLIER}) earlier ON true
LEFT JOIN LATERAL ({FORETOLD}) now ON true LEFT JOIN LATERAL ({FORETOLD_BEFORE}) past ON true
ORDER BY t.number
"""  # noqa: S608 (our own words)


def developments_of(session: Session, tutors: Collection[int], *, as_of: datetime) -> Sequence[RowMapping]:
    """How each tutor has developed by an instant, in one statement."""
    return session.execute(text(DEVELOPMENTS), _wanted(tutors, as_of)).mappings().all()


def _wanted(tutors: Collection[int], as_of: datetime) -> dict[str, Any]:
    day = measured_day(as_of)
    return {
        "tutors": list(tutors),
        "as_of": as_of,
        "day": day,
        "whole": complete_until(as_of),
        "week": start_of(day) - 6 * DAY,
        "fortnight": start_of(day) - 13 * DAY,
        "settled": as_of - policy.REDUCED_MIN_TENURE,
        "fewest": policy.FEWEST_DAYS,
        "short_notice": policy.SHORT_NOTICE,
        "own_reasons": policy.OWN_REASONS,
        "tier_days": policy.TIER_LOOK_BACK,
    }
