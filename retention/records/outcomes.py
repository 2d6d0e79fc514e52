"""How each case ended: one row a case, written with its close. Staff only."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Interval, Row, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention import calendars
from retention.measures import outcomes as meaning
from retention.programmes.registry import PROGRAMMES
from retention.records.database import Base, Moment, Session
from retention.vocabulary import Outcome, Programme


class CaseOutcome(Base):
    """What the programmes page counts; a case that is over never changes."""

    __tablename__ = "case_outcomes"
    __table_args__ = (
        CheckConstraint("(first_action_at IS NULL) = (office_time_to_action IS NULL)", name="time_to_action"),
        Index("ix_case_outcomes_programme", "programme", "closed_at"),
        Index("ix_case_outcomes_tutor", "tutor_number", "closed_at"),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    programme: Mapped[str]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    outcome: Mapped[str]
    accepted: Mapped[bool | None]  # None: nobody was asked, or it lost its reason before
    completed: Mapped[bool | None]  # None: there was nothing to carry out
    opened_at: Mapped[Moment]
    first_action_at: Mapped[Moment | None]  # the first claim or answer by a person, or the first letter
    office_time_to_action: Mapped[timedelta | None] = mapped_column(Interval)
    acted_at: Mapped[Moment | None]  # when the call was held, the letter was sent
    closed_at: Mapped[Moment]


CLOSED = """
SELECT c.case_id, c.programme, c.tutor_number, c.outcome, c.opened_at, c.acted_at, c.closed_at,
    least(took.at, wrote.at, c.acted_at) AS first_action_at, coalesce(took.done, false) AS done_by_people
FROM cases c
CROSS JOIN LATERAL (
    SELECT min(e.at) FILTER (WHERE e.actor <> 'mainstay' AND e.act IN ('claimed', 'completed')) AS at,
        bool_or(e.act = 'completed') AS done
    FROM tasks t JOIN task_events e ON e.task_id = t.task_id WHERE t.case_id = c.case_id
) took
CROSS JOIN LATERAL (SELECT min(sent_at) AS at FROM letters WHERE case_id = c.case_id) wrote
WHERE c.case_id = :case_id AND c.state = 'closed'
"""


def write(session: Session, case_id: str) -> CaseOutcome | None:
    """Write how a closed case ended; None when that is written already, or it is not closed. Repeatable."""
    row = session.execute(text(CLOSED), {"case_id": case_id}).first()
    if row is None:
        return None
    stored = session.execute(
        insert(CaseOutcome).values(_told(row)).on_conflict_do_nothing().returning(CaseOutcome)
    )
    return stored.scalar_one_or_none()


def _told(row: Row[Any]) -> dict[str, Any]:
    outcome, needs_people = Outcome(row.outcome), PROGRAMMES[Programme(row.programme)].needs_people
    said_yes = meaning.accepted(outcome, needs_people=needs_people, done_by_people=row.done_by_people)
    begun = meaning.begun(outcome, needs_people=needs_people, accepted=said_yes)
    return {name: value for name, value in row._asdict().items() if name != "done_by_people"} | {
        "accepted": said_yes,
        "completed": meaning.completed(outcome, begun=begun, acted=row.acted_at is not None),
        "office_time_to_action": _office_time(row.opened_at, row.first_action_at),
    }


def _office_time(since: datetime, until: datetime | None) -> timedelta | None:
    if until is None:
        return None
    return calendars.office_time_between(calendars.office(), since, max(since, until))
