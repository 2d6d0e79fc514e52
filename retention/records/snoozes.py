"""Snoozes: a person's word that the rules leave a tutor alone for some days, in one thing or in all."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, RowMapping, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import NotFound
from retention.records.announcements import announce
from retention.records.database import Base, Counter, Moment, Session
from retention.records.tutors import Tutor
from retention.vocabulary import Programme


class Snooze(Base):
    """One snooze; it ends with its day or when somebody lifts it, and stays on record.

    Unlike a veto it is short, anybody of staff may put it, and it may be about everything.
    """

    __tablename__ = "snoozes"
    __table_args__ = (
        CheckConstraint("until > put_at", name="until_after_put"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_snoozes_tutor", "tutor_number", "until"),
    )

    id: Mapped[Counter]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    programme: Mapped[str | None]  # None: everything that the rules would begin
    reason: Mapped[str]
    put_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    put_at: Mapped[Moment]
    until: Mapped[Moment]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    lifted_at: Mapped[Moment | None]


OF_TUTORS = """
SELECT tutor_number, programme, max(until) AS until FROM snoozes
WHERE tutor_number = ANY(:tutors) AND put_at <= :as_of AND until > :as_of
    AND (lifted_at IS NULL OR lifted_at > :as_of)
GROUP BY tutor_number, programme
"""


def put(
    session: Session,
    tutor_number: int,
    programme: Programme | None,
    *,
    reason: str,
    by: int,
    at: datetime,
    until: datetime,
) -> int:
    """Put a programme, or everything, aside for a tutor until an instant; the number. Raises NotFound."""
    if session.get(Tutor, tutor_number) is None:
        raise NotFound("There is no such tutor.", instead="Look for the tutor by name in the tasks.")
    snooze = Snooze(
        tutor_number=tutor_number, programme=programme, reason=reason, put_by=by, put_at=at, until=until
    )
    session.add(snooze)
    session.flush()
    announce(session, "tutor", [tutor_number])
    return snooze.id


def lift(session: Session, snooze_id: int, *, tutor_number: int, by: int, at: datetime) -> None:
    """End a snooze before its day. Repeatable. Raises NotFound."""
    ours = (Snooze.id == snooze_id, Snooze.tutor_number == tutor_number)
    if session.scalar(select(Snooze.id).where(*ours)) is None:
        raise NotFound("There is no such entry for this tutor.", instead="Reload the tutor's page.")
    lifted = update(Snooze).where(*ours, Snooze.lifted_at.is_(None))
    session.execute(lifted.values(lifted_by=by, lifted_at=at))
    announce(session, "tutor", [tutor_number])


def of_tutors(session: Session, tutors: Collection[int], *, as_of: datetime) -> Sequence[RowMapping]:
    """The snoozes of some tutors as of an instant: tutor_number, programme (None: everything), until."""
    return session.execute(text(OF_TUTORS), {"tutors": list(tutors), "as_of": as_of}).mappings().all()
