"""What models foretell of booked first sessions, and each hour's look at them. Staff only.

A row holds from its `as_of` on, until a later one of the same session says something else: an hour in which
nothing has changed writes none.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Row, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from retention import policy
from retention.records.announcements import announce
from retention.records.database import Base, Document, Moment, Session
from retention.vocabulary import Fallback

TOPIC = "tutor"
REASONS = ", ".join(f"'{reason}'" for reason in Fallback)


class FirstSessionForecast(Base):
    """How likely a first session is rated below 3, by what was known at an hour."""

    __tablename__ = "first_session_forecasts"
    __table_args__ = (
        CheckConstraint("chance > 0 AND chance < 1", name="chance"),
        CheckConstraint("usual > 0 AND usual < 1", name="usual"),
        CheckConstraint("as_of <= known_at", name="known_after_its_hour"),
        CheckConstraint("as_of < scheduled_start", name="before_the_session"),
        Index("ix_first_session_forecasts_tutor", "tutor_number", "scheduled_start"),
    )

    session_id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("model_versions.id"), primary_key=True)
    as_of: Mapped[Moment] = mapped_column(primary_key=True)  # a full hour: what was known by then
    known_at: Mapped[Moment]  # business time at which it was said
    tutor_number: Mapped[int]
    scheduled_start: Mapped[Moment]  # as known then
    seen_until: Mapped[date]  # the last UTC day looked at
    chance: Mapped[float]
    usual: Mapped[float]  # share of first sessions rated below 3 that the model has learnt from
    flagged: Mapped[bool]  # by `policy.FIRST_SESSION_FLAG_TIMES` or `_TOP`
    values: Mapped[Document]  # the features by name, null: unknown
    factors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # in staff words, the heaviest first


class FirstSessionLook(Base):
    """One hour's look at the first sessions ahead: how many there were, and why none was foretold, if so."""

    __tablename__ = "first_session_looks"
    __table_args__ = (
        CheckConstraint(f"reason IN ({REASONS})", name="reason"),
        CheckConstraint("foretold <= booked AND changed <= foretold", name="counts"),
        CheckConstraint("version_id IS NOT NULL OR (foretold = 0 AND reason IS NOT NULL)", name="says_why"),
    )

    as_of: Mapped[Moment] = mapped_column(primary_key=True)
    known_at: Mapped[Moment]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    reason: Mapped[str | None]  # why no model speaks, or an older one
    booked: Mapped[int]
    foretold: Mapped[int]
    changed: Mapped[int]  # forecasts that differ from what was said before


NEWEST = """
SELECT DISTINCT ON (session_id) session_id, version_id, scheduled_start, chance, values
FROM first_session_forecasts WHERE session_id = ANY(:ids) AND as_of < :as_of
ORDER BY session_id, as_of DESC, known_at DESC
"""
# What a version said last of each session before it began, and whether it was rated below 3 by now.
OUTCOMES = """
SELECT f.chance, f.flagged, said.stars < :failure AS failed FROM (
    SELECT DISTINCT ON (session_id) session_id, tutor_number, chance, flagged FROM first_session_forecasts
    WHERE version_id = :version AND scheduled_start > :since AND scheduled_start <= :until
    ORDER BY session_id, as_of DESC, known_at DESC
) f JOIN sessions s ON s.session_id = f.session_id AND s.state = 'completed'
CROSS JOIN LATERAL (
    SELECT min(overall_rating) AS stars FROM feedback w
    WHERE w.session_id = f.session_id AND w.tutor_number = f.tutor_number AND w.known_at <= :as_of
) said WHERE said.stars IS NOT NULL ORDER BY f.session_id
"""
# A tutor's booked first sessions of the next hours, each as foretold last; for the page of one tutor.
AHEAD = """
SELECT s.session_id, s.scheduled_start, s.subject, f.chance, f.usual, f.flagged, f.factors
FROM sessions s LEFT JOIN LATERAL (
    SELECT * FROM first_session_forecasts WHERE session_id = s.session_id AND tutor_number = s.tutor_number
    ORDER BY as_of DESC, known_at DESC LIMIT 1
) f ON true
WHERE s.tutor_number = :number AND s.session_number = 1 AND s.state IN ('booked', 'moved')
    AND s.scheduled_start > :at AND s.scheduled_start <= :ahead
"""
LOOK = """
SELECT as_of, version_id, reason FROM first_session_looks WHERE as_of <= :at ORDER BY as_of DESC LIMIT 1
"""


def newest_before(session: Session, ids: Sequence[str], *, as_of: datetime) -> dict[str, Row[Any]]:
    """What was said last of each session before an hour: version_id, scheduled_start, chance, values."""
    rows = session.execute(text(NEWEST), {"ids": list(ids), "as_of": as_of})
    return {row.session_id: row for row in rows}


def store(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep forecasts: one a session, version and hour. Repeatable: the first one stands."""
    if rows:
        session.execute(insert(FirstSessionForecast).on_conflict_do_nothing(), list(rows))
        announce(session, TOPIC, sorted({row["tutor_number"] for row in rows}))


def keep_look(session: Session, look: Mapping[str, Any]) -> None:
    """Keep an hour's look. Repeatable: the first one stands."""
    session.execute(insert(FirstSessionLook).values(look).on_conflict_do_nothing())


def outcomes(
    session: Session, version_id: int, *, since: datetime, until: datetime, as_of: datetime
) -> Sequence[Row[Any]]:
    """Of sessions of a stretch that were foretold and rated: chance, flagged, failed."""
    asked = {"version": version_id, "since": since, "until": until, "as_of": as_of}
    return session.execute(text(OUTCOMES), asked | {"failure": policy.FIRST_FAILURE_RATING}).all()
