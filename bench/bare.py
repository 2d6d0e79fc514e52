"""The bare twin of a case with its task: the same timers, activities, child and updates, and no logic."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import workflow

LIMIT = timedelta(seconds=10)
DAY = timedelta(days=1)


@workflow.defn(name="BareTask")
class BareTask:
    """Shows itself, waits for two updates under a timer, and ends."""

    def __init__(self) -> None:
        self._done = False
        self._showing = asyncio.Lock()

    @workflow.run
    async def run(self, task: dict[str, Any]) -> str:
        await self._show(task)
        await workflow.wait_condition(lambda: self._done, timeout=DAY, timeout_summary="a timer")
        await workflow.wait_condition(workflow.all_handlers_finished)
        return "done"

    @workflow.update
    async def claim(self, command: dict[str, Any]) -> dict[str, Any]:
        await self._show(command)
        return command

    @claim.validator
    def _may_claim(self, command: dict[str, Any]) -> None:
        """Everybody may."""

    @workflow.update
    async def complete(self, command: dict[str, Any]) -> dict[str, Any]:
        self._done = True
        await self._show(command)
        return command

    @complete.validator
    def _may_complete(self, command: dict[str, Any]) -> None:
        """Everybody may."""

    async def _show(self, what: dict[str, Any]) -> None:
        async with self._showing:
            await workflow.execute_activity("bare_show", what, start_to_close_timeout=LIMIT)


@workflow.defn(name="BareCase")
class BareCase:
    """Plans, opens the task, notes it, waits for its end and notes that."""

    @workflow.run
    async def run(self, case: dict[str, Any]) -> str:
        await workflow.execute_activity("bare_plan", case, start_to_close_timeout=LIMIT)
        task = {"case_id": case["case_id"], "task_id": str(workflow.uuid4())}
        child = await workflow.start_child_workflow(BareTask.run, task, id=f"task/{task['task_id']}")
        await workflow.execute_activity("bare_note", case, start_to_close_timeout=LIMIT)
        answer = await child
        await workflow.execute_activity("bare_note", case, start_to_close_timeout=LIMIT)
        return answer
