"""Carries a story by a simulated clock and simulated people: the same story, in milliseconds.

For fast tests, and for showing what a case would do (decision 12). Nothing here waits in real time: the
stage looks for the next thing that happens, moves its clock there, and lets the story go on.
"""

import heapq
from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, Generic, TypeVar

from retention.messages.tasks import (
    Comment,
    OpenTask,
    PlanRequest,
    Raise,
    Replan,
    Rung,
    SetDueDate,
    TaskCommand,
    TaskMemory,
    TaskPlan,
    TaskResult,
    Withdraw,
)
from retention.vocabulary import TaskState
from workflows import steps, task_acts, task_ladder
from workflows.carrier import Dated

Asked = TypeVar("Asked")
Done = TypeVar("Done")
Told = TypeVar("Told")
HEARD: dict[str, Callable[..., TaskMemory]] = {
    "withdraw": task_acts.withdraw,
    "hear": task_acts.comment,
    "escalate": task_acts.escalate,
}


class NothingHappens(Exception):  # noqa: N818 (an answer: the script of the rehearsal lacks something)
    """The story waits for something that nobody on the stage will ever do."""


@dataclass
class Wait:
    """What a part of the story waits for; awaiting it hands it to the stage."""

    condition: Callable[[], bool]
    instant: datetime | None
    summary: str

    def __await__(self) -> Generator["Wait", None, None]:
        yield self


@dataclass
class Part(Generic[Told]):
    """The story, or one of the things that it hears, on its way."""

    going: Coroutine[Wait, None, Told]
    wait: Wait | None = None
    over: bool = False
    told: list[Told] = field(default_factory=list)  # how it ended, once it has


class RehearsedTask:
    """A task by the real rules of what may be done to it."""

    def __init__(self, task: OpenTask, stage: "Stage", *, dated: Dated) -> None:
        self.task = task
        self._dated = dated
        self.versions = [task_acts.opened(task)]  # all that it has been
        self._stage = stage
        self._await_rungs()

    @property
    def memory(self) -> TaskMemory:
        """What it is now."""
        return self.versions[-1]

    @memory.setter
    def memory(self, becomes: TaskMemory) -> None:
        self.versions.append(becomes)

    def over(self) -> bool:
        return self.memory.state is not TaskState.CREATED

    async def result(self) -> TaskResult:
        await self._stage.until(self.over, None, f"Waiting for: {self.task.title}")
        known = set(TaskResult.model_fields) - {"task_id", "late"}
        done_at = self.memory.completed_at
        late = done_at is not None and done_at > self.memory.due_at
        return TaskResult(task_id=self.task.task_id, late=late, **self.memory.model_dump(include=known))

    async def tell(self, name: str, message: Comment | Raise | Replan | Withdraw) -> None:
        if self.over():
            return
        if isinstance(message, Replan):
            await self._replan(message)
        else:
            act = HEARD[name]
            self.memory = act(self.memory, message, at=self._stage.now())

    def act(self, act: Callable[..., TaskMemory], command: TaskCommand, **more: Any) -> None:
        """Do something to it as a person would. Raises `NotNow` when it may not be done."""
        self.memory = act(self.memory, command, at=self._stage.now(), **more)

    async def date(self, command: SetDueDate) -> None:
        """Give it another due date as a person would."""
        plan = await self._plan(task_ladder.by_hand(self.task, command.due_at, at=self._stage.now()))
        self.act(task_acts.set_due_date, command, plan=plan)
        self._await_rungs()
        await self._dated(command.due_at)

    async def _plan(self, asked: PlanRequest) -> TaskPlan:
        return await self._stage.do(steps.plan_task, asked)

    async def _replan(self, message: Replan) -> None:
        at, plan = self._stage.now(), None
        if self.memory.due_by_hand:
            self.memory = task_acts.keep_due_date(self.memory, message, at=at)
            return
        if message.due_at is not None:
            plan = await self._plan(task_ladder.by_clock(self.task, message))
        self.memory = task_acts.replan(self.memory, message, plan=plan, at=at)
        self._await_rungs()

    def _await_rungs(self) -> None:
        for rung in self.memory.ladder:
            self._stage.at(rung.at, partial(self._climb, rung))

    def _climb(self, rung: Rung) -> None:
        if rung in self.memory.ladder:
            self.memory = task_acts.climb(self.memory, rung, at=self._stage.now())


class Stage:
    """The carrier of rehearsed stories: a clock, an agenda, and answers to what a story has done.

    `answers` gives, by the name of a step, what the world answers; `on_task` is told of each task as it
    opens, and puts on the agenda what people do to it.
    """

    def __init__(
        self,
        begins: datetime,
        answers: Mapping[str, Callable[[Any], Any]],
        *,
        on_task: Callable[[RehearsedTask], None] = lambda _task: None,
    ) -> None:
        self.tasks: list[RehearsedTask] = []
        self.done: list[tuple[datetime, str, Any]] = []  # every step, when, and with what
        self.shown: list[tuple[datetime, str]] = []  # the current details, as they changed
        self.waits: list[tuple[datetime, str]] = []  # the summary of every timer
        self._now = begins
        self._answers, self._on_task = answers, on_task
        self._agenda: list[tuple[datetime, int, Callable[[], Any]]] = []
        self._order, self._ids = count(), count(1)
        self._parts: list[Part[Any]] = []

    # What the director of a rehearsal does.

    def at(self, instant: datetime, act: Callable[[], Any]) -> None:
        """Something happens at an instant; an act that returns a coroutine is heard as a part of its own."""
        heapq.heappush(self._agenda, (instant, next(self._order), act))

    def play(self, story: Coroutine[Any, Any, Told]) -> Told:
        """Tell a story to its end. Raises NothingHappens when it waits for what never comes."""
        main = self._begin(story)
        while not main.over:
            if not self._advance_parts():
                self._next_instant()
        return main.told[0]

    def cancel(self) -> None:
        """The story is canceled where it waits, as by the button in the Temporal UI."""
        self._go_on(self._parts[0], lambda going: going.throw(CancelledError()))

    # What a story asks of its carrier.

    def now(self) -> datetime:
        return self._now

    def later(self, business: timedelta, *, real: timedelta) -> datetime:
        return self._now + max(business, real)  # on the stage the two are one

    def new_id(self) -> str:
        return f"id-{next(self._ids)}"

    def changed(self, _change: str) -> bool:
        return True

    async def until(self, condition: Callable[[], bool], instant: datetime | None, summary: str) -> bool:
        if instant is not None:
            self.waits.append((self._now, summary))
        if not condition():
            await Wait(condition, instant, summary)
        return condition()

    async def do(self, step: Callable[[Asked], Awaitable[Done]], request: Asked) -> Done:
        self.done.append((self._now, step.__name__, request))
        answer: Done = self._answers[step.__name__](request)
        return answer

    async def open(self, task: OpenTask, *, dated: Dated) -> RehearsedTask:
        opened = RehearsedTask(task, self, dated=dated)
        self.tasks.append(opened)
        self._on_task(opened)
        return opened

    async def together(self, *acts: Awaitable[Any]) -> None:
        for act in acts:
            await act

    def show(self, details: str, attributes: list[Any] | None) -> None:  # noqa: ARG002 (lists are Temporal's)
        self.shown.append((self._now, details))

    async def settle(self) -> None:
        mine = self._parts[0]
        await self.until(lambda: all(part.over for part in self._parts if part is not mine), None, "")

    def _begin(self, going: Coroutine[Any, Any, Told]) -> Part[Told]:
        part = Part(going)
        self._parts.append(part)
        return part

    def _advance_parts(self) -> bool:
        """Let every part go on that can; whether one could."""
        moved = False
        for part in list(self._parts):
            if not part.over and (part.wait is None or self._has_come(part.wait)):
                moved = True
                self._advance(part)
        return moved

    def _has_come(self, wait: Wait) -> bool:
        return wait.condition() or (wait.instant is not None and wait.instant <= self._now)

    def _advance(self, part: Part[Any]) -> None:
        self._go_on(part, lambda going: going.send(None))

    def _go_on(self, part: Part[Any], go: Callable[[Coroutine[Wait, None, Any]], Wait]) -> None:
        try:
            part.wait = go(part.going)
        except StopIteration as end:
            part.over = True
            part.told.append(end.value)

    def _next_instant(self) -> None:
        """Move the clock to what comes next; who acts in the instant of a deadline was first."""
        waited = [
            part.wait.instant for part in self._parts if not part.over and part.wait and part.wait.instant
        ]
        deadline = min(waited, default=None)
        if self._agenda and (deadline is None or self._agenda[0][0] <= deadline):
            instant, _, act = heapq.heappop(self._agenda)
            self._now = max(self._now, instant)
            heard = act()
            if isinstance(heard, Coroutine):
                self._begin(heard)
            return
        if deadline is None:
            waiting = [part.wait.summary for part in self._parts if not part.over and part.wait]
            raise NothingHappens(f"At {self._now:%d %b %H:%M} the story waits, and nobody comes: {waiting}")
        self._now = max(self._now, deadline)
