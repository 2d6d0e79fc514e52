"""Cases: one programme for one tutor, as its workflow last reported it."""

from collections.abc import Sequence

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.messages.cases import CaseProgress, StartCase
from retention.records.announcements import announce
from retention.records.database import Base, Moment, Session
from retention.vocabulary import CaseState


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
    step: Mapped[str] = mapped_column(default="", server_default="")
    acted_at: Mapped[Moment | None]
    appointment_at: Mapped[Moment | None]  # agreed with the tutor, ahead or past; none: it was called off
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
    step: Mapped[str] = mapped_column(default="", server_default="")
    words: Mapped[str]


def open_all(session: Session, starts: Sequence[StartCase]) -> None:
    """Write the rows of cases that are about to start, with the decisions behind them. Repeatable."""
    if not starts:
        return
    own = set(Case.__table__.columns.keys())
    rows = [start.model_dump(include=own) | {"state": CaseState.OPEN} for start in starts]
    session.execute(insert(Case).values(rows).on_conflict_do_nothing())
    announce(session, "case", [start.case_id for start in starts])


def record(session: Session, progress: CaseProgress) -> None:
    """Write down where a case stands. Repeatable, and harmless when a newer version is there already.

    Raises LookupError for a case that nothing has opened: the decision writes its row.
    """
    known = session.get(Case, progress.case_id, with_for_update=True)
    if known is None:
        raise LookupError(f"Case {progress.case_id} has no row.")
    if known.version < progress.version:
        told = progress.model_dump(exclude={"case_id", "at"})
        closed_at = progress.at if progress.state is CaseState.CLOSED else None
        session.execute(
            update(Case).where(Case.case_id == progress.case_id).values(**told, closed_at=closed_at)
        )
    line = progress.model_dump(include={"case_id", "version", "at", "state", "step"})
    session.execute(insert(CaseEvent).values(line | {"words": words(progress)}).on_conflict_do_nothing())
    announce(session, "case", [progress.case_id])


def words(progress: CaseProgress) -> str:
    """One line of the story: a remark, else what is waited for, else how it ended."""
    if progress.note:
        return progress.note
    if progress.state is CaseState.CLOSED:
        return f"Closed: {(progress.outcome or '').replace('_', ' ')}."
    return f"Waiting for {progress.waiting_for}."
