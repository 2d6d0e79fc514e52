"""The verbs that every programme is told in: open a task, wait, send, note, close."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

from retention.messages.cases import AlsoFound, CaseProgress, CaseResult, StartCase
from retention.messages.effects import EffectFigure, MeasureEffect
from retention.messages.forms import FORM_VERSION
from retention.messages.letters import LetterSent, LetterWindow, LetterWish
from retention.messages.tasks import (
    SYSTEM,
    Comment,
    OpenTask,
    PlanRequest,
    Raise,
    Replan,
    TaskResult,
    Withdraw,
)
from retention.programmes.registry import TASKS
from retention.vocabulary import CaseState, FollowUp, LetterState, Outcome, OwnerGroup, TaskKind
from workflows import shown, steps
from workflows.carrier import Carrier
from workflows.measuring import evaluation_of, measured
from workflows.task_in_hand import WHEN_THE_POLICY_SAYS, Due, TaskInHand

ENDED_OUTSIDE = "The task was ended from outside Mainstay."
OVERTAKEN = "No longer wanted when its hour came."
CANCELED = "Canceled in the Temporal UI."
# What a task takes over from its case as it is.
HANDED_ON = {"case_id", "tutor_number", "decision_id", "priority", "rule_id", "churn_score", "clock"}
Case = TypeVar("Case", bound=StartCase)
Wait = Callable[[datetime, str], Awaitable[object]]


def never() -> bool:
    """The condition of a wait that only time ends."""
    return False


class Casework(Generic[Case]):
    """One case at work: what it is about, how far it is, and the tasks that it waits for."""

    def __init__(self, case: Case, carrier: Carrier) -> None:
        self.case = case
        self.carrier = carrier
        self.outcome: Outcome | None = None
        self.step = ""  # the state of the programme's own machine
        self.acted_at: datetime | None = None  # when the intervention itself happened
        self.appointment_at: datetime | None = None  # as agreed with the tutor
        self.added: dict[str, AlsoFound] = {}  # what other rules have found, by command
        self.open_tasks: dict[str, TaskInHand] = {}
        self.by_hand: dict[str, datetime] = {}  # due dates that people have set, by task
        self._last: CaseProgress | None = None
        self._noting = asyncio.Lock()  # notes are written in the order in which they were made

    def now(self) -> datetime:
        """Business now."""
        return self.carrier.now()

    async def open_task(
        self,
        kind: TaskKind | None = None,
        *,
        group: OwnerGroup | None = None,
        assignee: str | None = None,
        policy: str = "",
        due: Due = WHEN_THE_POLICY_SAYS,
        told_first: bool = False,
    ) -> TaskInHand:
        """Offer a task to a group, the case's own or another, or give it to one person.

        A `due` date that the story has worked out stands; else the policy gives it. `told_first`: what the
        case knows is on its page before anybody can open the task.
        """
        case = self.case
        asked = PlanRequest(
            policy=policy or case.task_policy,
            opened_at=self.now(),
            due_at=due.at,
            group=group or case.owner_group,
            pauses=due.pauses,
        )
        task = await self._planned(kind or case.task_kind, asked, assignee=assignee)
        if told_first:
            await self._waits_for(task)
        held = await self._opened(task)
        if not told_first:
            await self._waits_for(task)
        return held

    async def _opened(self, task: OpenTask) -> TaskInHand:
        opened = await self.carrier.open(task, dated=partial(self._dated, task.task_id))
        self.open_tasks[task.task_id] = held = TaskInHand(task, opened)
        return held

    async def _planned(self, kind: TaskKind | None, asked: PlanRequest, *, assignee: str | None) -> OpenTask:
        assert kind is not None, "a story that opens a task says which"
        plan = await self.carrier.do(steps.plan_task, asked)
        return OpenTask(
            task_id=self.carrier.new_id(),
            form_key=kind.value,
            form_version=FORM_VERSION,
            title=TASKS[kind].title,
            kind=kind,
            assignee=assignee,
            plan=plan,
            risk_band=self.case.risk_band.value if self.case.risk_band else "",
            **asked.model_dump(include={"group", "policy", "opened_at"}),
            **self.case.model_dump(include=HANDED_ON),
        )

    async def _waits_for(self, task: OpenTask) -> None:
        """The case says whom it waits for; until when, a person may have said otherwise already."""
        until = self.by_hand.get(task.task_id, task.plan.due_at)
        await self.note(f"{shown.GROUPS[task.group]} to answer: {task.title.lower()}", until=until)

    async def _dated(self, task_id: str, due_at: datetime) -> None:
        """A person has set the due date of a task: while it is open, the case waits until then."""
        self.by_hand[task_id] = due_at
        if self._last is not None and task_id in self.open_tasks:
            await self.note(self._last.waiting_for, until=due_at, state=self._last.state)

    async def ended(self, task: TaskInHand) -> TaskResult:
        """How the task ended; one that was ended in the Temporal UI counts as withdrawn."""
        result = await task.running.result()
        self.open_tasks.pop(task.task.task_id, None)  # a canceled case does not come here: it withdraws
        return result

    async def withdraw(self, task: TaskInHand, reason: str, *, unless_taken: bool = False) -> None:
        """Tell the task that it is no longer needed. One that is over does not mind."""
        wish = Withdraw(
            command_id=self.carrier.new_id(), actor=SYSTEM, reason=reason, unless_taken=unless_taken
        )
        await task.running.tell("withdraw", wish)

    async def replan(self, task: TaskInHand, due: Due) -> None:
        """The clock behind a task's due date has moved; with no date it stands still.

        A date that a person has set stays: the task says so, and the case goes on waiting until then.
        """
        wish = Replan(command_id=self.carrier.new_id(), actor=SYSTEM, due_at=due.at, pauses=due.pauses)
        await task.running.tell("replan", wish)
        if self._last is not None:
            await self.note(self._last.waiting_for, until=self.by_hand.get(task.task.task_id, due.at))

    async def tell(self, words: str, *, command_id: str) -> None:
        """Put a comment on the open tasks, so that whoever answers them reads this first."""
        for task in list(self.open_tasks.values()):
            await task.running.tell("hear", Comment(command_id=command_id, actor=SYSTEM, text=words))

    async def add(self, found: AlsoFound) -> None:
        """What another rule has found goes onto the open task and into the story. Repeatable."""
        if found.command_id in self.added:
            return
        self.added[found.command_id] = found
        await self.wait_for(lambda: self._last is not None)  # it may come with the start
        words = shown.also_found(found)
        await self.carrier.together(self._pass_on(found, words), self.remark(words))

    @property
    def has_another_cause(self) -> bool:
        """Whether something was found besides what the case began with."""
        return any(found.escalate_to is None for found in self.added.values())

    async def _pass_on(self, found: AlsoFound, words: str) -> None:
        """To whoever answers the open tasks; what has lasted also to a further group."""
        if found.escalate_to is None:
            await self.tell(words, command_id=found.command_id)
            return
        wish = Raise(
            command_id=found.command_id,
            actor=SYSTEM,
            group=found.escalate_to,
            priority_added=found.priority_added,
            reason=words,
        )
        for task in list(self.open_tasks.values()):
            await task.running.tell("escalate", wish)

    async def send(self, letter: LetterWish, *, unless: Callable[[], bool] = never) -> LetterSent:
        """Send a letter at the next hour at which its reader may be written to, unless something happens."""
        if letter.tutor_number is not None:
            asked = LetterWindow(tutor_number=letter.tutor_number, as_of=self.now())
            window = await self.carrier.do(steps.letter_window, asked)
            if window.opens_at > self.now():
                await self.wait_until(unless, window.opens_at, "Waiting for the tutor's waking hours")
        if unless():
            return LetterSent(key=letter.key, state=LetterState.SUPPRESSED, at=self.now(), reason=OVERTAKEN)
        return await self.carrier.do(steps.send_letter, letter.model_copy(update={"as_of": self.now()}))

    async def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait for something to happen, for as long as it takes."""
        await self.carrier.until(condition, None, "")

    async def wait_until(self, condition: Callable[[], bool], instant: datetime | None, summary: str) -> bool:
        """Wait for something to happen, but not longer than until an instant; whether it happened."""
        return await self.carrier.until(condition, instant, summary)

    async def wait(self, length: timedelta, summary: str) -> None:
        """Let business time pass."""
        await self.carrier.until(never, self.now() + length, summary)

    async def measure(self, asked: MeasureEffect, *, wait: Wait) -> EffectFigure:
        """What became of a metric. While the evaluation has not come to that day, it is waited for.

        `wait` is told until when, and the words of the timer; it may end the story.
        """

        async def told_wait(again_at: datetime, give_up: datetime) -> None:
            waiting_for = evaluation_of(asked.as_of)
            if self._last is None or self._last.waiting_for != waiting_for:
                await self.note(waiting_for, until=give_up)
            await wait(again_at, f"Waiting for {waiting_for}")

        return await measured(self.carrier, asked, wait=told_wait)

    async def note(
        self,
        waiting_for: str,
        *,
        until: datetime | None = None,
        state: CaseState = CaseState.OPEN,
        follow_up: FollowUp | None = None,
        note: str = "",
    ) -> None:
        """Write down where the case stands, for our pages and for the Temporal UI."""
        progress = self._progress(state, waiting_for, until=until, follow_up=follow_up, note=note)
        self._last = progress
        news = (
            None if state is CaseState.OPEN else shown.case_attributes(progress)
        )  # the start told the first
        self.carrier.show(shown.case_details(self.case, progress), news)
        async with self._noting:
            await self.carrier.do(steps.record_case, progress)

    def _progress(
        self, state: CaseState, waiting_for: str, *, until: datetime | None, **told: Any
    ) -> CaseProgress:
        return CaseProgress(
            case_id=self.case.case_id,
            version=self._last.version + 1 if self._last else 1,
            state=state,
            waiting_for=waiting_for,
            waiting_until=until,
            at=self.now(),
            step=self.step,
            acted_at=self.acted_at,
            appointment_at=self.appointment_at,
            outcome=self.outcome,
            **told,
        )

    async def remark(self, words: str) -> None:
        """Add a line to the case's story; what it waits for stays."""
        last = self._last
        if last is None or last.state is not CaseState.CLOSED:
            await self.note(
                last.waiting_for if last else "",
                until=last.waiting_until if last else None,
                state=last.state if last else CaseState.OPEN,
                note=words,
            )

    async def close(
        self, outcome: Outcome, *, follow_up: FollowUp | None = None, late: bool = False, note: str = ""
    ) -> CaseResult:
        """The end of the case."""
        self.outcome = outcome
        await self.note("", state=CaseState.CLOSED, follow_up=follow_up, note=note)
        await self.carrier.settle()
        return CaseResult(case_id=self.case.case_id, outcome=outcome, follow_up=follow_up, late=late)

    async def stop(self, reason: str, outcome: Outcome | None = None) -> CaseResult:
        """The case ends before its story does: its tasks go, and what had come of it stays."""
        for task in list(self.open_tasks.values()):
            await self.withdraw(task, reason)
        return await self.close(self.outcome or outcome or Outcome.WITHDRAWN, note=reason)
