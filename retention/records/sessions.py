"""Sessions: the transitions as posted, and each session as it stands."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Moment, Numbers

STATES = "('booked', 'moved', 'cancelled', 'no_show', 'completed')"
PARTIES = "('tutor', 'student', 'platform')"


class SessionEvent(Base):
    """One transition of a session, as posted. Never changed."""

    __tablename__ = "session_events"
    __table_args__ = (
        CheckConstraint(f"transition IN {STATES}", name="transition"),
        CheckConstraint(f"initiated_by IN {PARTIES}", name="initiated_by"),
        CheckConstraint("scheduled_end > scheduled_start", name="end_after_start"),
        CheckConstraint("engagement_score BETWEEN 0 AND 1", name="engagement_score"),
        CheckConstraint("session_number >= 1", name="session_number"),
        CheckConstraint("duration_minutes >= 0", name="duration"),
        CheckConstraint("session_kind IN ('1-on-1', 'group')", name="session_kind"),
        CheckConstraint("origin IN ('real', 'synthetic')", name="origin"),
        Index("ix_session_events_tutor_time", "tutor_number", "event_time"),
        Index("ix_session_events_session", "session_id", "event_time"),
    )

    event_id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    student_numbers: Mapped[Numbers]
    transition: Mapped[str]
    event_time: Mapped[Moment]
    known_at: Mapped[Moment]
    origin: Mapped[str]
    session_number: Mapped[int]
    subject: Mapped[str]
    session_kind: Mapped[str]
    scheduled_start: Mapped[Moment]
    scheduled_end: Mapped[Moment]
    previous_start: Mapped[Moment | None]
    initiated_by: Mapped[str | None]
    reason: Mapped[str | None]
    actual_start: Mapped[Moment | None]
    duration_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    engagement_score: Mapped[float | None]
    objectives_met: Mapped[bool | None]
    technical_issues: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[bytes] = mapped_column(
        LargeBinary
    )  # of the posted body: tells a repeat from a contradiction


class TutoringSession(Base):
    """A session as it stands: the newest transition decides. Rebuilt from its events."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"initiated_by IN {PARTIES}", name="initiated_by"),
        CheckConstraint("scheduled_end > scheduled_start", name="end_after_start"),
        CheckConstraint("moves >= tutor_moves AND tutor_moves >= 0", name="moves"),
        CheckConstraint("origin IN ('real', 'synthetic')", name="origin"),
        Index("ix_sessions_tutor_start", "tutor_number", "scheduled_start"),
    )

    session_id: Mapped[str] = mapped_column(primary_key=True)
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    student_numbers: Mapped[Numbers]
    state: Mapped[str]
    session_number: Mapped[int]
    subject: Mapped[str]
    session_kind: Mapped[str]
    scheduled_start: Mapped[Moment]
    scheduled_end: Mapped[Moment]
    moves: Mapped[int] = mapped_column(default=0)
    tutor_moves: Mapped[int] = mapped_column(default=0)
    initiated_by: Mapped[str | None]  # who cancelled, or who was absent
    actual_start: Mapped[Moment | None]
    late_start_minutes: Mapped[int | None]
    duration_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    engagement_score: Mapped[float | None]
    objectives_met: Mapped[bool | None]
    technical_issues: Mapped[bool] = mapped_column(default=False)
    last_event_time: Mapped[Moment]
    origin: Mapped[str]
