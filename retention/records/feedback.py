"""Students' words on sessions. May arrive before the session's own record."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from retention.messages.ingestion import FeedbackRecord
from retention.records.database import Base, Moment, Words

DIMENSIONS = ("subject_knowledge", "communication", "patience", "engagement", "helpfulness")


class Feedback(Base):
    """One student's feedback on one session, as given."""

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("overall_rating BETWEEN 1 AND 5", name="overall_rating"),
        *(CheckConstraint(f"{name} BETWEEN 1 AND 5", name=name) for name in DIMENSIONS),
        CheckConstraint("first_experience IN ('great', 'good', 'ok', 'poor')", name="first_experience"),
        CheckConstraint(
            "would_work_again IN ('yes', 'maybe', 'probably_not', 'no')", name="would_work_again"
        ),
        CheckConstraint("length(free_text) <= 500", name="free_text"),
        CheckConstraint("origin IN ('real', 'synthetic')", name="origin"),
        Index("ix_feedback_tutor_time", "tutor_number", "event_time"),
        Index("ix_feedback_session", "session_id"),
    )

    event_id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    student_number: Mapped[int] = mapped_column(ForeignKey("students.number"))
    overall_rating: Mapped[int] = mapped_column(SmallInteger)
    subject_knowledge: Mapped[int | None] = mapped_column(SmallInteger)
    communication: Mapped[int | None] = mapped_column(SmallInteger)
    patience: Mapped[int | None] = mapped_column(SmallInteger)
    engagement: Mapped[int | None] = mapped_column(SmallInteger)
    helpfulness: Mapped[int | None] = mapped_column(SmallInteger)
    first_experience: Mapped[str | None]
    would_work_again: Mapped[str | None]
    improvement_areas: Mapped[Words]
    free_text: Mapped[str | None]
    event_time: Mapped[Moment]
    known_at: Mapped[Moment]
    origin: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)


def row_of(record: FeedbackRecord, *, student_number: int) -> dict[str, Any]:
    """Feedback as a raw row, but for what all raw rows have."""
    return {
        "session_id": record.session_id,
        "student_number": student_number,
        "overall_rating": record.overall_rating,
        **{name: getattr(record.ratings, name) for name in DIMENSIONS},
        "first_experience": record.first_experience,
        "would_work_again": record.would_work_again,
        "improvement_areas": record.improvement_areas,
        "free_text": record.free_text,
    }
