"""Cases: one programme for one tutor, as its workflow last reported it."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Moment


class Case(Base):
    """The projection of a programme workflow; the workflow is the truth."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'following_up', 'closed')", name="state"),
        CheckConstraint("(state = 'open') = (outcome IS NULL)", name="outcome_after_open"),
        UniqueConstraint("programme", "tutor_number", "episode"),
        Index("ix_cases_tutor", "tutor_number", "opened_at"),
        Index("ix_cases_open", "state", postgresql_where="state <> 'closed'"),
    )

    case_id: Mapped[str] = mapped_column(primary_key=True)
    programme: Mapped[str]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    episode: Mapped[str]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    rule_id: Mapped[str]
    session_id: Mapped[str | None]
    owner_group: Mapped[str]
    reason: Mapped[str]
    opened_at: Mapped[Moment]
    state: Mapped[str] = mapped_column(default="open")
    waiting_for: Mapped[str] = mapped_column(default="")
    waiting_until: Mapped[Moment | None]
    outcome: Mapped[str | None]
    follow_up: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[Moment | None]
    version: Mapped[int] = mapped_column(default=0)


class CaseEvent(Base):
    """One line of a case's story."""

    __tablename__ = "case_events"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    state: Mapped[str]
    words: Mapped[str]
