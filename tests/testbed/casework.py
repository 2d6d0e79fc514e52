"""Cases under a clock that moves when told: the real workflows and activities, and the real database."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError

from activities.mail import ACTIVITIES as MAIL_ACTIVITIES
from activities.serving import worker_of as activities_of
from activities.work import ACTIVITIES
from retention.messages.cases import CaseResult, StartCase
from retention.messages.tasks import TaskCommand, TaskSnapshot
from retention.programmes.registry import PROGRAMMES
from retention.records.cases import Case, CaseEvent
from retention.records.database import transaction
from retention.records.letters import LetterRecord
from retention.records.tasks import Task, TaskLine
from retention.records.tutors import Tutor
from retention.temporal.queues import CASES, MAIL, WORK
from retention.vocabulary import TaskAct, TaskKind
from tests.factories.cases import a_finding, an_opened_case
from tests.testbed import recording
from tests.testbed.time_skipping import Skipper
from workflows.registry import CASE_WORKFLOWS, worker_of

SECOND = timedelta(seconds=1)


@dataclass
class Office:
    """Where cases are worked on, in a time of its own."""

    skipper: Skipper

    async def opened(self, kind: TaskKind = TaskKind.FIRST_SESSION_REVIEW, **more: Any) -> StartCase:
        """A case that has begun and waits for a person; `more` goes to Temporal with the start."""
        at = await self.skipper.now()
        with transaction() as session:
            case = an_opened_case(session, at=at, kind=kind)
        await self.begun(case, **more)
        return case

    async def begun(self, case: StartCase, **more: Any) -> None:
        """The workflow of a case that is on record has begun, and waits."""
        await self.skipper.client.start_workflow(
            PROGRAMMES[case.programme].workflow, case, id=case.case_id, task_queue=CASES, **more
        )
        self.skipper.watch(case.case_id)
        await self.skipper.rest()

    async def tell(self, update: str, command: TaskCommand, *, task_id: str) -> TaskSnapshot:
        """Do something to a task, and let everything come to rest."""
        handle = self.skipper.client.get_workflow_handle(f"task/{task_id}")
        snapshot: TaskSnapshot = await handle.execute_update(
            update, command, id=command.command_id, result_type=TaskSnapshot
        )
        await self.skipper.rest()
        return snapshot

    async def found(self, case: StartCase, command_id: str) -> None:
        """Another rule has found something that is added to the case."""
        handle = self.skipper.client.get_workflow_handle(case.case_id)
        await handle.signal("also_found", a_finding(command_id, at=await self.skipper.now()))
        await self.skipper.rest()

    async def said(self, case: StartCase, signal: str, message: BaseModel) -> None:
        """Tell the case something, and let everything come to rest."""
        await self.skipper.client.get_workflow_handle(case.case_id).signal(signal, message)
        await self.skipper.rest()

    async def until(self, instant: datetime) -> None:
        """Move time to an instant."""
        await self.skipper.move(instant - await self.skipper.now())

    async def result(self, case: StartCase) -> CaseResult:
        """How the case ended."""
        handle: WorkflowHandle[Any, CaseResult] = self.skipper.client.get_workflow_handle(
            case.case_id, result_type=CaseResult
        )
        return await handle.result()


def task_of(case: StartCase) -> Task:
    """The case's task as the inbox shows it."""
    with transaction() as session:
        return session.scalars(select(Task).where(Task.case_id == case.case_id)).one()


def row_of(case: StartCase) -> Case:
    """The case as our pages show it."""
    with transaction() as session:
        return session.scalars(select(Case).where(Case.case_id == case.case_id)).one()


def tutor_of(case: StartCase) -> str:
    """The platform's id of the case's tutor."""
    with transaction() as session:
        return session.scalars(select(Tutor.external_id).where(Tutor.number == case.tutor_number)).one()


def story_of(task: Task) -> list[str]:
    """What happened to a task, in order."""
    with transaction() as session:
        lines = select(TaskLine.act).where(TaskLine.task_id == task.task_id).order_by(TaskLine.version)
        return list(session.scalars(lines))


def notes_of(task: Task) -> list[tuple[str, str]]:
    """The comments on a task with their authors, in order."""
    with transaction() as session:
        lines = (
            select(TaskLine.actor, TaskLine.note)
            .where(TaskLine.task_id == task.task_id, TaskLine.act == TaskAct.COMMENTED)
            .order_by(TaskLine.version)
        )
        return [(actor, note) for actor, note in session.execute(lines)]


def words_of(case: StartCase) -> list[str]:
    """The case's story, line by line."""
    with transaction() as session:
        lines = select(CaseEvent.words).where(CaseEvent.case_id == case.case_id).order_by(CaseEvent.version)
        return list(session.scalars(lines))


def letters_of(case: StartCase) -> list[LetterRecord]:
    """The case's letters, in the order of their writing."""
    with transaction() as session:
        wanted = select(LetterRecord).where(LetterRecord.case_id == case.case_id)
        return list(session.scalars(wanted.order_by(LetterRecord.at, LetterRecord.message_key)))


@pytest.fixture
async def office(request: pytest.FixtureRequest, skipper: Skipper, data: str) -> AsyncIterator[Office]:
    """Workers of the cases' queues; afterwards every run is ended at rest, so that time can move again."""
    client = skipper.client
    async with (
        worker_of(client, CASES, CASE_WORKFLOWS),
        activities_of(client, WORK, ACTIVITIES, slots=4),
        activities_of(client, MAIL, MAIL_ACTIVITIES, slots=2),
    ):
        yield Office(skipper)
        await skipper.rest()
        await recording.keep(request, client, skipper.watched)
        for workflow_id in await skipper.open_runs():
            with suppress(RPCError):
                await client.get_workflow_handle(workflow_id).terminate("The test is over.")
