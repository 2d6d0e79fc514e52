"""Where coaching and its bare twin run in turn: one dev server, one process of workers, quick people.

Letters and records are activities that do nothing on either side.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Worker

from activities.deadlines import plan
from bench.bare import BareTask
from bench.bare_coaching import CALL, CHOICE, CONFIRMATION, FOLLOW_UP, LETTER, OFFER, BareCoaching
from local import temporal_binary
from local.temporal_server import prepare, start_temporal
from retention.clock import real_time
from retention.messages.cases import CaseProgress
from retention.messages.coaching import AgreedActions
from retention.messages.effects import EffectFigure, MeasureEffect
from retention.messages.letters import LetterSent, LetterWindow, LetterWish, TutorAnswer, Window
from retention.messages.sla import SlaQuestion, SlaReading
from retention.messages.tasks import Complete, PlanRequest, TaskPlan, TaskSnapshot
from retention.programmes.coaching import CoachingTerms, StartCoaching
from retention.temporal.connection import connect
from retention.temporal.queues import CASES, MAIL, WORK
from retention.vocabulary import (
    EffectVerdict,
    Letter,
    LetterState,
    OwnerGroup,
    Programme,
    TaskKind,
)
from workflows.coaching_actions import TO_CONFIRM
from workflows.registry import CASE_WORKFLOWS, runner

AT_ONCE = 12  # cases under way
PAUSE = timedelta(seconds=4)  # from the call to the look at it: longer than the tutor takes to confirm
NAMESPACE = "bench"
DAY = timedelta(days=1)
WORDS = "Ada tells good stories and loses time at the start."
ALL_WORKFLOWS: tuple[type, ...] = (*CASE_WORKFLOWS, BareCoaching, BareTask)
TOLD_BY = {"the tutor to choose a time": CHOICE, TO_CONFIRM: CONFIRMATION}


@dataclass
class Side:
    """One of the two, and what is heard of each of its cases."""

    workflow: str
    input: Callable[[str], Any]
    heard: dict[str, dict[str, "asyncio.Future[str]"]] = field(default_factory=dict)
    completed: list[str] = field(default_factory=list)

    def tell(self, case_id: str, what: str, more: str = "") -> None:
        """Something has happened to a case, for the first time."""
        if not self.heard[case_id][what].done():
            self.heard[case_id][what].set_result(more)


@dataclass
class Stage:
    """The two sides at work. To be used from the thread that made it."""

    loop: asyncio.Runner
    client: Client
    ours: Side
    bare: Side

    def rate(self, side: Side, count: int) -> float:
        """Completed cases a second."""
        begin = time.perf_counter()
        self.loop.run(self._complete_all(side, count))
        return count / (time.perf_counter() - begin)

    def histories(self, side: Side, count: int) -> list[list[WorkflowHistory]]:
        """For each of so many completed cases: its history and those of its tasks."""
        return self.loop.run(self._histories(side, count))

    async def _complete_all(self, side: Side, count: int) -> None:
        places = asyncio.Semaphore(AT_ONCE)

        async def one() -> None:
            async with places:
                await self._complete(side)

        await asyncio.gather(*(one() for _ in range(count)))

    async def _complete(self, side: Side) -> None:
        case_id = f"{side.workflow}/{uuid4().hex}"
        heard: dict[str, asyncio.Future[str]] = defaultdict(asyncio.get_running_loop().create_future)
        side.heard[case_id] = heard
        case = await self.client.start_workflow(
            side.workflow, side.input(case_id), id=case_id, task_queue=CASES
        )
        times = [(datetime.now(UTC) + days * DAY).isoformat() for days in (2, 3)]
        await self._fill_in(await heard[OFFER], "accepted", times=times)
        await heard[CHOICE]
        await self._answer(case_id, "times_1", "slot_1")
        await heard[LETTER]
        await self._fill_in(await heard[CALL], "held", went_well=WORDS, barrier=WORDS, actions=["A plan"])
        await heard[CONFIRMATION]
        await self._answer(case_id, "actions_1", "confirmed")
        await self._fill_in(await heard[FOLLOW_UP], "looked_at", action_1_done=True, remark=WORDS)
        await case.result()
        side.completed.append(case_id)

    async def _fill_in(self, task_id: str, outcome: str, **form: Any) -> None:
        done = Complete(command_id=uuid4().hex, actor="7", outcome=outcome, form=form)
        task = self.client.get_workflow_handle(f"task/{task_id}")
        await task.execute_update("complete", done, id=done.command_id)

    async def _answer(self, case_id: str, step: str, choice: str) -> None:
        said = TutorAnswer(
            command_id=uuid4().hex, letter_key="k", step=step, choice=choice, at=datetime.now(UTC)
        )
        told: Any = said
        if case_id.startswith("Bare"):
            told = {"choice": CHOICE if step == "times_1" else CONFIRMATION}
        await self.client.get_workflow_handle(case_id).execute_update("answer", told, id=said.command_id)

    async def _histories(self, side: Side, count: int) -> list[list[WorkflowHistory]]:
        found = []
        for case_id in side.completed[-count:]:
            tasks = [f"task/{side.heard[case_id][kind].result()}" for kind in (OFFER, CALL, FOLLOW_UP)]
            handles = [self.client.get_workflow_handle(one) for one in (case_id, *tasks)]
            found.append([await handle.fetch_history() for handle in handles])
        return found


@contextmanager
def a_stage() -> Iterator[Stage]:
    """A server of its own, with workers of all queues in this process."""
    ours = Side("Coaching", _a_case)
    bare = Side("BareCoaching", lambda case_id: {"case_id": case_id, "pause": PAUSE.total_seconds()})
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
    send_letter, *others = _our_activities(ours)
    async with (
        Worker(client, task_queue=MAIL, activities=[send_letter]),
        Worker(client, task_queue=WORK, activities=[*others, *_bare_activities(bare)]),
        Worker(client, task_queue=CASES, workflows=ALL_WORKFLOWS, workflow_runner=runner()),
    ):
        yield


def _our_activities(side: Side) -> list[Callable[..., Any]]:
    @activity.defn
    async def send_letter(wish: LetterWish) -> LetterSent:
        if wish.letter is Letter.COACHING_SCHEDULED:
            side.tell(wish.case_id, LETTER)
        return LetterSent(key=wish.key, state=LetterState.SENT, at=wish.as_of)

    @activity.defn
    async def plan_task(request: PlanRequest) -> TaskPlan:
        return plan(request)

    @activity.defn
    async def project_task(snapshot: TaskSnapshot) -> None:
        side.tell(snapshot.case_id, snapshot.kind, snapshot.task_id)

    @activity.defn
    async def record_case(progress: CaseProgress) -> None:
        if progress.waiting_for in TOLD_BY:
            side.tell(progress.case_id, TOLD_BY[progress.waiting_for])

    return [send_letter, plan_task, project_task, record_case, *_answering()]


def _answering() -> list[Callable[..., Any]]:
    @activity.defn
    async def read_sla(question: SlaQuestion) -> SlaReading:
        due_at = question.clock.started_at + question.clock.budget
        return SlaReading(
            spent=timedelta(),
            left=question.clock.budget,
            due_at=due_at,
            paused_for=timedelta(),
            breached=False,
        )

    @activity.defn
    async def letter_window(request: LetterWindow) -> Window:
        return Window(opens_at=request.as_of, zone="UTC")

    @activity.defn
    async def record_actions(agreed: AgreedActions) -> None:
        pass

    @activity.defn
    async def measure_effect(asked: MeasureEffect) -> EffectFigure:
        told = asked.model_dump(include={"subject", "day", "metric"})
        found = {"before": 62.0, "after": 48.0, "verdict": EffectVerdict.IMPROVED}
        return EffectFigure(due_at=asked.as_of, measured_at=asked.at, **told, **found)

    return [read_sla, letter_window, record_actions, measure_effect]


def _bare_activities(side: Side) -> list[Callable[..., Any]]:
    @activity.defn
    async def bare_plan(case: dict[str, Any]) -> dict[str, Any]:
        return case

    @activity.defn
    async def bare_read(case: dict[str, Any]) -> dict[str, Any]:
        return case

    @activity.defn
    async def bare_show(what: dict[str, Any]) -> None:
        if "task_id" in what:
            side.tell(what["case_id"], what["kind"], what["task_id"])

    @activity.defn
    async def bare_note(case: dict[str, Any]) -> None:
        if case["tells"]:
            side.tell(case["case_id"], case["tells"])

    return [bare_plan, bare_read, bare_show, bare_note]


def _a_case(case_id: str) -> StartCoaching:
    return StartCoaching(
        case_id=case_id,
        programme=Programme.COACHING,
        tutor_number=10_023,
        episode="7",
        decision_id=1,
        rule_id="H1.coaching",
        rulebook_version=1,
        opened_at=datetime.now(UTC),
        task_kind=TaskKind.COACHING_OFFER,
        owner_group=OwnerGroup.OPS_MANAGER,
        priority=70,
        churn_score=62,
        clock=real_time(),
        terms=CoachingTerms(follow_up_after=PAUSE),
    )
