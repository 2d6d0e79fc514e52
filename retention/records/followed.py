"""How far one tutor's cases and their tasks have come, for whoever follows them step by step."""

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select

from retention.records.cases import Case
from retention.records.database import Session
from retention.records.tasks import Task
from retention.records.tutors import Tutor
from retention.vocabulary import Programme, TaskKind


class FollowedCase(BaseModel):
    """A case as it stands."""

    case_id: str
    state: str
    step: str
    waiting_for: str
    waiting_until: datetime | None
    outcome: str | None
    note: str


def tutor_number(session: Session, external_id: str) -> int | None:
    """Our number of the platform's tutor; None while we do not know them."""
    return session.scalar(select(Tutor.number).where(Tutor.external_id == external_id))


def first_case(session: Session, tutor: int, programme: Programme) -> FollowedCase | None:
    """The tutor's first case of a programme, if there is one yet."""
    columns = [getattr(Case, name) for name in FollowedCase.model_fields]
    asked = select(*columns).where(Case.tutor_number == tutor, Case.programme == programme)
    row = session.execute(asked.order_by(Case.opened_at).limit(1)).one_or_none()
    return None if row is None else FollowedCase.model_validate(row._asdict())


def newest_task(session: Session, case_id: str, kind: TaskKind) -> tuple[str, str] | None:
    """The id and state of a case's newest task of a kind."""
    asked = select(Task.task_id, Task.state).where(Task.case_id == case_id, Task.kind == kind)
    row = session.execute(asked.order_by(Task.opened_at.desc()).limit(1)).one_or_none()
    return None if row is None else (row.task_id, row.state)
