"""The relay with a real Temporal: everything arrives once, in order, whoever was away meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from temporalio.client import Client
from temporalio.worker import Worker

from activities.serving import worker_of as activities_of
from activities.work import ACTIVITIES
from local import ports
from retention.messages.cases import StartCase
from retention.messages.tasks import Claim, Complete, TaskCommand
from retention.records import command_queue, commands
from retention.records.commands import (
    CASES as CASES_NAMESPACE,
    UPKEEP as UPKEEP_NAMESPACE,
    Command,
    NewCommand,
)
from retention.records.database import transaction
from retention.records.tasks import Task
from retention.temporal.connection import connect
from retention.temporal.queues import CASES, WORK
from retention.vocabulary import CommandKind, CommandState, Outcome
from switchboard import delivery
from switchboard.relay import Relay
from tests.factories.cases import an_opened_case
from tests.testbed.temporal import TwoNamespaces
from tests.testbed.waiting import eventually
from workflows.registry import CASE_WORKFLOWS, worker_of

pytestmark = pytest.mark.devserver
FORM = {"notes": "Called the student; the microphone was broken.", "follow_up": "close_now"}


@asynccontextmanager
async def relaying(cases: Client, upkeep: Client) -> AsyncIterator[None]:
    """A relay for as long as this lasts."""
    running = asyncio.create_task(Relay({CASES_NAMESPACE: cases, UPKEEP_NAMESPACE: upkeep}).run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@asynccontextmanager
async def workers(client: Client) -> AsyncIterator[tuple[Worker, Worker]]:
    async with (
        worker_of(client, CASES, CASE_WORKFLOWS) as one,
        activities_of(client, WORK, ACTIVITIES, slots=2) as other,
    ):
        yield one, other


def a_started_case() -> StartCase:
    """A case as the judgement leaves it: its row and its start, in one transaction."""
    with transaction() as session:
        case = an_opened_case(session, at=datetime.now(UTC))
        commands.put(session, [commands.start_of(case)])
    return case


def tell(task_id: str, name: str, said: TaskCommand) -> UUID:
    command = NewCommand(
        id=UUID(said.command_id),
        target=f"task/{task_id}",
        kind=CommandKind.UPDATE,
        name=name,
        payload=said.model_dump(mode="json"),
        actor=said.actor,
    )
    with transaction() as session:
        commands.put(session, [command])
    return command.id


def a_claim(actor: str) -> Claim:
    return Claim(command_id=str(uuid4()), actor=actor)


def a_completion(actor: str) -> Complete:
    return Complete(command_id=str(uuid4()), actor=actor, outcome=Outcome.NO_ACTION_NEEDED, form=FORM)


def state_of(command_id: UUID) -> tuple[str, dict[str, object]]:
    with transaction() as session:
        known = commands.find(session, command_id)
        assert known is not None
        return known.state, known.answer or {}


async def settled(command_id: UUID) -> tuple[str, dict[str, object]]:
    await eventually(lambda: state_of(command_id)[0] != CommandState.PENDING, within=30)
    return state_of(command_id)


async def task_of(case: StartCase) -> Task:
    def look() -> Task | None:
        with transaction() as session:
            return session.scalars(select(Task).where(Task.case_id == case.case_id)).one_or_none()

    found = await eventually(look)
    assert found is not None
    return found


async def test_a_case_starts_and_the_second_of_two_people_hears_who_was_first(
    data: str, temporal: TwoNamespaces
) -> None:
    async with relaying(temporal.cases, temporal.upkeep), workers(temporal.cases):
        case = a_started_case()
        task = await task_of(case)
        first, second = a_completion("11"), a_completion("12")
        told = [tell(task.task_id, "complete", said) for said in (first, second)]
        answers = [await settled(command) for command in told]
        assert answers[0][0] == CommandState.APPLIED
        assert answers[1][0] in (CommandState.REFUSED, CommandState.DEAD)
        assert answers[1][1]["type"] in ("AlreadyCompleted", "AlreadyClosed")
        result = await temporal.cases.get_workflow_handle(case.case_id).result()
        assert result["outcome"] == Outcome.NO_ACTION_NEEDED
        assert (await task_of(case)).completed_by == "11"


async def test_claim_and_completion_sent_together_arrive_in_order(data: str, temporal: TwoNamespaces) -> None:
    async with relaying(temporal.cases, temporal.upkeep), workers(temporal.cases):
        task = await task_of(a_started_case())
        told = [
            tell(task.task_id, "claim", a_claim("11")),
            tell(task.task_id, "complete", a_completion("11")),
        ]
        assert [(await settled(command))[0] for command in told] == [CommandState.APPLIED] * 2


async def test_what_is_delivered_twice_changes_nothing(data: str, temporal: TwoNamespaces) -> None:
    """As after a relay that was killed between delivery and mark."""
    async with relaying(temporal.cases, temporal.upkeep), workers(temporal.cases):
        case = a_started_case()
        task = await task_of(case)
        command_id = tell(task.task_id, "claim", a_claim("11"))
        await settled(command_id)
        with transaction() as session:
            everything = list(session.scalars(select(Command).order_by(Command.seq)))
        for known in everything:
            held = command_queue.HeldCommand.model_validate(known, from_attributes=True)
            again = await delivery.deliver(temporal.cases, held)
            assert again.state is CommandState.APPLIED
        assert (await task_of(case)).version == 2


async def test_without_workers_an_update_waits_and_is_applied_later(
    data: str, temporal: TwoNamespaces
) -> None:
    async with relaying(temporal.cases, temporal.upkeep):
        async with workers(temporal.cases):
            task = await task_of(a_started_case())
        command_id = tell(task.task_id, "claim", a_claim("11"))
        await eventually(lambda: _attempts(command_id) >= 1)
        assert state_of(command_id)[0] == CommandState.PENDING
        async with workers(temporal.cases):
            assert (await settled(command_id))[0] == CommandState.APPLIED


async def test_without_temporal_commands_wait_and_nothing_is_lost(data: str, temporal: TwoNamespaces) -> None:
    nowhere = await connect(f"{ports.LOOPBACK}:{ports.free_port()}", "cases", lazy=True)
    case = a_started_case()
    async with relaying(nowhere, nowhere):
        [start] = _commands_to(case.case_id)
        await eventually(lambda: _attempts(start) >= 2)
    async with relaying(temporal.cases, temporal.upkeep), workers(temporal.cases):
        assert (await settled(start))[0] == CommandState.APPLIED
        await task_of(case)


async def test_a_command_to_a_workflow_that_never_was_is_put_aside(
    data: str, temporal: TwoNamespaces
) -> None:
    async with relaying(temporal.cases, temporal.upkeep):
        state, answer = await settled(tell(str(uuid4()), "claim", a_claim("11")))
        assert (state, answer["type"]) == (CommandState.DEAD, "AlreadyClosed")


def _attempts(command_id: UUID) -> int:
    with transaction() as session:
        known = commands.find(session, command_id)
        assert known is not None
        return known.attempts


def _commands_to(target: str) -> list[UUID]:
    with transaction() as session:
        return list(session.scalars(select(Command.id).where(Command.target == target)))
