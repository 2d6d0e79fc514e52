"""The bare twin of a case with its task: its timers, activities, child, updates and attributes, no logic."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from retention.temporal import search_attributes as known
from retention.temporal.queues import WORK

LIMIT = timedelta(seconds=10)
DAY = timedelta(days=1)
ATTRIBUTES = TypedSearchAttributes(
    [
        SearchAttributePair(known.PROGRAMME, "bare"),
        SearchAttributePair(known.TUTOR_NUMBER, "10023"),
        SearchAttributePair(known.CASE_STATE, "created"),
        SearchAttributePair(known.OWNER_GROUP, "people_ops"),
        SearchAttributePair(known.RULE_ID, "R1"),
        SearchAttributePair(known.OVERDUE, value=False),
    ]
)


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
        workflow.upsert_search_attributes([known.ASSIGNEE.value_set("7")])
        await self._show(command)
        return command

    @claim.validator
    def _may_claim(self, command: dict[str, Any]) -> None:
        """Everybody may."""

    @workflow.update
    async def complete(self, command: dict[str, Any]) -> dict[str, Any]:
        self._done = True
        workflow.upsert_search_attributes([known.CASE_STATE.value_set("completed")])
        await self._show(command)
        return command

    @complete.validator
    def _may_complete(self, command: dict[str, Any]) -> None:
        """Everybody may."""

    async def _show(self, what: dict[str, Any]) -> None:
        async with self._showing:
            await _done("bare_show", what)


@workflow.defn(name="BareCase")
class BareCase:
    """Plans, opens the task, notes it, waits for its end and notes that."""

    @workflow.run
    async def run(self, case: dict[str, Any]) -> str:
        await _done("bare_plan", case)
        task = {"case_id": case["case_id"], "task_id": str(workflow.uuid4())}
        child = await workflow.start_child_workflow(
            BareTask.run, task, id=f"task/{task['task_id']}", search_attributes=ATTRIBUTES
        )
        await _done("bare_note", case)
        answer = await child
        workflow.upsert_search_attributes([known.CASE_STATE.value_set("closed")])
        await _done("bare_note", case)
        return answer


async def _done(activity: str, what: dict[str, Any]) -> None:
    await workflow.execute_activity(activity, what, task_queue=WORK, start_to_close_timeout=LIMIT)
