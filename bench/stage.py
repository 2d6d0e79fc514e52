"""Where cases are raced: one dev server, one process of workers, and two sides that run there in turn.

Activities do nothing on either side, so that what is weighed is the workflows alone.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.worker import Worker

from activities.deadlines import plan
from bench.bare import BareCase, BareTask
from local import temporal_binary
from local.temporal_server import prepare, start_temporal
from retention.clock import real_time
from retention.messages.cases import CaseProgress, StartCase
from retention.messages.tasks import Claim, Complete, PlanRequest, TaskPlan, TaskSnapshot
from retention.temporal.connection import connect
from retention.temporal.queues import CASES, WORK
from retention.vocabulary import OwnerGroup, Programme, TaskKind
from workflows.registry import CASE_WORKFLOWS, runner

AT_ONCE = 15  # cases under way
NAMESPACE = "bench"
NOTES = {"notes": "Called the student; the microphone was broken.", "follow_up": "close_now"}
ALL_WORKFLOWS: tuple[type, ...] = (*CASE_WORKFLOWS, BareCase, BareTask)


@dataclass
class Side:
    """One of the two: its workflow, its input, and the cases it has completed."""

    workflow: str
    input: Callable[[str], Any]
    shown: dict[str, "asyncio.Future[str]"] = field(default_factory=dict)  # by case: its task's id
    completed: list[str] = field(default_factory=list)

    def show(self, case_id: str, task_id: str) -> None:
        """A task of a case has been shown."""
        if not self.shown[case_id].done():
            self.shown[case_id].set_result(task_id)


@dataclass
class Stage:
    """The two sides at work. To be used from the thread that made it."""

    loop: asyncio.Runner
    client: Client
    ours: Side
    bare: Side

    def complete(self, side: Side, count: int) -> None:
        """So many cases from start to end, each answered by a person at once."""
        self.loop.run(self._complete_all(side, count))

    def histories(self, side: Side, count: int) -> list[WorkflowHistory]:
        """The histories of so many completed cases, and of their tasks."""
        return self.loop.run(self._histories(side, count))

    async def _complete_all(self, side: Side, count: int) -> None:
        places = asyncio.Semaphore(AT_ONCE)

        async def one() -> None:
            async with places:
                await self._complete(side)

        await asyncio.gather(*(one() for _ in range(count)))

    async def _complete(self, side: Side) -> None:
        case_id = f"{side.workflow}/{uuid4().hex}"
        side.shown[case_id] = asyncio.get_running_loop().create_future()
        case = await self.client.start_workflow(
            side.workflow, side.input(case_id), id=case_id, task_queue=CASES
        )
        task = self.client.get_workflow_handle(f"task/{await side.shown[case_id]}")
        claim = Claim(command_id=uuid4().hex, actor="7")
        await task.execute_update("claim", claim, id=claim.command_id)
        done = Complete(command_id=uuid4().hex, actor="7", outcome="no_action_needed", form=NOTES)
        await task.execute_update("complete", done, id=done.command_id)
        await case.result()
        side.completed.append(case_id)

    async def _histories(self, side: Side, count: int) -> list[WorkflowHistory]:
        kept: list[WorkflowHistory] = []
        for case_id in side.completed[:count]:
            for workflow_id in (case_id, f"task/{side.shown[case_id].result()}"):
                handle: WorkflowHandle[Any, Any] = self.client.get_workflow_handle(workflow_id)
                kept.append(await handle.fetch_history())
        return kept


@contextmanager
def a_stage() -> Iterator[Stage]:
    """A server of its own, with workers of both queues in this process."""
    ours = Side("FirstSessionReview", _a_case)
    bare = Side("BareCase", lambda case_id: {"case_id": case_id})
    server = start_temporal(None, program=temporal_binary.provide(), ui=False)
    try:
        prepare(server.address, [NAMESPACE])
        with asyncio.Runner() as loop:
            client = loop.run(connect(server.address, NAMESPACE))
            workers = _workers(client, ours, bare)
            loop.run(workers.__aenter__())
            try:
                yield Stage(loop, client, ours, bare)
            finally:
                loop.run(workers.__aexit__(None, None, None))
    finally:
        server.stop()


@asynccontextmanager
async def _workers(client: Client, ours: Side, bare: Side) -> AsyncIterator[None]:
    known = [*_our_activities(ours), *_bare_activities(bare)]
    async with (
        Worker(client, task_queue=WORK, activities=known),
        Worker(client, task_queue=CASES, workflows=ALL_WORKFLOWS, workflow_runner=runner()),
    ):
        yield


def _our_activities(side: Side) -> list[Callable[..., Any]]:
    @activity.defn
    async def plan_task(request: PlanRequest) -> TaskPlan:
        return plan(request)

    @activity.defn
    async def project_task(snapshot: TaskSnapshot) -> None:
        side.show(snapshot.case_id, snapshot.task_id)

    @activity.defn
    async def record_case(progress: CaseProgress) -> None:
        pass

    return [plan_task, project_task, record_case]


def _bare_activities(side: Side) -> list[Callable[..., Any]]:
    @activity.defn
    async def bare_plan(case: dict[str, Any]) -> dict[str, Any]:
        return case

    @activity.defn
    async def bare_show(what: dict[str, Any]) -> None:
        if "task_id" in what:
            side.show(what["case_id"], what["task_id"])

    @activity.defn
    async def bare_note(case: dict[str, Any]) -> None:
        pass

    return [bare_plan, bare_show, bare_note]


def _a_case(case_id: str) -> StartCase:
    return StartCase(
        case_id=case_id,
        programme=Programme.FIRST_SESSION_REVIEW,
        tutor_number=10_023,
        episode="7",
        decision_id=1,
        rule_id="R1",
        rulebook_version=1,
        opened_at=datetime.now(UTC),
        task_kind=TaskKind.FIRST_SESSION_REVIEW,
        owner_group=OwnerGroup.PEOPLE_OPS,
        priority=60,
        task_policy="first_session_review",
        clock=real_time(),
    )
