"""A task for a person: offered, taken, reminded of, escalated, completed or withdrawn.

Child workflow `task/<id>` of the case that asks. It alone decides what becomes of the task; the row
in the inbox is its projection. What may be done when is in `task_acts`.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NoReturn

from temporalio import workflow
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from retention.messages.tasks import (
    SYSTEM,
    Assign,
    Claim,
    Comment,
    Complete,
    Delegate,
    OpenTask,
    Raise,
    Replan,
    SetDueDate,
    Snooze,
    TaskCommand,
    TaskDated,
    TaskEvent,
    TaskMemory,
    TaskPlan,
    TaskResult,
    TaskSnapshot,
    Unclaim,
    Withdraw,
)
from retention.vocabulary import TaskAct, TaskState
from workflows import shown, steps, task_acts, task_ladder
from workflows.carrier import TASK_DATED
from workflows.task_answers import NotNow


@workflow.defn(name="HumanTask")
class HumanTask:
    """Waits for a person, for as long as it takes; never decides in a person's place."""

    @workflow.init
    def __init__(self, task: OpenTask) -> None:
        self._task = task
        self._memory: TaskMemory = task.state or task_acts.opened(task)
        self._attributes = shown.task_attributes(self._memory)  # the start has told these
        self._planning = asyncio.Lock()  # what the clock says last holds
        self._showing = asyncio.Lock()  # snapshots reach the inbox in the order of their versions

    @workflow.run
    async def run(self, task: OpenTask) -> TaskResult:
        try:
            if task.state is None:
                await asyncio.shield(self._show())
            await self._until_closed()
        except asyncio.CancelledError:  # somebody pressed Cancel in the Temporal UI
            stop = Withdraw(command_id="cancel", actor=SYSTEM, reason="Canceled in the Temporal UI.")
            await self.withdraw(stop)
        await workflow.wait_condition(workflow.all_handlers_finished)
        async with self._showing:  # whatever was said last is in the inbox
            return self._result()

    @workflow.query(description="The task as it stands")
    def snapshot(self) -> TaskSnapshot:
        return self._snapshot()

    @workflow.signal(description="The task is no longer needed")
    async def withdraw(self, command: Withdraw) -> None:
        if self._memory.state is not TaskState.CREATED or command.command_id in self._memory.handled:
            return
        self._memory = task_acts.withdraw(self._memory, command, at=self._now())
        await asyncio.shield(self._show())

    @workflow.signal(description="Mainstay has something to add for whoever answers")
    async def hear(self, command: Comment) -> None:
        if self._memory.state is not TaskState.CREATED or command.command_id in self._memory.handled:
            return
        self._memory = task_acts.comment(self._memory, command, at=self._now())
        await asyncio.shield(self._show())

    @workflow.signal(description="A rule has found that what the task is about lasts")
    async def escalate(self, command: Raise) -> None:
        if self._memory.state is not TaskState.CREATED or command.command_id in self._memory.handled:
            return
        self._memory = task_acts.escalate(self._memory, command, at=self._now())
        await asyncio.shield(self._show())

    @workflow.signal(description="The clock behind the due date has moved")
    async def replan(self, command: Replan) -> None:
        async with self._planning:
            plan = None
            if command.due_at is not None:
                plan = await asyncio.shield(steps.plan_task(task_ladder.by_clock(self._task, command)))
            if self._memory.state is TaskState.CREATED and command.command_id not in self._memory.handled:
                self._memory = self._replanned(command, plan)
                await asyncio.shield(self._show())

    def _replanned(self, command: Replan, plan: TaskPlan | None) -> TaskMemory:
        """What a person has set stays; once it did not, and such tasks are still told again."""
        if self._memory.due_by_hand and workflow.patched("due-date-by-hand"):
            return task_acts.keep_due_date(self._memory, command, at=self._now())
        return task_acts.replan(self._memory, command, plan=plan, at=self._now())

    @workflow.update(description="Take the task")
    async def claim(self, command: Claim) -> TaskSnapshot:
        return await self._act(task_acts.claim, command)

    @claim.validator
    def _may_claim(self, command: Claim) -> None:
        self._check(task_acts.claim, command)

    @workflow.update(description="Put the task back")
    async def unclaim(self, command: Unclaim) -> TaskSnapshot:
        return await self._act(task_acts.unclaim, command)

    @unclaim.validator
    def _may_unclaim(self, command: Unclaim) -> None:
        self._check(task_acts.unclaim, command)

    @workflow.update(description="Give the task to somebody")
    async def assign(self, command: Assign) -> TaskSnapshot:
        return await self._act(task_acts.assign, command)

    @assign.validator
    def _may_assign(self, command: Assign) -> None:
        self._check(task_acts.assign, command)

    @workflow.update(description="Hand the task on; it comes back")
    async def delegate(self, command: Delegate) -> TaskSnapshot:
        return await self._act(task_acts.delegate, command)

    @delegate.validator
    def _may_delegate(self, command: Delegate) -> None:
        self._check(task_acts.delegate, command)

    @workflow.update(description="Put the task aside until a time to come")
    async def snooze(self, command: Snooze) -> TaskSnapshot:
        return await self._act(task_acts.snooze, command, longest=self._task.plan.longest_snooze)

    @snooze.validator
    def _may_snooze(self, command: Snooze) -> None:
        self._check(task_acts.snooze, command, longest=self._task.plan.longest_snooze)

    @workflow.update(description="Say something about the task")
    async def comment(self, command: Comment) -> TaskSnapshot:
        return await self._act(task_acts.comment, command)

    @comment.validator
    def _may_comment(self, command: Comment) -> None:
        self._check(task_acts.comment, command)

    @workflow.update(description="Fill in the form and finish the task")
    async def complete(self, command: Complete) -> TaskSnapshot:
        return await self._act(task_acts.complete, command, form_key=self._task.form_key)

    @complete.validator
    def _may_complete(self, command: Complete) -> None:
        self._check(task_acts.complete, command, form_key=self._task.form_key)

    @workflow.update(description="Set another due date")
    async def set_due_date(self, command: SetDueDate) -> TaskSnapshot:
        if command.command_id in self._memory.handled:
            return self._snapshot()
        asked = task_ladder.by_hand(self._task, command.due_at, at=self._now())
        plan = await steps.plan_task(asked)
        dated = await self._act(task_acts.set_due_date, command, plan=plan)
        if workflow.patched("case-hears-of-due-date"):
            await self._tell_case(command.due_at)
        return dated

    @set_due_date.validator
    def _may_set_due_date(self, command: SetDueDate) -> None:
        self._check(task_acts.may_set_due_date, command)

    async def _tell_case(self, due_at: datetime) -> None:
        """So that what the case says of its wait is what its task says."""
        case = workflow.get_external_workflow_handle(self._task.case_id)
        try:
            await case.signal(TASK_DATED, TaskDated(task_id=self._task.task_id, due_at=due_at))
        except ApplicationError:  # the case is over
            return

    async def _until_closed(self) -> None:
        """Climb the ladder while nobody finishes; start anew when the history has grown long."""
        while self._memory.state is TaskState.CREATED:
            ladder = self._memory.ladder
            try:
                await workflow.wait_condition(
                    partial(self._stirred, ladder),
                    timeout=self._until_next(),
                    timeout_summary=shown.timer_summary(ladder[0]) if ladder else None,
                )
            except TimeoutError:
                if not self._stirred(ladder):  # who acted in the same instant was first
                    await self._climb()
            if workflow.info().is_continue_as_new_suggested():
                await self._start_anew()

    def _stirred(self, ladder: list[Any]) -> bool:
        closed = self._memory.state is not TaskState.CREATED
        moved = self._memory.ladder is not ladder
        return closed or moved or workflow.info().is_continue_as_new_suggested()

    def _until_next(self) -> timedelta | None:
        if not self._memory.ladder:
            return None
        return self._task.clock.until(self._memory.ladder[0].at, real_now=workflow.now())

    async def _climb(self) -> None:
        rung = self._memory.ladder[0]
        self._memory = task_acts.climb(self._memory, rung, at=max(rung.at, self._now()))
        await asyncio.shield(self._show())

    async def _start_anew(self) -> None:
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._memory.state is TaskState.CREATED:
            workflow.continue_as_new(self._task.model_copy(update={"state": self._memory}))

    async def _act(self, act: Callable[..., TaskMemory], command: TaskCommand, **more: Any) -> TaskSnapshot:
        if command.command_id not in self._memory.handled:
            try:
                self._memory = act(self._memory, command, at=self._now(), **more)
            except NotNow as refused:
                _refuse(refused)
            await self._show()
        return self._snapshot()

    def _check(self, act: Callable[..., TaskMemory | None], command: TaskCommand, **more: Any) -> None:
        """Refuse before anything is written; a command handled before is let through to its answer."""
        if command.command_id in self._memory.handled:
            return
        try:
            act(self._memory, command, at=self._now(), **more)
        except NotNow as refused:
            _refuse(refused)

    async def _show(self) -> None:
        """Tell the inbox and the Temporal UI."""
        snapshot = self._snapshot()
        workflow.set_current_details(shown.task_details(self._task, self._memory))
        attributes = shown.task_attributes(self._memory)
        if attributes != self._attributes:
            workflow.upsert_search_attributes(attributes)
        self._attributes = attributes
        async with self._showing:
            await steps.project_task(snapshot)

    def _snapshot(self) -> TaskSnapshot:
        memory = self._memory
        soon = memory.ladder[0] if memory.ladder else None
        event = memory.last or TaskEvent(version=0, act=TaskAct.OPENED, actor=SYSTEM, at=self._task.opened_at)
        given = self._task.model_dump(include=set(TaskSnapshot.model_fields) - {"state"})
        return TaskSnapshot(
            **given,
            state=memory,
            event=event,
            next_at=soon.at if soon else None,
            next_act=soon.act if soon else None,
        )

    def _result(self) -> TaskResult:
        memory = self._memory
        completed_at = memory.completed_at
        return TaskResult(
            task_id=self._task.task_id,
            late=completed_at is not None and completed_at > memory.due_at,
            **memory.model_dump(include=set(TaskResult.model_fields) - {"task_id", "late"}),
        )

    def _now(self) -> datetime:
        return self._task.clock.at(workflow.now())


def _refuse(refused: NotNow) -> NoReturn:
    raise ApplicationError(
        refused.sentence,
        type=refused.kind,
        non_retryable=True,
        category=ApplicationErrorCategory.BENIGN,
    ) from None
