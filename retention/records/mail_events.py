"""What the mail provider has reported about our letters; each report counts once, in any order."""

from collections.abc import Collection, Sequence
from typing import Any

from pydantic import AwareDatetime, BaseModel
from sqlalchemy import Index, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Document, Moment, Session
from retention.vocabulary import MailEvent

# How far a letter has come never goes back, whatever order the reports arrive in. Those at the end stay.
RANK = (
    MailEvent.PROCESSED,
    MailEvent.DEFERRED,
    MailEvent.DELIVERED,
    MailEvent.OPEN,
    MailEvent.CLICK,
    MailEvent.DROPPED,
    MailEvent.BOUNCE,
    MailEvent.SPAM_REPORT,
)
LOST = {MailEvent.DROPPED, MailEvent.BOUNCE}  # the reader does not have it


class MailReport(Base):
    """One report. `kind` is the provider's word; one that we do not know is kept all the same."""

    __tablename__ = "mail_events"
    __table_args__ = (Index("ix_mail_events_letter", "message_key"),)

    sg_event_id: Mapped[str] = mapped_column(primary_key=True)
    message_key: Mapped[str | None]  # from our custom argument; none: a letter that is not ours
    kind: Mapped[str]
    at: Mapped[Moment]  # real time, the provider's
    document: Mapped[Document]  # as received


class Report(BaseModel):
    """A report as the webhook hands it over."""

    sg_event_id: str
    message_key: str | None
    kind: str
    at: AwareDatetime
    document: dict[str, Any]


def keep(session: Session, reports: Sequence[Report]) -> list[str]:
    """Store reports; the ids of those that were not known yet, whose effects are still to come."""
    if not reports:
        return []
    rows = [report.model_dump() for report in reports]
    kept = insert(MailReport).values(rows).on_conflict_do_nothing().returning(MailReport.sg_event_id)
    return list(session.scalars(kept))


def of_letter(session: Session, message_key: str) -> list[MailReport]:
    """All reports on a letter, the oldest first."""
    wanted = select(MailReport).where(MailReport.message_key == message_key)
    return list(session.scalars(wanted.order_by(MailReport.at, MailReport.sg_event_id)))


def heard(session: Session, message_key: str) -> set[str]:
    """What the provider has reported of a letter: proof that it had it. Nothing: no proof either way."""
    return set(session.scalars(select(MailReport.kind).where(MailReport.message_key == message_key)))


def standing(kinds: Collection[str]) -> MailEvent | None:
    """How far a letter has come by the reports on it, by rank and not by arrival."""
    known = [event for event in RANK if event in kinds]
    return known[-1] if known else None
