"""Carries a story by Temporal: durable timers, activities, and a child workflow for each task."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError, ChildWorkflowError

from retention.clock import Clock
from retention.messages.tasks import Comment, OpenTask, Raise, Replan, TaskDated, TaskResult, Withdraw
from retention.vocabulary import TaskState
from workflows import shown
from workflows.carrier import TASK_DATED, Dated

# By name: a case does not load the task's code, which is not cheap, into its own sandbox.
HUMAN_TASK = "HumanTask"
Asked = TypeVar("Asked")
Done = TypeVar("Done")


class TaskOnTemporal:
    """A task as a child workflow."""

    def __init__(self, task_id: str, handle: workflow.ChildWorkflowHandle[Any, TaskResult]) -> None:
        self._task_id = task_id
        self._handle = handle

    def over(self) -> bool:
        """Whether it has ended, one way or the other."""
        return self._handle.done()

    async def result(self) -> TaskResult:
        """How it ended; one that was ended in the Temporal UI counts as withdrawn."""
        await workflow.wait_condition(self.over)  # a canceled case is told here, and not by its task
        try:
            return await self._handle
        except ChildWorkflowError:
            return TaskResult(task_id=self._task_id, state=TaskState.CANCELED)

    async def tell(self, name: str, message: Comment | Raise | Replan | Withdraw) -> None:
        """Signal it; one that is over does not mind."""
        target = workflow.get_external_workflow_handle(self._handle.id)
        try:
            await target.signal(name, message)
        except ApplicationError:  # it ended a moment ago
            return


class OnTemporal:
    """The carrier of real cases."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._dated: dict[str, Dated] = {}
        workflow.set_signal_handler(TASK_DATED, self._task_dated)

    def now(self) -> datetime:
        return self._clock.at(workflow.now())

    def later(self, business: timedelta, *, real: timedelta) -> datetime:
        return self._clock.later(business, real=real, real_now=workflow.now())

    def new_id(self) -> str:
        return str(workflow.uuid4())

    def changed(self, change: str) -> bool:
        return workflow.patched(change)

    async def until(self, condition: Callable[[], bool], instant: datetime | None, summary: str) -> bool:
        if instant is None:
            await workflow.wait_condition(condition)
            return True
        left = self._clock.until(instant, real_now=workflow.now())
        try:
            await workflow.wait_condition(condition, timeout=left, timeout_summary=summary[:200])
        except TimeoutError:
            return condition()
        return True

    async def do(self, step: Callable[[Asked], Awaitable[Done]], request: Asked) -> Done:
        return await step(request)

    async def open(self, task: OpenTask, *, dated: Dated) -> TaskOnTemporal:
        self._dated[task.task_id] = dated
        handle = await workflow.start_child_workflow(
            HUMAN_TASK,
            task,
            result_type=TaskResult,
            id=f"task/{task.task_id}",
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,  # withdrawn explicitly (design 4)
            cancellation_type=workflow.ChildWorkflowCancellationType.ABANDON,
            static_summary=shown.task_summary(task),
            search_attributes=shown.new_task_attributes(task),
        )
        return TaskOnTemporal(task.task_id, handle)

    async def _task_dated(self, told: TaskDated) -> None:
        if told.task_id in self._dated:
            await self._dated[told.task_id](told.due_at)

    async def together(self, *acts: Awaitable[Any]) -> None:
        await asyncio.gather(*acts)

    def show(self, details: str, attributes: list[Any] | None) -> None:
        workflow.set_current_details(details)
        if attributes is not None:
            workflow.upsert_search_attributes(attributes)

    async def settle(self) -> None:
        await workflow.wait_condition(workflow.all_handlers_finished)
