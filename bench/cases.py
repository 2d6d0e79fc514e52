"""Completed cases a second, and CPU to replay one, against a bare twin of the same shape.

Both sides run in turn on one dev server and one worker; activities do nothing on either side, so that
what is weighed is the workflows alone.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.worker import Replayer, Worker

from activities.deadlines import plan
from bench.bare import BareCase, BareTask
from bench.rows import Row, interleaved
from local import temporal_binary
from local.temporal_server import prepare, start_temporal
from retention.clock import real_time
from retention.messages.cases import CaseProgress, StartCase
from retention.messages.tasks import Claim, Complete, PlanRequest, TaskPlan, TaskSnapshot
from retention.temporal.connection import CONVERTER, connect
from retention.temporal.queues import CASES, WORK
from retention.vocabulary import OwnerGroup, Programme, TaskKind
from workflows.registry import CASE_WORKFLOWS, runner

N = 60  # cases a round
AT_ONCE = 15
ROUNDS = 3
REPLAYED = 20  # histories of each side
NAMESPACE = "bench"
NOTES = {"notes": "Called the student; the microphone was broken.", "follow_up": "close_now"}


@dataclass
class Side:
    """One of the two: its workflow, its input, and what it has shown."""

    workflow: str
    input: Callable[[str], Any]
    shown: dict[str, "asyncio.Future[str]"] = field(default_factory=dict)  # by case: its task's id
    case_ids: list[str] = field(default_factory=list)

    def show(self, case_id: str, task_id: str) -> None:
        """A task of a case has been shown."""
        if not self.shown[case_id].done():
            self.shown[case_id].set_result(task_id)


def rows() -> list[Row]:
    """Both ratios, and how many events a case takes."""
    server = start_temporal(None, program=temporal_binary.provide(), ui=False)
    ours = Side("FirstSessionReview", _a_case)
    bare = Side("BareCase", lambda case_id: {"case_id": case_id})
    try:
        prepare(server.address, [NAMESPACE])
        with asyncio.Runner() as loop:
            stack, client = loop.run(_open(server.address, ours, bare))
            flow = interleaved(
                lambda: loop.run(_rate(client, ours)), lambda: loop.run(_rate(client, bare)), rounds=ROUNDS
            )
            kept = [loop.run(_histories(client, side)) for side in (ours, bare)]
            replay = interleaved(
                lambda: loop.run(_replay_cpu(kept[0])), lambda: loop.run(_replay_cpu(kept[1])), rounds=ROUNDS
            )
            loop.run(stack.aclose())
    finally:
        server.stop()
    events = [sum(len(history.events) for history in some) / REPLAYED for some in kept]
    return [
        Row("cases", "completed", N, *flow[:2], "cases/s", flow[2], 0.8, at_most=False),
        Row("cases", "replay", REPLAYED, *replay[:2], "cpu_s", replay[2], 1.3),
        Row("cases", "events a case", REPLAYED, *events, "events", events[0] / events[1], None),
    ]


async def _open(address: str, ours: Side, bare: Side) -> tuple[AsyncExitStack, Client]:
    client, stack = await connect(address, NAMESPACE), AsyncExitStack()
    known = [*_our_activities(ours), *_bare_activities(bare)]
    both = (*CASE_WORKFLOWS, BareCase, BareTask)
    work = Worker(client, task_queue=WORK, activities=known[:3])
    cases = Worker(client, task_queue=CASES, workflows=both, activities=known[3:], workflow_runner=runner())
    for worker in (work, cases):
        await stack.enter_async_context(worker)
    return stack, client


def _our_activities(side: Side) -> list[Callable[..., Any]]:
    @activity.defn
    async def plan_task(request: PlanRequest) -> TaskPlan:
        return plan(request.policy, opened_at=request.opened_at)

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


async def _rate(client: Client, side: Side) -> float:
    """Cases a second, from start to end, each answered at once."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with places:
            await _complete(client, side)

    begin = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(N)))
    return N / (time.perf_counter() - begin)


async def _complete(client: Client, side: Side) -> None:
    case_id = f"{side.workflow}/{uuid4().hex}"
    side.shown[case_id] = asyncio.get_running_loop().create_future()
    case = await client.start_workflow(side.workflow, side.input(case_id), id=case_id, task_queue=CASES)
    task = client.get_workflow_handle(f"task/{await side.shown[case_id]}")
    claim = Claim(command_id=uuid4().hex, actor="7")
    await task.execute_update("claim", claim, id=claim.command_id)
    done = Complete(command_id=uuid4().hex, actor="7", outcome="no_action_needed", form=NOTES)
    await task.execute_update("complete", done, id=done.command_id)
    await case.result()
    side.case_ids.append(case_id)


async def _histories(client: Client, side: Side) -> list[WorkflowHistory]:
    """The histories of some cases and of their tasks."""
    kept: list[WorkflowHistory] = []
    for case_id in side.case_ids[:REPLAYED]:
        for workflow_id in (case_id, f"task/{side.shown[case_id].result()}"):
            handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(workflow_id)
            kept.append(await handle.fetch_history())
    return kept


async def _replay_cpu(histories: list[WorkflowHistory]) -> float:
    """CPU seconds of this process to replay them all."""
    replayer = Replayer(
        workflows=[*CASE_WORKFLOWS, BareCase, BareTask], data_converter=CONVERTER, workflow_runner=runner()
    )
    begin = time.process_time()
    for history in histories:
        await replayer.replay_workflow(history)
    return time.process_time() - begin


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
