"""Who has agreed that a version of the rulebook is judged by, or that another gives way to it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import Refusal
from retention.records import rulebook
from retention.records.announcements import announce
from retention.records.database import Base, Counter, Moment, Session
from retention.records.rulebook import RulebookVersion


class ApprovalLine(Base):
    """A person's word that a version may be judged by. Append-only, as its text never changes either."""

    __tablename__ = "rulebook_approvals"
    __table_args__ = (
        Index(
            "uq_rulebook_approvals_actor", "version", "actor", "takes_back", unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip

    id: Mapped[Counter]
    version: Mapped[int] = mapped_column(ForeignKey("rulebook_versions.version"))
    actor: Mapped[str]
    note: Mapped[str]
    at: Mapped[Moment]
    takes_back: Mapped[int | None] = mapped_column(
        ForeignKey("rulebook_publications.id")
    )  # the publication that a roll-back to this version would take back; None: a draft may be published


def approvals_of(session: Session, number: int, *, takes_back: int | None = None) -> Sequence[ApprovalLine]:
    """Who has agreed to publish a version, or to roll back to it from a publication, the first first."""
    wanted = select(ApprovalLine).where(
        ApprovalLine.version == number, ApprovalLine.takes_back.is_not_distinct_from(takes_back)
    )
    return session.scalars(wanted.order_by(ApprovalLine.id)).all()


def agree(
    session: Session, number: int, takes_back: int | None, *, actor: str, note: str, at: datetime
) -> None:
    """Note that somebody agrees. Repeatable."""
    line = {"version": number, "actor": actor, "note": note, "at": at, "takes_back": takes_back}
    session.execute(insert(ApprovalLine).values(line).on_conflict_do_nothing())
    announce(session, rulebook.TOPIC, [number])


def must_be_approved(session: Session, chosen: RulebookVersion, *, publisher: str) -> None:
    """Two people stand behind a publication: what files or a command line have drafted has no person yet.

    Raises Refusal.
    """
    first = chosen.author if chosen.author.isdigit() else publisher
    if not any(line.actor != first for line in approvals_of(session, chosen.version)):
        said = f"Version {chosen.version} waits for the approval of a second person."
        raise Refusal(said, instead="Ask a colleague to look at it.")


def must_be_agreed_to(session: Session, number: int, *, takes_back: int, actor: str) -> None:
    """Somebody else than who rolls back has agreed to it. Raises Refusal."""
    agreed = approvals_of(session, number, takes_back=takes_back)
    if not any(line.actor != actor for line in agreed):
        said = f"Rolling back to version {number} waits for the approval of a second person."
        raise Refusal(said, instead="Ask a colleague to look at it.")
