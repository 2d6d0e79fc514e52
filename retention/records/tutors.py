"""Tutors: who they are, and whether they are with us."""

from sqlalchemy import CheckConstraint, Identity, Integer
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Moment, Words


class Tutor(Base):
    """One tutor; `number` is our id, `external_id` the platform's."""

    __tablename__ = "tutors"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'on_leave', 'churned')", name="status"),
        CheckConstraint("origin IN ('real', 'synthetic')", name="origin"),
        CheckConstraint("baseline_sessions_per_week > 0", name="baseline"),
    )

    number: Mapped[int] = mapped_column(Integer, Identity(start=10_001), primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    subjects: Mapped[Words]
    education_level: Mapped[str | None]
    location: Mapped[str | None]
    baseline_sessions_per_week: Mapped[float]
    onboarded_at: Mapped[Moment]
    status: Mapped[str] = mapped_column(default="active", index=True)
    status_since: Mapped[Moment]
    profile_time: Mapped[Moment]  # event_time of the newest profile: an older one does not overwrite it
    origin: Mapped[str]


class Spell(Base):
    """A stay of a tutor: from onboarding or return until churn. A return never un-writes the end."""

    __tablename__ = "spells"
    __table_args__ = (
        CheckConstraint("ended_at > started_at", name="ends_after_start"),
        CheckConstraint("(ended_at IS NULL) = (reason IS NULL)", name="end_has_reason"),
        CheckConstraint("reason IN ('resignation', 'inactivity', 'reduced_activity')", name="reason"),
    )

    id: Mapped[Counter]
    tutor_number: Mapped[int] = mapped_column(index=True)
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    reason: Mapped[str | None]
