"""Moments at which rules must be looked at: put with the fact, consumed with the decisions."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from retention.records.database import Base, Counter, Moment as Instant


class Moment(Base):
    """One moment of one tutor, e.g. a completed session."""

    __tablename__ = "moments"
    __table_args__ = (Index("ix_moments_tutor", "tutor_number", "id"),)

    id: Mapped[Counter]
    tutor_number: Mapped[int]
    trigger: Mapped[str]
    session_id: Mapped[str | None]
    event_id: Mapped[str | None]  # the raw row behind it, for hop times
    event_time: Mapped[Instant]
    known_at: Mapped[Instant]
