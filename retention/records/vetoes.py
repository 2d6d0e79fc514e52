"""Vetoes: a manager's word that a tutor is to be spared one programme until a day, and why."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Row, select, text, update
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


OF_BATCH = """
SELECT v.tutor_number, v.programme, max(v.until) AS until FROM vetoes v
JOIN (SELECT DISTINCT tutor_number FROM dirty_days WHERE batch_id = :batch) b USING (tutor_number)
WHERE v.lifted_at IS NULL AND v.put_at <= :as_of AND v.until > :as_of GROUP BY v.tutor_number, v.programme
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


def of_batch(session: Session, batch_id: str, *, as_of: datetime) -> Sequence[Row[tuple[object, ...]]]:
    """The vetoes of a batch's tutors as of an instant: tutor_number, programme, until."""
    return session.execute(text(OF_BATCH), {"batch": batch_id, "as_of": as_of}).all()
