"""Vetoes: a manager's word that a tutor is to be spared one programme until a day, and why."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, RowMapping, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import NotFound
from retention.records.announcements import announce
from retention.records.database import Base, Counter, Moment, Session
from retention.records.tutors import Tutor
from retention.vocabulary import Programme


class Veto(Base):
    """One veto; it ends with its day or when somebody lifts it, and stays on record."""

    __tablename__ = "vetoes"
    __table_args__ = (
        CheckConstraint("until > put_at", name="until_after_put"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        Index("ix_vetoes_tutor", "tutor_number", "until"),
    )

    id: Mapped[Counter]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    programme: Mapped[str]
    reason: Mapped[str]
    put_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    put_at: Mapped[Moment]
    until: Mapped[Moment]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    lifted_at: Mapped[Moment | None]


OF_TUTORS = """
SELECT tutor_number, programme, max(until) AS until FROM vetoes
WHERE tutor_number = ANY(:tutors) AND lifted_at IS NULL AND put_at <= :as_of AND until > :as_of
GROUP BY tutor_number, programme
"""


def put(
    session: Session,
    tutor_number: int,
    programme: Programme,
    *,
    reason: str,
    by: int,
    at: datetime,
    until: datetime,
) -> int:
    """Spare a tutor a programme from now until an instant; returns the veto's number. Raises NotFound."""
    if session.get(Tutor, tutor_number) is None:
        raise NotFound("There is no such tutor.", instead="Look for the tutor by name in the tasks.")
    veto = Veto(
        tutor_number=tutor_number, programme=programme, reason=reason, put_by=by, put_at=at, until=until
    )
    session.add(veto)
    session.flush()
    announce(session, "tutor", [tutor_number])
    return veto.id


def lift(session: Session, veto_id: int, *, tutor_number: int, by: int, at: datetime) -> None:
    """End a tutor's veto before its day. One that is lifted already stays so. Raises NotFound."""
    known = session.scalar(select(Veto.id).where(Veto.id == veto_id, Veto.tutor_number == tutor_number))
    if known is None:
        raise NotFound("There is no such veto for this tutor.", instead="Reload the tutor's page.")
    session.execute(
        update(Veto).where(Veto.id == veto_id, Veto.lifted_at.is_(None)).values(lifted_by=by, lifted_at=at)
    )
    announce(session, "tutor", [tutor_number])


def of_tutors(session: Session, tutors: Collection[int], *, as_of: datetime) -> Sequence[RowMapping]:
    """The vetoes of some tutors as of an instant: tutor_number, programme, until."""
    return session.execute(text(OF_TUTORS), {"tutors": list(tutors), "as_of": as_of}).mappings().all()
