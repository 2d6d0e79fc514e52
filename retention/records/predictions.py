"""What each model foretold of a tutor's day: the champion, and in the shadow challengers. Staff only."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, REAL, CheckConstraint, ForeignKey, Index, Row, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from retention import policy
from retention.measures.periods import start_of
from retention.records.database import Base, Moment, Session


class Prediction(Base):
    """One model's word on one tutor's day: once, and again only when something grave became known."""

    __tablename__ = "predictions"
    __table_args__ = (
        CheckConstraint("p1 <= p7 AND p7 <= p30 AND p30 <= p90", name="horizons_in_order"),
        CheckConstraint("p1 >= 0 AND p90 <= 1", name="probabilities"),
        Index("ix_predictions_version_day", "version_id", "day"),
    )

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("model_versions.id"), primary_key=True)
    as_of: Mapped[Moment]  # what was known by then
    seen_until: Mapped[date]  # the last day looked at
    p1: Mapped[float]
    p7: Mapped[float]
    p30: Mapped[float]
    p90: Mapped[float]
    values: Mapped[list[float]] = mapped_column(ARRAY(REAL))  # the features, in the version's order
    contributions: Mapped[dict[str, float]] = mapped_column(
        JSONB
    )  # feature, interval or base -> share of the log odds
    window_days: Mapped[int]  # the window that these explain: the one with the largest relative risk


BATCH = "(SELECT DISTINCT tutor_number FROM dirty_days WHERE batch_id = :batch)"
# A notice that names a day to come, and whose session was missed of late; each with when we knew.
GRAVE = f"""
SELECT b.tutor_number, (notice.until AT TIME ZONE 'UTC')::date AS last_day, missed.many AS no_shows,
    greatest(notice.known_at, CASE WHEN missed.many >= :burst THEN missed.known_at END) AS known_at
FROM {BATCH} b LEFT JOIN LATERAL (
    SELECT until, known_at FROM behaviour_events WHERE tutor_number = b.tutor_number
        AND kind = 'resignation_notice' AND event_time <= :as_of AND known_at <= :as_of
    ORDER BY event_time DESC, event_id DESC LIMIT 1
) notice ON notice.until >= :today CROSS JOIN LATERAL (
    SELECT count(DISTINCT session_id) AS many, max(known_at) AS known_at FROM session_events
    WHERE tutor_number = b.tutor_number AND event_time > :since AND event_time <= :as_of
        AND known_at <= :as_of AND transition = 'no_show' AND initiated_by = 'tutor'
) missed
WHERE notice.until IS NOT NULL OR missed.many >= :burst
"""  # noqa: S608 (fixed words, here and below)
OF_BATCH = f"""
SELECT p.* FROM predictions p JOIN {BATCH} b USING (tutor_number)
WHERE p.day = :day AND p.version_id = :version ORDER BY p.tutor_number
"""  # noqa: S608


def of_batch(session: Session, batch_id: str, *, day: date, version_id: int) -> Sequence[Row[Any]]:
    """What a version has foretold of a batch's tutors for a day, in order of number."""
    asked = {"batch": batch_id, "day": day, "version": version_id}
    return session.execute(text(OF_BATCH), asked).all()


def grave_of_batch(session: Session, batch_id: str, *, day: date, as_of: datetime) -> Sequence[Row[Any]]:
    """What does not wait for tomorrow: tutor_number, last_day of a notice, no_shows, known_at."""
    burst, within = policy.NO_SHOW_BURST
    asked = {"batch": batch_id, "as_of": as_of, "today": start_of(day), "burst": burst}
    return session.execute(text(GRAVE), asked | {"since": as_of - within}).all()


def values_of(session: Session, *, day: date, version_id: int) -> Sequence[list[float]]:
    """The features of everybody of whom a version foretold a day."""
    wanted = select(Prediction.values).where(Prediction.day == day, Prediction.version_id == version_id)
    return session.scalars(wanted).all()


def store(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep forecasts: one a tutor, day and version; one as of a later instant takes its place. Repeatable."""
    if not rows:
        return
    new = insert(Prediction)
    changed = {name: new.excluded[name] for name in rows[0] if name not in KEY}
    session.execute(
        new.on_conflict_do_update(
            index_elements=list(KEY), set_=changed, where=Prediction.as_of < new.excluded.as_of
        ),
        list(rows),
    )


KEY = ("tutor_number", "day", "version_id")
