"""What became of a tutor after a case or an exposure: read as it was known then, and kept. Staff only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from retention import policy
from retention.measures.effects import METRICS
from retention.measures.periods import complete_until, measured_day
from retention.messages.effects import EffectFigure, MeasureEffect
from retention.records.database import Base, Moment, Session


class EffectFigureRow(Base):
    """One look at one subject, so many days after; never written twice."""

    __tablename__ = "effect_figures"
    __table_args__ = (
        CheckConstraint(
            "verdict IN ('improved', 'no_change', 'worsened', 'churned', 'not_measurable')", name="verdict"
        ),
        CheckConstraint("day > 0", name="day"),
        Index("ix_effect_figures_programme", "programme", "day", "due_at"),
    )

    subject: Mapped[str] = mapped_column(primary_key=True)  # case id, or holdout/<decision id>
    day: Mapped[int] = mapped_column(primary_key=True)
    programme: Mapped[str]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    metric: Mapped[str]
    due_at: Mapped[Moment]
    measured_at: Mapped[Moment]  # later than due_at after an outage; what is read is as known at due_at
    before: Mapped[float | None]
    after: Mapped[float | None]
    cases: Mapped[int | None]  # new ones that the value after rests on
    verdict: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")  # why it is not measurable
    beside: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


# A sheet is never changed: it says what was known at its instant, whatever has come since.
KNOWN = """
SELECT facts FROM fact_sheets
WHERE tutor_number = :tutor AND as_of <= :at AND as_of > :oldest ORDER BY as_of DESC, id DESC LIMIT 1
"""
LEFT = (
    "SELECT EXISTS (SELECT FROM spells WHERE tutor_number = :tutor AND ended_at > :since AND ended_at <= :at)"
)
CASES = """
SELECT coalesce(sum(rated_n), 0) AS rated_n, coalesce(sum(first_rated), 0) AS first_rated,
    coalesce(sum(booked), 0) AS booked, coalesce(sum(completed), 0) AS completed,
    coalesce(sum(objectives_known), 0) AS objectives_known
FROM tutor_days WHERE tutor_number = :tutor AND day > :since AND day <= :until
"""


def known_facts(session: Session, tutor_number: int, *, at: datetime) -> dict[str, Any]:
    """The newest facts of a tutor that were known at an instant; none when they had become old by then."""
    wanted = {"tutor": tutor_number, "at": at, "oldest": at - policy.EFFECT_SHEET_LIFE}
    found: dict[str, Any] | None = session.scalar(text(KNOWN), wanted)
    return found or {}


def left_between(session: Session, tutor_number: int, *, since: datetime, until: datetime) -> bool:
    """Whether the tutor has left since an instant, even if back again."""
    wanted = {"tutor": tutor_number, "since": since, "at": until}
    return bool(session.scalar(text(LEFT), wanted))


def new_cases(session: Session, request: MeasureEffect) -> int | None:
    """How many sessions, ratings ... the metric has had since the first look; None: it needs none.

    Whole UTC days are counted: a late look counts no more than a punctual one, but for late records.
    """
    counted = METRICS[request.metric].cases
    if not counted:
        return None
    since, until = measured_day(request.since), complete_until(request.as_of)
    row = session.execute(text(CASES), {"tutor": request.tutor_number, "since": since, "until": until}).one()
    return int(row._mapping[counted])  # noqa: SLF001 (SQLAlchemy's public way to a column by its name)


def keep(session: Session, request: MeasureEffect, figure: EffectFigure) -> None:
    """Write a figure. Repeatable: the first one stands."""
    row = figure.model_dump(exclude={"too_early"}) | request.model_dump(include={"programme", "tutor_number"})
    session.execute(insert(EffectFigureRow).values(row).on_conflict_do_nothing())


def figures_of(session: Session, subject: str) -> Sequence[EffectFigure]:
    """The figures of a subject so far, the earliest first."""
    wanted = select(EffectFigureRow).where(EffectFigureRow.subject == subject).order_by(EffectFigureRow.day)
    return [EffectFigure.model_validate(row, from_attributes=True) for row in session.scalars(wanted)]
