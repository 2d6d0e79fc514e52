"""What staff carried out: calls held, letters sent. A task that only exists is not in here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from retention.records.cases import Case
from retention.records.database import Session
from retention.records.tutors import Tutor


@dataclass(frozen=True)
class Deed:
    """One case whose intervention happened."""

    external_id: str  # of the tutor
    programme: str
    at: datetime


def carried_out(session: Session, *, before: datetime) -> Sequence[Deed]:
    """Every intervention that happened before an instant, in order."""
    found = session.execute(
        select(Tutor.external_id, Case.programme, Case.acted_at)
        .join(Tutor, Tutor.number == Case.tutor_number)
        .where(Case.acted_at < before)
        .order_by(Case.acted_at, Case.case_id)
    )
    return [Deed(who, what, at) for who, what, at in found if at is not None]
