"""Records that have lost touch with what runs are mended; what runs is left alone."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Self, cast
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from temporalio import workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from activities.serving import worker_of as activities_of
from activities.work import ACTIVITIES
from retention.messages.cases import StartCase
from retention.programmes.registry import PROGRAMMES
from retention.records import commands
from retention.records.cases import Case, CaseEvent
from retention.records.commands import Command
from retention.records.database import transaction
from retention.records.outcomes import CaseOutcome
from retention.records.tasks import Task, TaskLine
from retention.temporal.queues import CASES, WORK
from retention.vocabulary import CaseState, CommandState, Outcome, TaskState
from switchboard.reconciler import Mended, reconcile
from tests.factories.cases import an_opened_case
from tests.testbed.temporal import TwoNamespaces
from tests.testbed.waiting import eventually
from workflows.registry import CASE_WORKFLOWS, worker_of

pytestmark = pytest.mark.devserver


@pytest.fixture
async def open_case(data: str, temporal: TwoNamespaces) -> AsyncIterator[StartCase]:
    """A case whose task is in the inbox, with its workers."""
    client = temporal.cases
    with transaction() as session:
        case = an_opened_case(session, at=datetime.now(UTC))
    async with worker_of(client, CASES, CASE_WORKFLOWS), activities_of(client, WORK, ACTIVITIES, slots=2):
        await client.start_workflow(
            PROGRAMMES[case.programme].workflow, case, id=case.case_id, task_queue=CASES
        )
        await eventually(task)
        await eventually(lambda: row(case).version > 0)
        yield case


def task() -> Task | None:
    with transaction() as session:
        return session.scalars(select(Task)).one_or_none()


def row(case: StartCase) -> Case:
    with transaction() as session:
        return session.scalars(select(Case).where(Case.case_id == case.case_id)).one()


async def seen(temporal: TwoNamespaces) -> None:
    """Wait until the server lists the running task: visibility lags a little."""

    async def listed() -> int | None:
        return (await temporal.cases.count_workflows("WorkflowType = 'HumanTask'")).count

    look: Callable[[], Awaitable[int | None]] = listed
    await eventually(look)


async def test_nothing_is_done_when_all_is_well(open_case: StartCase, temporal: TwoNamespaces) -> None:
    await seen(temporal)
    assert await reconcile(temporal.cases) == Mended()


async def test_a_lost_row_is_rebuilt_from_its_workflow(open_case: StartCase, temporal: TwoNamespaces) -> None:
    before = task()
    assert before is not None
    with transaction() as session:
        session.execute(delete(TaskLine))
        session.execute(delete(Task))
    await seen(temporal)
    assert (await reconcile(temporal.cases)).rows_rebuilt == 1
    after = task()
    assert after is not None
    assert (after.task_id, after.due_at, after.version) == (before.task_id, before.due_at, before.version)


async def test_a_task_and_a_case_that_were_terminated_are_closed(
    open_case: StartCase, temporal: TwoNamespaces
) -> None:
    known = task()
    assert known is not None
    await temporal.cases.get_workflow_handle(open_case.case_id).terminate("by hand")
    await temporal.cases.get_workflow_handle(f"task/{known.task_id}").terminate("by hand")
    mended = await reconcile(temporal.cases)
    assert (mended.rows_closed, mended.cases_closed) == (1, 1)
    closed = task()
    assert closed is not None
    assert (closed.state, closed.close_reason) == (
        TaskState.CANCELED,
        "Its workflow was ended from outside Mainstay.",
    )
    assert (row(open_case).state, row(open_case).outcome) == (CaseState.CLOSED, Outcome.WITHDRAWN)


async def test_a_terminated_case_keeps_what_it_has_done_and_gets_its_outcome(
    open_case: StartCase, temporal: TwoNamespaces
) -> None:
    known, acted_at = row(open_case), datetime(2026, 11, 18, 12, tzinfo=UTC)
    with transaction() as session:
        held = {"acted_at": acted_at, "step": "held", "appointment_at": acted_at, "follow_up": "none_yet"}
        session.execute(update(Case).where(Case.case_id == known.case_id).values(**held))
    await temporal.cases.get_workflow_handle(open_case.case_id).terminate("by hand")
    assert (await reconcile(temporal.cases)).cases_closed == 1
    closed = row(open_case)
    assert {name: getattr(closed, name) for name in held} == held
    with transaction() as session:
        (outcome,) = session.scalars(select(CaseOutcome).where(CaseOutcome.case_id == known.case_id))
        assert (outcome.acted_at, outcome.outcome) == (acted_at, Outcome.WITHDRAWN)
        looked_at = session.scalars(select(Command.target).where(Command.name == "EffectReview")).all()
        assert looked_at == [f"effect/{known.case_id}"]


@workflow.defn(name="FirstSessionReview", sandboxed=False)
class Failing:
    """A case whose program is at fault."""

    @workflow.run
    async def run(self, case: StartCase) -> None:
        raise ApplicationError(f"{case.case_id} stumbles")


async def test_a_case_that_failed_is_said_to_have_failed(data: str, temporal: TwoNamespaces) -> None:
    with transaction() as session:
        case = an_opened_case(session, at=datetime.now(UTC))
    async with Worker(temporal.cases, task_queue="failing", workflows=[Failing]):
        with pytest.raises(WorkflowFailureError):
            await temporal.cases.execute_workflow(Failing.run, case, id=case.case_id, task_queue="failing")
    assert await reconcile(temporal.cases) == Mended(cases_closed=1)
    with transaction() as session:
        (line,) = session.scalars(select(CaseEvent.words).where(CaseEvent.case_id == case.case_id))
    assert "Its workflow failed" in line


async def test_a_task_whose_case_has_ended_is_withdrawn_once(
    open_case: StartCase, temporal: TwoNamespaces
) -> None:
    await temporal.cases.get_workflow_handle(open_case.case_id).terminate("by hand")
    assert (await reconcile(temporal.cases)).orphans_withdrawn == 1
    assert (await reconcile(temporal.cases)).orphans_withdrawn == 0
    with transaction() as session:
        [withdrawal] = session.scalars(select(Command).where(Command.name == "withdraw")).all()
        assert (withdrawal.kind, withdrawal.name) == ("signal", "withdraw")


class Silent:
    """A Temporal that knows no workflow, and is slow to say so: meanwhile the relay delivers a start."""

    def __init__(self, start: UUID | None = None) -> None:
        self._start = start

    def get_workflow_handle(self, _workflow_id: str) -> Self:
        return self

    async def describe(self, **_given: object) -> None:
        with transaction() as session:
            command = session.get(Command, self._start) if self._start else None
            if command is not None:
                command.state = CommandState.APPLIED
        raise RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b"")

    async def query(self, *_asked: object, **_given: object) -> None:
        raise RPCError("no poller seen", RPCStatusCode.FAILED_PRECONDITION, b"")

    async def list_workflows(self, _asked: str) -> AsyncIterator[SimpleNamespace]:
        yield SimpleNamespace(id="task/1")


async def test_a_case_whose_start_arrives_while_it_is_looked_for_stays_open(data: str) -> None:
    with transaction() as session:
        case = an_opened_case(session, at=datetime.now(UTC))
        [start] = commands.put(session, [commands.start_of(case)])
    assert await reconcile(cast("Client", Silent(start))) == Mended()
    assert row(case).state == CaseState.OPEN


async def test_a_task_that_does_not_answer_keeps_nothing_else_from_being_mended(data: str) -> None:
    with transaction() as session:
        case = an_opened_case(session, at=datetime.now(UTC))
    assert await reconcile(cast("Client", Silent())) == Mended(cases_closed=1)
    assert row(case).state == CaseState.CLOSED
