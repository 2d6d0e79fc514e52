"""Who did or looked at what, when. Append-only: a trigger refuses change and removal."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Document, Moment, Session


class AuditLine(Base):
    """One act or look; `at` is real time."""

    __tablename__ = "audit"

    id: Mapped[Counter]
    at: Mapped[Moment] = mapped_column(index=True)
    actor: Mapped[str]  # account number as text, API key name, "mainstay", or "operator": a command line
    act: Mapped[str]  # e.g. task.completed, tutor.viewed, sign_in.refused
    subject: Mapped[str]  # e.g. tutor/10023
    details: Mapped[Document]


def note(session: Session, act: str, *, actor: str, subject: str, **details: Any) -> None:
    """Note an act or a look, e.g. `note(session, "tutor.viewed", actor="7", subject="tutor/10023")`."""
    session.add(AuditLine(at=datetime.now(UTC), actor=actor, act=act, subject=subject, details=details))


def lines_about(session: Session, subject: str, *, limit: int = 100) -> Sequence[AuditLine]:
    """What was done to or looked at of one subject, the newest first."""
    wanted = select(AuditLine).where(AuditLine.subject == subject).order_by(AuditLine.id.desc())
    return session.scalars(wanted.limit(limit)).all()
