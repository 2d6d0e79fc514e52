"""What staff carried out, and what came back: calls held, letters sent, letters answered.

A task that only exists is not in here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import literal, select, union_all

from retention.measures.periods import day_of
from retention.records.answers import LetterAnswer
from retention.records.cases import Case
from retention.records.database import Session
from retention.records.tutors import Tutor


@dataclass(frozen=True)
class Deed:
    """One case whose intervention happened, or whose letter the tutor answered."""

    external_id: str  # of the tutor
    programme: str
    at: datetime
    answered: bool = False  # by the tutor, from the letter


def days_of(session: Session, *, before: datetime) -> dict[int, list[date]]:
    """The UTC days on which an intervention happened, by the tutor's number."""
    wanted = select(Case.tutor_number, Case.acted_at).where(Case.acted_at < before)
    found: dict[int, list[date]] = defaultdict(list)
    for number, at in session.execute(wanted.order_by(Case.tutor_number, Case.acted_at)):
        if at is not None:
            found[number].append(day_of(at))
    return dict(found)


def carried_out(session: Session, *, before: datetime) -> Sequence[Deed]:
    """Everything that happened before an instant, in order."""
    acts = (
        select(
            Tutor.external_id,
            Case.programme,
            Case.acted_at.label("at"),
            literal(value=False).label("answered"),
        )
        .join(Tutor, Tutor.number == Case.tutor_number)
        .where(Case.acted_at < before)
    )
    answers = (
        select(Tutor.external_id, Case.programme, LetterAnswer.at, literal(value=True))
        .join(Case, Case.case_id == LetterAnswer.case_id)
        .join(Tutor, Tutor.number == Case.tutor_number)
        .where(LetterAnswer.at < before)
    )
    both = union_all(acts, answers).subquery()
    found = session.execute(select(both).order_by(both.c.at, both.c.external_id, both.c.programme))
    return [Deed(*row) for row in found]
