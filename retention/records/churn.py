"""Churn scores, by day. Staff only: no tutor or student page may import this file."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from sqlalchemy import CheckConstraint, ForeignKey, Index, Row, RowMapping, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Document, Moment, Session


class ChurnScore(Base):
    """The last score of a tutor's day."""

    __tablename__ = "churn_scores"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("raw_score BETWEEN 0 AND 100", name="raw_score"),
        CheckConstraint("band IN ('low', 'medium', 'high', 'critical')", name="band"),
        CheckConstraint("source IN ('model', 'component')", name="source"),
        CheckConstraint("p1 <= p7 AND p7 <= p30 AND p30 <= p90", name="horizons_in_order"),
        CheckConstraint("p1 >= 0 AND p7 >= 0 AND p30 >= 0 AND p90 <= 1 AND p30 <= 1", name="probabilities"),
        Index("ix_churn_scores_day", "day", "score"),
    )

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    as_of: Mapped[Moment]
    score: Mapped[int] = mapped_column(SmallInteger)
    raw_score: Mapped[float]  # before rounding
    band: Mapped[str]  # with hysteresis: up at once, down after three days
    band_since: Mapped[date]
    source: Mapped[str]
    version: Mapped[str]  # of the estimator, e.g. component-1
    p1: Mapped[float | None]  # component source states only p30
    p7: Mapped[float | None]
    p30: Mapped[float]
    p90: Mapped[float | None]
    model_version: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    smoothed_p30: Mapped[float | None]  # model source: p30 with the days before in it, which the score is of
    relative: Mapped[Document | None]  # model source: days of a window -> risk against the usual
    window_days: Mapped[int | None]  # the window whose relative risk is the largest: the one explained
    fallback: Mapped[str | None]  # why the components speak though models are in use
    component_score: Mapped[int | None] = mapped_column(SmallInteger)  # beside a model's
    components: Mapped[Document]  # name -> 0-100
    patterns: Mapped[Document]  # name -> day since which it shows
    factors: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB
    )  # top three: name, value, peer median, unit, points
    inputs: Mapped[Document]  # what the components were computed from; unknown ones are left out


SUMS = """
WITH batch AS (
    SELECT t.number AS tutor_number,
        CAST(:day AS date) - (t.onboarded_at AT TIME ZONE 'UTC')::date AS tenure,
        t.status = 'on_leave' AS on_leave, s.rating_last_30, s.rated_last_30,
        (s.trends ->> 'rating_avg_30d')::double precision AS rating_change,
        (s.last_session_at AT TIME ZONE 'UTC')::date AS last_taught
    FROM (SELECT DISTINCT tutor_number FROM dirty_days WHERE batch_id = :batch) b
    JOIN tutors t ON t.number = b.tutor_number AND t.status <> 'churned'
    JOIN standings s ON s.tutor_number = t.number
)
SELECT b.tutor_number, b.tenure AS tenure_days, b.on_leave, b.rating_last_30 AS rating,
    b.rated_last_30 AS rated, b.rating_change,
    greatest(0, coalesce(CAST(:day AS date) - b.last_taught, b.tenure)
        - leave.days) AS silent_days,
    coalesce(sessions_14d, 0) AS sessions_14d, coalesce(sessions_before, 0) AS sessions_before,
    coalesce(logins_14d, 0) AS logins_14d, coalesce(logins_before, 0) AS logins_before,
    least(14, b.tenure + 1) - coalesce(leave_14d, 0) AS days_14d,
    greatest(0, least(14, b.tenure - 13)) - coalesce(leave_before, 0) AS days_before,
    coalesce(moves_7d, 0) AS moves_7d, coalesce(first_poor_7d, 0) AS first_poor_7d,
    coalesce(first_poor_30d, 0) AS first_poor_30d, coalesce(no_shows_14d, 0) AS no_shows_14d,
    coalesce(missed_14d, 0) AS missed_14d, m.reschedule_pct, m.no_show_pct,
    q.first_success_pct, q.first_rated, m.availability_hours,
    earlier.availability_hours AS availability_before
FROM batch b CROSS JOIN LATERAL (
    SELECT
        sum(completed) FILTER (WHERE ago < 14) AS sessions_14d,
        sum(completed) FILTER (WHERE ago BETWEEN 14 AND 27) AS sessions_before,
        sum(logins) FILTER (WHERE ago < 14) AS logins_14d,
        sum(logins) FILTER (WHERE ago BETWEEN 14 AND 27) AS logins_before,
        count(*) FILTER (WHERE on_leave AND ago < 14) AS leave_14d,
        count(*) FILTER (WHERE on_leave AND ago BETWEEN 14 AND 27) AS leave_before,
        sum(tutor_moves) FILTER (WHERE ago < 7) AS moves_7d,
        sum(first_poor) FILTER (WHERE ago < 7) AS first_poor_7d,
        sum(first_poor) AS first_poor_30d,
        sum(tutor_no_shows) FILTER (WHERE ago < 14) AS no_shows_14d,
        sum(tutor_no_shows + tutor_cancels) FILTER (WHERE ago < 14) AS missed_14d
    FROM (
        SELECT *, CAST(:day AS date) - day AS ago FROM tutor_days d WHERE d.tutor_number = b.tutor_number
            AND d.day > CAST(:day AS date) - 30 AND d.day <= CAST(:day AS date)
    ) lately
) sums
CROSS JOIN LATERAL (
    SELECT count(*) AS days FROM tutor_days d WHERE d.tutor_number = b.tutor_number AND d.on_leave
        AND d.day > b.last_taught AND d.day <= CAST(:day AS date)
) leave
JOIN tutor_metrics m ON m.tutor_number = b.tutor_number AND m.day = :day AND m.window_days = 30
JOIN tutor_metrics q ON q.tutor_number = b.tutor_number AND q.day = :day AND q.window_days = 90
LEFT JOIN LATERAL (
    SELECT d.availability_hours FROM tutor_days d
    WHERE d.tutor_number = b.tutor_number AND d.day <= CAST(:day AS date) - 28
        AND d.availability_hours IS NOT NULL ORDER BY d.day DESC LIMIT 1
) earlier ON true
ORDER BY b.tutor_number
"""

# Today's earlier score, if any, and those of the days in which a band may have begun to fall.
PAST = """
SELECT c.tutor_number, c.day, c.score, c.band, c.band_since, c.patterns, c.smoothed_p30
FROM (SELECT DISTINCT tutor_number FROM dirty_days WHERE batch_id = :batch) b
CROSS JOIN LATERAL (
    SELECT * FROM churn_scores WHERE tutor_number = b.tutor_number AND day <= :day
    ORDER BY day DESC LIMIT :days
) c ORDER BY c.tutor_number, c.day DESC
"""
MEDIANS = """
SELECT input.key, percentile_cont(0.5) WITHIN GROUP (ORDER BY input.value::double precision) AS median
FROM churn_scores c CROSS JOIN LATERAL jsonb_each_text(c.inputs) input WHERE c.day = :day GROUP BY input.key
"""
STORED = tuple(
    """
    tutor_number day as_of score raw_score band band_since source version p1 p7 p30 p90
    model_version smoothed_p30 relative window_days fallback component_score
    components patterns factors inputs
    """.split()  # noqa: SIM905 (a list of quoted names reads worse)
)
STORE = f"""
INSERT INTO churn_scores ({", ".join(STORED)})
SELECT {", ".join(STORED)} FROM jsonb_populate_recordset(CAST(NULL AS churn_scores), CAST(:rows AS jsonb))
ON CONFLICT (tutor_number, day) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in STORED[2:])}
WHERE churn_scores.as_of <= excluded.as_of
"""  # noqa: S608 (names of our own columns)


def sums_of(session: Session, batch_id: str, *, day: date) -> list[RowMapping]:
    """What the score of each of a batch's tutors is computed from, by the names of `ml.measures.Sums`."""
    return list(session.execute(text(SUMS), {"batch": batch_id, "day": day}).mappings())


def past_of(session: Session, batch_id: str, *, day: date, days: int) -> list[Row[Any]]:
    """The newest scores of a batch's tutors up to a day, newest first."""
    wanted = {"batch": batch_id, "day": day, "days": days}
    return list(session.execute(text(PAST), wanted))


def medians_of(session: Session, day: date) -> dict[str, float]:
    """The median of each input over all tutors scored on a day; empty when nobody was."""
    return {row.key: row.median for row in session.execute(text(MEDIANS), {"day": day})}


def store(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write scores of a day; one as of a later instant is kept. Repeatable."""
    if rows:
        session.execute(text(STORE), {"rows": orjson.dumps(list(rows)).decode()})
