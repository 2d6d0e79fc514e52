"""One tutor's UTC day in sums and counts, rolled up from raw rows; rates are divided at the end."""

from datetime import date

from sqlalchemy import ARRAY, CheckConstraint, Integer, func, select
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Moment, Session, Words


def first_taught(session: Session) -> date | None:
    """The first day on which anybody is known to have taught: with it a history begins.

    Onboardings are older, often by years, and say nothing of the days since.
    """
    return session.scalar(select(func.min(TutorDay.day)).where(TutorDay.completed > 0))


class TutorDay(Base):
    """Recomputed whole from raw rows whenever one of them changes; never incremented."""

    __tablename__ = "tutor_days"
    __table_args__ = (CheckConstraint("completed >= 0 AND booked >= 0", name="counts"),)

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    booked: Mapped[int] = mapped_column(
        default=0
    )  # sessions due that day: completed, no-show or cancelled late
    completed: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)  # taught
    tutor_moves: Mapped[int] = mapped_column(default=0)
    student_moves: Mapped[int] = mapped_column(default=0)
    short_notice_moves: Mapped[int] = mapped_column(default=0)  # by the tutor, < 24 h before the start
    tutor_cancels: Mapped[int] = mapped_column(default=0)
    tutor_no_shows: Mapped[int] = mapped_column(default=0)
    student_no_shows: Mapped[int] = mapped_column(default=0)
    late_starts: Mapped[int] = mapped_column(default=0)  # > 10 min
    objectives_known: Mapped[int] = mapped_column(default=0)
    objectives_met: Mapped[int] = mapped_column(default=0)
    technical_issues: Mapped[int] = mapped_column(default=0)
    engagement_n: Mapped[int] = mapped_column(default=0)
    engagement_sum: Mapped[float] = mapped_column(default=0)  # of 0-1
    subjects: Mapped[Words]
    rated_n: Mapped[int] = mapped_column(default=0)
    rating_sum: Mapped[int] = mapped_column(default=0)
    knowledge_n: Mapped[int] = mapped_column(default=0)  # subject-knowledge ratings
    knowledge_sum: Mapped[int] = mapped_column(default=0)
    first_completed: Mapped[int] = mapped_column(default=0)
    first_rated: Mapped[int] = mapped_column(default=0)
    first_succeeded: Mapped[int] = mapped_column(default=0)  # >= 4
    first_failed: Mapped[int] = mapped_column(default=0)  # < 3
    first_poor: Mapped[int] = mapped_column(default=0)  # failed, late, poor or "would not work again"
    logins: Mapped[int] = mapped_column(default=0)
    preparation_minutes: Mapped[float] = mapped_column(default=0)
    answers: Mapped[int] = mapped_column(default=0)
    answer_minutes: Mapped[float] = mapped_column(default=0)
    answer_waits: Mapped[list[int]] = mapped_column(
        ARRAY(Integer)
    )  # whole minutes, ascending: few a day, so exact percentiles cost less than a histogram's bins
    availability_changes: Mapped[int] = mapped_column(default=0)
    availability_hours: Mapped[float | None]  # the day's last stated hours per week
    trainings_assigned: Mapped[int] = mapped_column(default=0)
    trainings_completed: Mapped[int] = mapped_column(default=0)
    on_leave: Mapped[bool] = mapped_column(default=False)
    last_session_at: Mapped[Moment | None]
    last_login_at: Mapped[Moment | None]
