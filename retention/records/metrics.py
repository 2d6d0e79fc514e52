"""Metric windows of 7, 30 and 90 days, one row a tutor, day and window."""

from datetime import date

from sqlalchemy import CheckConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Moment


class TutorMetrics(Base):
    """Percent are 0-100; a share without cases is NULL, never 0."""

    __tablename__ = "tutor_metrics"
    __table_args__ = (
        CheckConstraint("window_days IN (7, 30, 90)", name="window_days"),
        CheckConstraint("rating_avg BETWEEN 1 AND 5", name="rating_avg"),
        CheckConstraint("first_success_pct BETWEEN 0 AND 100", name="first_success_pct"),
        CheckConstraint("engagement_pct BETWEEN 0 AND 100", name="engagement_pct"),
    )

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)  # the window ends with this UTC day
    window_days: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    sessions: Mapped[int]  # completed
    rated_n: Mapped[int]
    rating_avg: Mapped[float | None]
    first_rated: Mapped[int]
    first_success_pct: Mapped[float | None]
    tutor_moves: Mapped[int]
    reschedule_pct: Mapped[float | None]
    no_shows: Mapped[int]  # by the tutor
    no_show_pct: Mapped[float | None]
    late_starts: Mapped[int]
    engagement_pct: Mapped[float | None]  # composite: logins, preparation, answers
    objectives_pct: Mapped[float | None]
    technical_pct: Mapped[float | None]
    answer_avg_minutes: Mapped[float | None]
    answer_p95_minutes: Mapped[float | None]
    training_pct: Mapped[float | None]
    availability_changes_per_week: Mapped[float | None]
    availability_hours: Mapped[float | None]
    logins: Mapped[int]
    computed_at: Mapped[Moment]
