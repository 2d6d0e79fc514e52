"""What our records believe to be open, for the comparison with what really runs."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from retention.messages.tasks import SYSTEM
from retention.records.announcements import announce
from retention.records.cases import Case
from retention.records.database import Session
from retention.records.tasks import Task, TaskLine
from retention.vocabulary import CaseState, FollowUp, Outcome, TaskAct, TaskState


class OpenCase(BaseModel):
    """A case whose row is not closed."""

    case_id: str
    version: int
    outcome: Outcome | None
    step: str
    acted_at: AwareDatetime | None
    appointment_at: AwareDatetime | None
    follow_up: FollowUp | None


class OpenTaskRow(BaseModel):
    """A task whose row is open."""

    task_id: str
    case_id: str
    version: int


def open_cases(session: Session) -> list[OpenCase]:
    """Cases that are not closed."""
    columns = (getattr(Case, name) for name in OpenCase.model_fields)
    asked = select(*columns).where(Case.state != CaseState.CLOSED)
    return [OpenCase.model_validate(row._asdict()) for row in session.execute(asked)]


def open_tasks(session: Session) -> list[OpenTaskRow]:
    """Tasks that are open."""
    asked = select(Task.task_id, Task.case_id, Task.version).where(Task.state == TaskState.CREATED)
    return [OpenTaskRow.model_validate(row._asdict()) for row in session.execute(asked)]


def close_lost_task(session: Session, row: OpenTaskRow, *, reason: str, at: datetime) -> bool:
    """Close the row of a task whose workflow is gone, unless the row has moved on since it was read."""
    version = row.version + 1
    closed = session.scalar(
        update(Task)
        .where(Task.task_id == row.task_id, Task.version == row.version, Task.state == TaskState.CREATED)
        .values(state=TaskState.CANCELED, close_reason=reason, version=version, next_at=None, next_act=None)
        .returning(Task.task_id)
    )
    if closed is None:
        return False
    line = {"act": TaskAct.WITHDRAWN, "actor": SYSTEM, "at": at, "note": reason}
    session.execute(insert(TaskLine).values(task_id=row.task_id, version=version, **line))
    announce(session, "task", [row.task_id])
    return True
