"""A tutor has stopped teaching or misses sessions: a person asks why, unless it mends by itself first."""

import asyncio

from temporalio import workflow

from retention.messages.cases import AlsoFound, CaseResult, RuleResolved, StartCase
from retention.vocabulary import Outcome, TaskState
from workflows import shown
from workflows.casework import CANCELED, ENDED_OUTSIDE, Casework
from workflows.on_temporal import OnTemporal
from workflows.task_in_hand import TaskInHand
from workflows.tutor_events import HearsOfTutor


@workflow.defn(name="AlertCheck")
class AlertCheck(HearsOfTutor):
    """Ask a person; when the cause or the tutor is gone and nobody has begun, take the question back.

    A case to which something was added stays with people: the new cause is not gone.
    """

    @workflow.init
    def __init__(self, case: StartCase) -> None:
        super().__init__(Casework(case, OnTemporal(case.clock)))
        self._resolved: RuleResolved | None = None

    @workflow.run
    async def run(self, case: StartCase) -> CaseResult:  # noqa: ARG002 (the init has taken it)
        try:
            return await self._story()
        except asyncio.CancelledError:
            return await self._work.stop(CANCELED)

    @workflow.signal(description="The fact that started the case no longer holds")
    def rule_resolved(self, resolved: RuleResolved) -> None:
        self._resolved = self._resolved or resolved

    @workflow.signal(description="Another rule has found something that belongs to this case")
    async def also_found(self, found: AlsoFound) -> None:
        await self._work.add(found)

    async def _story(self) -> CaseResult:
        work = self._work
        self._task = task = await work.open_task()
        await work.wait_for(lambda: task.over() or self._resolved is not None)
        if self._resolved is not None and not task.over():
            await self._mended(task, self._resolved)
        result = await work.ended(task)
        if result.state is TaskState.COMPLETED:
            return await work.close(Outcome(str(result.outcome)), late=result.late)
        if self._left is not None:
            return await work.close(Outcome.CHURNED, note=shown.left(self._left))
        if self._resolved is not None:
            return await work.close(self._resolved.outcome, note=self._resolved.reason)
        return await work.close(Outcome.WITHDRAWN, note=ENDED_OUTSIDE)

    async def _mended(self, task: TaskInHand, resolved: RuleResolved) -> None:
        if self._work.has_another_cause:
            await self._work.tell(resolved.reason, command_id=resolved.command_id)
        else:
            await self._work.withdraw(task, resolved.reason, unless_taken=True)
