"""Where a tutor stands: last dates, flags, trends, tiers. Knows no churn score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import CheckConstraint, RowMapping, text
from sqlalchemy.orm import Mapped, mapped_column

from retention import policy
from retention.measures.periods import measured_day
from retention.records.database import Base, Document, Moment, Session, Words

TIERS = "('exemplary', 'strong', 'developing', 'needs_attention', 'at_risk')"


class Standing(Base):
    """A tutor's standing now; one row a tutor."""

    __tablename__ = "standings"
    __table_args__ = (
        CheckConstraint(f"tier_provisional IN {TIERS}", name="tier_provisional"),
        CheckConstraint(f"tier_official IN {TIERS}", name="tier_official"),
    )

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[Moment]
    rating_last_30: Mapped[float | None]  # mean of the last 30 rated sessions (PRD 2.1)
    rated_last_30: Mapped[int] = mapped_column(default=0)
    last_session_at: Mapped[Moment | None]
    last_login_at: Mapped[Moment | None]
    flags: Mapped[Words]  # names of metrics beyond their threshold
    trends: Mapped[Document]  # metric -> change against the window before
    tier_provisional: Mapped[str | None]
    tier_official: Mapped[str | None]
    tier_official_since: Mapped[date | None]


class TierDay(Base):
    """The provisional tier of a day; "for 30 days" counts on this series."""

    __tablename__ = "tier_days"
    __table_args__ = (CheckConstraint(f"tier IN {TIERS}", name="tier"),)

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    tier: Mapped[str]
    official: Mapped[bool] = mapped_column(default=False)  # given at a monthly review


POSITIONS = """
WITH batch AS (SELECT DISTINCT tutor_number FROM dirty_days WHERE batch_id = :batch)
SELECT b.tutor_number, m.sessions, m.first_rated, m.first_success_pct, m.reschedule_pct, m.no_show_pct,
    m.engagement_pct, m.objectives_pct, rated.n AS rated_last_30, rated.mean AS rating_last_30,
    taught.last_session_at, seen.last_login_at,
    w.sessions - before.sessions AS sessions_7d, w.logins - before.logins AS logins_7d,
    w.tutor_moves - before.tutor_moves AS tutor_moves_7d, w.no_shows - before.no_shows AS no_shows_7d,
    m.rating_avg - before.rating_avg AS rating_avg_30d
FROM batch b
JOIN tutor_metrics m ON m.tutor_number = b.tutor_number AND m.day = :day AND m.window_days = 30
JOIN tutor_metrics w ON w.tutor_number = b.tutor_number AND w.day = :day AND w.window_days = 7
CROSS JOIN LATERAL (
    SELECT coalesce(sum(completed) FILTER (WHERE recent), 0) AS sessions,
        coalesce(sum(logins) FILTER (WHERE recent), 0) AS logins,
        coalesce(sum(tutor_moves) FILTER (WHERE recent), 0) AS tutor_moves,
        coalesce(sum(tutor_no_shows) FILTER (WHERE recent), 0) AS no_shows,
        sum(rating_sum) FILTER (WHERE month)::double precision
            / nullif(sum(rated_n) FILTER (WHERE month), 0) AS rating_avg
    FROM (
        SELECT *, day > CAST(:day AS date) - 14 AS recent, day <= CAST(:day AS date) - 30 AS month
        FROM tutor_days d WHERE d.tutor_number = b.tutor_number
            AND d.day > CAST(:day AS date) - 60 AND d.day <= CAST(:day AS date) - 7
    ) days
) before
CROSS JOIN LATERAL (
    SELECT count(*) AS n, avg(stars)::double precision AS mean FROM (
        SELECT overall_rating AS stars FROM feedback f
        WHERE f.tutor_number = b.tutor_number AND f.event_time <= :as_of
        ORDER BY f.event_time DESC LIMIT :rated
    ) newest
) rated
LEFT JOIN LATERAL (
    SELECT last_session_at FROM tutor_days d WHERE d.tutor_number = b.tutor_number
        AND d.day <= CAST(:day AS date) AND d.last_session_at IS NOT NULL ORDER BY d.day DESC LIMIT 1
) taught ON true
LEFT JOIN LATERAL (
    SELECT last_login_at FROM tutor_days d WHERE d.tutor_number = b.tutor_number
        AND d.day <= CAST(:day AS date) AND d.last_login_at IS NOT NULL ORDER BY d.day DESC LIMIT 1
) seen ON true
ORDER BY b.tutor_number
"""
TRENDS = (
    "sessions_7d",
    "logins_7d",
    "tutor_moves_7d",
    "no_shows_7d",
    "rating_avg_30d",
)  # against the time before

STORE = """
INSERT INTO standings (tutor_number, as_of, rating_last_30, rated_last_30, last_session_at, last_login_at,
    flags, trends, tier_provisional)
SELECT tutor_number, :as_of, rating_last_30, rated_last_30, last_session_at, last_login_at,
    flags, trends, tier_provisional
FROM jsonb_populate_recordset(CAST(NULL AS standings), CAST(:rows AS jsonb))
ON CONFLICT (tutor_number) DO UPDATE SET as_of = excluded.as_of, rating_last_30 = excluded.rating_last_30,
    rated_last_30 = excluded.rated_last_30, last_session_at = excluded.last_session_at,
    last_login_at = excluded.last_login_at, flags = excluded.flags, trends = excluded.trends,
    tier_provisional = excluded.tier_provisional
WHERE standings.as_of <= excluded.as_of
"""
STORE_TIERS = """
INSERT INTO tier_days (tutor_number, day, tier, official)
SELECT tutor_number, :day, tier_provisional, false
FROM jsonb_populate_recordset(CAST(NULL AS standings), CAST(:rows AS jsonb))
WHERE tier_provisional IS NOT NULL
ON CONFLICT (tutor_number, day) DO UPDATE SET tier = excluded.tier
"""


@dataclass(frozen=True)
class Position:
    """What a tutor's standing is judged by."""

    tutor_number: int
    metrics: dict[str, float | None]  # of 30 days, with the counts behind the shares
    last_session_at: datetime | None
    last_login_at: datetime | None
    trends: dict[str, float]  # metric -> difference to the window before, in its own unit


def positions_of(session: Session, batch_id: str, *, as_of: datetime) -> list[Position]:
    """The freshly measured positions of a batch's tutors, in one statement."""
    wanted = {"batch": batch_id, "as_of": as_of, "day": measured_day(as_of), "rated": policy.RATED_SESSIONS}
    return [_position(row) for row in session.execute(text(POSITIONS), wanted).mappings()]


def _position(row: RowMapping) -> Position:
    apart = {"tutor_number", "last_session_at", "last_login_at", *TRENDS}
    return Position(
        tutor_number=row["tutor_number"],
        metrics={name: row[name] for name in row if name not in apart},
        last_session_at=row["last_session_at"],
        last_login_at=row["last_login_at"],
        trends={name: row[name] for name in TRENDS if row[name] is not None},
    )


def store(session: Session, rows: Sequence[Mapping[str, Any]], *, as_of: datetime) -> None:
    """Write standings and their tiers of the day; a standing as of a later instant is kept. Repeatable."""
    wanted = {"rows": orjson.dumps(list(rows)).decode(), "as_of": as_of, "day": measured_day(as_of)}
    session.execute(text(STORE), wanted)
    session.execute(text(STORE_TIERS), wanted)
