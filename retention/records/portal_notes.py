"""Tips that no letter could bring: left for the platform, which shows them in the tutor's portal."""

from collections.abc import Sequence

from pydantic import AwareDatetime, BaseModel
from sqlalchemy import BigInteger, ForeignKey, Identity, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.messages.tips import PortalNote
from retention.records import guides
from retention.records.database import Base, Moment, Session
from retention.records.tutors import Tutor
from retention.vocabulary import Origin

NUMBERS_LOCK = 7_318  # advisory: notes are numbered in the order in which they can be read


class PortalNoteRow(Base):
    """One note a case; `number` is how far the platform has read."""

    __tablename__ = "portal_notes"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    tip: Mapped[str]
    letter_key: Mapped[str]
    reason: Mapped[str]
    at: Mapped[Moment]


class LeftNote(BaseModel):
    """A note as the platform gets it."""

    number: int
    tutor_id: str  # the platform's own
    tip: str
    title: str  # of the guide
    letter_key: str
    at: AwareDatetime


def leave(session: Session, note: PortalNote) -> None:
    """Leave a note. Repeatable: one a case.

    Numbers are given under a lock that the transaction holds: whoever has read a number has read all before.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": NUMBERS_LOCK})
    session.execute(insert(PortalNoteRow).values(note.model_dump()).on_conflict_do_nothing())


def left_after(session: Session, number: int, *, origin: Origin, most: int) -> Sequence[LeftNote]:
    """The notes for one platform's tutors after the one that it has read last, oldest first.

    A guide that was withdrawn since is shown by its newest version: its letter would open that too.
    """
    row, newest = PortalNoteRow, guides.newest().subquery()
    wanted = (
        select(
            row.number, Tutor.external_id.label("tutor_id"), row.tip, newest.c.title, row.letter_key, row.at
        )
        .join(Tutor, Tutor.number == row.tutor_number)
        .join(newest, newest.c.slug == row.tip)
        .where(row.number > number, Tutor.origin == origin)
        .order_by(row.number)
        .limit(most)
    )
    return [LeftNote.model_validate(found._asdict()) for found in session.execute(wanted)]
