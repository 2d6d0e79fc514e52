"""Human tasks, as their workflows last reported them, and the drafts people have typed."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.messages.tasks import TaskSnapshot
from retention.records.announcements import announce
from retention.records.database import Base, Document, Moment, Session, Words


class Task(Base):
    """The versioned projection of a HumanTask workflow; one activity writes it."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("state IN ('created', 'completed', 'canceled', 'expired')", name="state"),
        CheckConstraint("sla_state IN ('on_track', 'at_risk', 'breached')", name="sla_state"),
        CheckConstraint("priority BETWEEN 0 AND 100", name="priority"),
        CheckConstraint("(state = 'completed') = (outcome IS NOT NULL)", name="completed_has_outcome"),
        Index("ix_tasks_open", "due_at", postgresql_where="state = 'created'"),
        Index("ix_tasks_tutor", "tutor_number", "opened_at"),
        Index("ix_tasks_case", "case_id"),
    )

    task_id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    form_key: Mapped[str]
    form_version: Mapped[int]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    decision_id: Mapped[int | None]
    opened_at: Mapped[Moment]
    state: Mapped[str]
    assignee: Mapped[str | None] = mapped_column(index=True)  # account number as text
    owner: Mapped[str | None]
    candidate_groups: Mapped[Words]
    priority: Mapped[int] = mapped_column(SmallInteger)
    due_at: Mapped[Moment]
    follow_up_at: Mapped[Moment | None]
    escalation_level: Mapped[int] = mapped_column(SmallInteger)
    sla_state: Mapped[str]
    outcome: Mapped[str | None]
    form: Mapped[Document]
    completed_by: Mapped[str | None]
    completed_at: Mapped[Moment | None]
    close_reason: Mapped[str | None]
    version: Mapped[int]
    next_at: Mapped[Moment | None]
    next_act: Mapped[str | None]


class TaskLine(Base):
    """One event of a task's history; append-only, one a version."""

    __tablename__ = "task_events"

    task_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str]
    actor: Mapped[str]
    at: Mapped[Moment]
    note: Mapped[str] = mapped_column(default="")


class TaskDraft(Base):
    """What a person has typed into a task's form and not yet sent."""

    __tablename__ = "task_drafts"

    task_id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    form: Mapped[Document]
    saved_at: Mapped[Moment]


def project(session: Session, snapshot: TaskSnapshot) -> None:
    """Show a task at one version. Repeatable, and harmless when a newer version is there already."""
    row = _row(snapshot)
    new = insert(Task).values(row)
    session.execute(
        new.on_conflict_do_update(
            index_elements=[Task.task_id],
            set_={name: new.excluded[name] for name in row if name != "task_id"},
            where=Task.version < new.excluded.version,
        )
    )
    line = {"task_id": snapshot.task_id, **snapshot.event.model_dump()}
    session.execute(insert(TaskLine).values(line).on_conflict_do_nothing())
    announce(session, "task", [snapshot.task_id])


def _row(snapshot: TaskSnapshot) -> dict[str, Any]:
    told = snapshot.model_dump(exclude={"state", "event"}) | snapshot.state.model_dump()
    return {column.name: told[column.name] for column in Task.__table__.columns}
