"""Predictions set aside: a person's word that a tutor's churn score shall not count until a day, and why."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import NotFound
from retention.records.announcements import announce
from retention.records.database import Base, Counter, Moment, Session
from retention.records.tutors import Tutor


class SetAside(Base):
    """One such word; it ends with its day or when somebody takes it back, and stays on record.

    It is an opinion about a forecast and says nothing about what the tutor did: no label is made of it.
    """

    __tablename__ = "set_asides"
    __table_args__ = (
        CheckConstraint("until > put_at", name="until_after_put"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_set_asides_tutor", "tutor_number", "until"),
    )

    id: Mapped[Counter]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    reason: Mapped[str]
    put_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    put_at: Mapped[Moment]
    until: Mapped[Moment]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    lifted_at: Mapped[Moment | None]


IN_FORCE = "lifted_at IS NULL AND put_at <= :as_of AND until > :as_of"
OF_TUTORS = f"""
SELECT DISTINCT tutor_number FROM set_asides WHERE tutor_number = ANY(:tutors) AND {IN_FORCE}
"""  # noqa: S608 (fixed words)


def put(session: Session, tutor_number: int, *, reason: str, by: int, at: datetime, until: datetime) -> int:
    """Set a tutor's prediction aside until an instant; returns the entry's number. Raises NotFound."""
    if session.get(Tutor, tutor_number) is None:
        raise NotFound("There is no such tutor.", instead="Look for the tutor by name in the tasks.")
    entry = SetAside(tutor_number=tutor_number, reason=reason, put_by=by, put_at=at, until=until)
    session.add(entry)
    session.flush()
    announce(session, "tutor", [tutor_number])
    return entry.id


def lift(session: Session, entry_id: int, *, tutor_number: int, by: int, at: datetime) -> None:
    """Let the prediction count again before its day. Repeatable. Raises NotFound."""
    ours = (SetAside.id == entry_id, SetAside.tutor_number == tutor_number)
    if session.scalar(select(SetAside.id).where(*ours)) is None:
        raise NotFound("There is no such entry for this tutor.", instead="Reload the tutor's page.")
    lifted = update(SetAside).where(*ours, SetAside.lifted_at.is_(None))
    session.execute(lifted.values(lifted_by=by, lifted_at=at))
    announce(session, "tutor", [tutor_number])


def of_tutors(session: Session, tutors: Collection[int], *, as_of: datetime) -> Sequence[int]:
    """Those of some tutors whose prediction is set aside as of an instant."""
    return session.scalars(text(OF_TUTORS), {"tutors": list(tutors), "as_of": as_of}).all()
