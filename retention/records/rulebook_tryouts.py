"""Versions that are tried before they judge: how far each has come, and what was found."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.messages.rulebook import TryVersion
from retention.records import rulebook
from retention.records.announcements import announce
from retention.records.commands import UPKEEP, NewCommand
from retention.records.database import Base, Moment, Session
from retention.vocabulary import CommandKind, TryoutState


class RulebookTryout(Base):
    """The latest try of one version. Results stay until the version is tried again."""

    __tablename__ = "rulebook_tryouts"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'checking', 'today', 'past', 'done', 'failed')", name="state"),
        CheckConstraint("share BETWEEN 0 AND 1", name="share"),
    )

    version: Mapped[int] = mapped_column(ForeignKey("rulebook_versions.version"), primary_key=True)
    request_id: Mapped[str]
    against: Mapped[int] = mapped_column(ForeignKey("rulebook_versions.version"))
    asked_by: Mapped[str]  # as in `audit`
    asked_at: Mapped[Moment]  # business time; the past that is judged ends here
    state: Mapped[str]
    share: Mapped[float]  # of the past that is judged
    words: Mapped[str]  # why it failed
    dry_run: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # rules.dry_run.DryRun
    backtest: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # rules.backtest_report.Report


def ask(session: Session, wish: TryVersion, *, by: str) -> NewCommand:
    """Note that a version is to be tried, and the command that begins it; an earlier wish is left behind."""
    row = {
        "version": wish.version,
        "request_id": wish.request_id,
        "against": wish.against,
        "asked_by": by,
        "asked_at": wish.as_of,
        "state": TryoutState.ASKED,
        "share": 0.0,
        "words": "",
        "dry_run": None,
        "backtest": None,
    }
    kept = insert(RulebookTryout).values(row)
    session.execute(kept.on_conflict_do_update(index_elements=["version"], set_=row))
    announce(session, rulebook.TOPIC, [wish.version])
    return NewCommand(
        namespace=UPKEEP,
        target=f"rulebook-tryout/{wish.version}/{wish.request_id}",
        kind=CommandKind.START,
        name="RulebookTryout",
        payload=wish.model_dump(mode="json"),
        actor=by,
    )


def of(session: Session, version: int) -> RulebookTryout | None:
    """The latest try of a version."""
    return session.get(RulebookTryout, version)


def proceed(session: Session, wish: TryVersion, **told: object) -> bool:
    """Write down how far a try has come (state, share, words, results); False: another has begun since."""
    mine = (RulebookTryout.version == wish.version) & (RulebookTryout.request_id == wish.request_id)
    noted = update(RulebookTryout).where(mine).values(**told).returning(RulebookTryout.version)
    found = session.scalar(noted)
    if found is not None:
        announce(session, rulebook.TOPIC, [wish.version])
    return found is not None


def fail(session: Session, wish: TryVersion, words: str) -> None:
    """Write down that a try has come to an end without its results."""
    proceed(session, wish, state=TryoutState.FAILED, words=words)
