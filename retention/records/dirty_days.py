"""Which tutor's which day must be rolled up again, and who has taken it on."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Moment, Session


class DirtyDay(Base):
    """One mark, put by the transaction that stored the fact; marks pile up rather than conflict.

    A batch claims all marks of a tutor at once and deletes them when its decisions are stored;
    a fact that comes meanwhile puts a new, unclaimed mark.
    """

    __tablename__ = "dirty_days"
    __table_args__ = (Index("ix_dirty_days_claim", "batch_id", "tutor_number"),)

    id: Mapped[Counter]
    tutor_number: Mapped[int]
    day: Mapped[date]  # UTC
    known_at: Mapped[Moment]
    batch_id: Mapped[UUID | None]


class EvaluationBatch(Base):
    """A claim of the evaluation; an unfinished one is taken up again before a new one is made."""

    __tablename__ = "evaluation_batches"

    batch_id: Mapped[UUID] = mapped_column(primary_key=True)
    as_of: Mapped[Moment]
    claimed_at: Mapped[Moment]
    tutors: Mapped[int]
    finished_at: Mapped[Moment | None] = mapped_column(index=True)


def mark(session: Session, tutor_days: Collection[tuple[int, date]], *, known_at: datetime) -> None:
    """Ask for these tutors' UTC days to be rolled up again."""
    if not tutor_days:
        return
    ordered = sorted(set(tutor_days))
    session.execute(
        text(
            "INSERT INTO dirty_days (tutor_number, day, known_at) SELECT tutor, day, :known_at"
            " FROM unnest(CAST(:tutors AS int[]), CAST(:days AS date[])) AS marks (tutor, day)"
        ),
        {
            "tutors": [tutor for tutor, _ in ordered],
            "days": [day for _, day in ordered],
            "known_at": known_at,
        },
    )
