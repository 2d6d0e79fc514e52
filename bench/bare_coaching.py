"""The bare twin of a coaching case: its timers, activities, children, updates and attributes, no logic."""

from datetime import timedelta
from typing import Any

from temporalio import workflow

from bench.bare import ATTRIBUTES, DAY, BareTask
from retention.temporal import search_attributes as known
from retention.temporal.queues import WORK

LIMIT = timedelta(seconds=10)
OFFER, CALL, FOLLOW_UP = "coaching_offer", "coaching_call", "coaching_follow_up"
LETTER, CHOICE, CONFIRMATION = "letter", "choice", "confirmation"


@workflow.defn(name="BareCoaching")
class BareCoaching:
    """Three tasks, three letters, two answers, and a pause before the last task."""

    def __init__(self) -> None:
        self._answers: list[str] = []

    @workflow.run
    async def run(self, case: dict[str, Any]) -> str:
        self._case = case
        await self._do("bare_read")
        await (await self._task(OFFER))
        await self._notes(1)
        await self._letter(1)
        await self._do("bare_read")
        await self._notes(1, tells=CHOICE)
        await self._answer(CHOICE, within=DAY)
        await self._do("bare_read")
        call = await self._task(CALL)
        await self._letter(2, tells=LETTER)
        await call
        await self._notes(3)
        await self._letter(3)
        await self._notes(1, tells=CONFIRMATION)
        await self._answer(CONFIRMATION, within=timedelta(seconds=case["pause"]))
        await self._notes(2)
        await workflow.sleep(timedelta(seconds=case["pause"]), summary="a timer")
        await (await self._task(FOLLOW_UP))
        await self._notes(1)
        await self._do("bare_read")
        workflow.upsert_search_attributes([known.CASE_STATE.value_set("closed")])
        await self._notes(1)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return "done"

    @workflow.update
    def answer(self, said: dict[str, Any]) -> dict[str, Any]:
        self._answers.append(said["choice"])
        return said

    async def _task(self, kind: str) -> workflow.ChildWorkflowHandle[Any, str]:
        await self._do("bare_plan")
        task = {"case_id": self._case["case_id"], "task_id": str(workflow.uuid4()), "kind": kind}
        child = await workflow.start_child_workflow(
            BareTask.run, task, id=f"task/{task['task_id']}", search_attributes=ATTRIBUTES
        )
        await self._notes(1)
        return child

    async def _letter(self, number: int, *, tells: str = "") -> None:
        await self._do("bare_read")
        await self._do("bare_note", number=number, tells=tells)

    async def _answer(self, said: str, *, within: timedelta) -> None:
        await workflow.wait_condition(
            lambda: said in self._answers, timeout=within, timeout_summary="a timer"
        )

    async def _notes(self, count: int, *, tells: str = "") -> None:
        for _ in range(count):
            await self._do("bare_note", tells=tells)

    async def _do(self, name: str, **more: Any) -> None:
        await workflow.execute_activity(
            name, self._case | more, task_queue=WORK, start_to_close_timeout=LIMIT
        )
