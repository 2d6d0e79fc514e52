"""Metric windows of 7, 30 and 90 days from tutor_days, in one statement for a batch's tutors."""

from datetime import datetime

from sqlalchemy import text

from retention import policy
from retention.measures.periods import measured_day
from retention.records.database import Session

# A new tutor's window begins with the first day: `days` is how much of it there has been.
SPANS = """
WITH spans AS (
    SELECT t.number AS tutor_number, w.days AS window_days,
        greatest(1, least(w.days, CAST(:day AS date) - (t.onboarded_at AT TIME ZONE 'UTC')::date + 1)) AS days
    FROM (SELECT DISTINCT tutor_number FROM dirty_days WHERE batch_id = :batch) b
    JOIN tutors t ON t.number = b.tutor_number CROSS JOIN (VALUES (7), (30), (90)) w (days)
)
"""

# The parts are LATERAL: every window is one look into the primary key, whatever the planner believes.
SUMS = """
    SELECT coalesce(sum(completed), 0) AS completed, coalesce(sum(booked), 0) AS booked,
        coalesce(sum(rated_n), 0) AS rated_n, coalesce(sum(rating_sum), 0) AS rating_sum,
        coalesce(sum(first_rated), 0) AS first_rated, coalesce(sum(first_succeeded), 0) AS first_succeeded,
        coalesce(sum(tutor_moves), 0) AS tutor_moves, coalesce(sum(tutor_no_shows), 0) AS no_shows,
        coalesce(sum(late_starts), 0) AS late_starts,
        coalesce(sum(objectives_known), 0) AS objectives_known,
        coalesce(sum(objectives_met), 0) AS objectives_met,
        coalesce(sum(technical_issues), 0) AS technical_issues, coalesce(sum(answers), 0) AS answers,
        coalesce(sum(answer_minutes), 0) AS answer_minutes, coalesce(sum(logins), 0) AS logins,
        coalesce(sum(preparation_minutes), 0) AS preparation_minutes,
        coalesce(sum(trainings_assigned), 0) AS trainings_assigned,
        coalesce(sum(trainings_completed), 0) AS trainings_completed,
        coalesce(sum(availability_changes), 0) AS availability_changes
    FROM tutor_days WHERE tutor_number = s.tutor_number
        AND day > CAST(:day AS date) - s.window_days AND day <= CAST(:day AS date)
"""
WAITS = """
    SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY wait) AS p95
    FROM tutor_days CROSS JOIN LATERAL unnest(answer_waits) AS wait
    WHERE tutor_number = s.tutor_number
        AND day > CAST(:day AS date) - s.window_days AND day <= CAST(:day AS date)
"""
STATED = """
    SELECT (array_agg(availability_hours))[1] AS availability_hours FROM (
        SELECT availability_hours FROM tutor_days
        WHERE tutor_number = s.tutor_number AND day <= CAST(:day AS date) AND availability_hours IS NOT NULL
        ORDER BY day DESC LIMIT 1
    ) last
"""

# Engagement: each part is a share of full marks; what is unknown gives its weight to the others.
# LEAST passes over NULL, so an unknown share needs its CASE.
MARKS = """
    SELECT least(1, logins * 7.0 / days / :full_logins) AS of_logins,
        CASE WHEN completed > 0
            THEN least(1, preparation_minutes / completed / :full_preparation) END AS of_preparation,
        CASE WHEN answers > 0 THEN least(1, greatest(0,
            ln(:no_answers / greatest(answer_minutes / answers, 0.1))
            / ln(CAST(:no_answers AS double precision) / :full_answers))) END AS of_answers
"""
ENGAGED = """
    SELECT 100 * (:login_weight * of_logins + coalesce(:preparation_weight * of_preparation, 0)
            + coalesce(:answer_weight * of_answers, 0))
        / (:login_weight + CASE WHEN of_preparation IS NULL THEN 0 ELSE :preparation_weight END
            + CASE WHEN of_answers IS NULL THEN 0 ELSE :answer_weight END) AS engagement_pct
"""

SHARES = {
    "sessions": "completed",
    "rated_n": "rated_n",
    "rating_avg": "rating_sum::double precision / nullif(rated_n, 0)",
    "first_rated": "first_rated",
    "first_success_pct": "100.0 * first_succeeded / nullif(first_rated, 0)",
    "tutor_moves": "tutor_moves",
    "reschedule_pct": "CASE WHEN booked > 0 THEN least(100.0, 100.0 * tutor_moves / booked) END",
    "no_shows": "no_shows",
    "no_show_pct": "100.0 * no_shows / nullif(booked, 0)",
    "late_starts": "late_starts",
    "engagement_pct": "least(100, greatest(0, engagement_pct))",
    "objectives_pct": "100.0 * objectives_met / nullif(objectives_known, 0)",
    "technical_pct": "100.0 * technical_issues / nullif(completed, 0)",
    "answer_avg_minutes": "answer_minutes / nullif(answers, 0)",
    "answer_p95_minutes": "p95",
    "training_pct": (
        "CASE WHEN trainings_assigned > 0"
        " THEN least(100.0, 100.0 * trainings_completed / trainings_assigned) END"
    ),
    "availability_changes_per_week": "availability_changes * 7.0 / days",
    "availability_hours": "availability_hours",
    "logins": "logins",
    "computed_at": ":as_of",
}
PARTS = " ".join(
    f"CROSS JOIN LATERAL ({part}) part_{place}"
    for place, part in enumerate((SUMS, WAITS, STATED, MARKS, ENGAGED))
)
WRITE = f"""
INSERT INTO tutor_metrics (tutor_number, day, window_days, {", ".join(SHARES)})
{SPANS}
SELECT s.tutor_number, CAST(:day AS date), s.window_days, {", ".join(SHARES.values())}
FROM spans s {PARTS}
ON CONFLICT (tutor_number, day, window_days) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in SHARES)}
"""  # noqa: S608 (names of our own columns)


def refresh(session: Session, batch_id: str, *, as_of: datetime) -> None:
    """Compute the windows that end with the measured day, for the tutors of a batch. Repeatable."""
    full, none = policy.ENGAGEMENT_ANSWERS
    weights = policy.ENGAGEMENT_WEIGHTS
    session.execute(
        text(WRITE),
        {
            "batch": batch_id,
            "day": measured_day(as_of),
            "as_of": as_of,
            "full_logins": policy.ENGAGEMENT_LOGINS,
            "full_preparation": policy.ENGAGEMENT_PREPARATION,
            "full_answers": full,
            "no_answers": none,
            "login_weight": weights["logins"],
            "preparation_weight": weights["preparation"],
            "answer_weight": weights["answers"],
        },
    )
