"""The verbs that every programme is told in: open a task, wait for its end, note, wait, close."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, ChildWorkflowError

from retention.messages.cases import AlsoFound, CaseProgress, CaseResult, StartCase
from retention.messages.forms import FORM_VERSION
from retention.messages.tasks import SYSTEM, Comment, OpenTask, PlanRequest, TaskResult, Withdraw
from retention.vocabulary import CaseState, FollowUp, Outcome, TaskState
from workflows import shown, steps

# By name: a case does not load the task's code, which is not cheap, into its own sandbox.
HUMAN_TASK = "HumanTask"
ENDED_OUTSIDE = "The task was ended from outside Mainstay."
# What a task takes over from its case as it is.
HANDED_ON = {"case_id", "tutor_number", "decision_id", "priority", "rule_id", "churn_score", "clock"}


class TaskInHand:
    """A task that a case has opened."""

    def __init__(self, task: OpenTask, handle: workflow.ChildWorkflowHandle[Any, TaskResult]) -> None:
        self.task = task
        self.handle = handle

    def over(self) -> bool:
        """Whether it has ended, one way or the other."""
        return self.handle.done()


class Casework:
    """One case at work: what it is about, how far it is, and the task that it waits for."""

    def __init__(self, case: StartCase) -> None:
        self.case = case
        self.outcome: Outcome | None = None
        self.added: dict[str, AlsoFound] = {}  # what other rules have found, by command
        self._last: CaseProgress | None = None
        self._open: TaskInHand | None = None
        self._noting = asyncio.Lock()  # notes are written in the order in which they were made

    def now(self) -> datetime:
        """Business now."""
        return self.case.clock.at(workflow.now())

    async def open_task(self) -> TaskInHand:
        """Offer the case's task to its group, with the deadlines of its policy."""
        opened_at = self.now()
        plan = await steps.plan_task(PlanRequest(policy=self.case.task_policy, opened_at=opened_at))
        case = self.case
        task = OpenTask(
            task_id=str(workflow.uuid4()),
            form_key=case.task_kind.value,
            form_version=FORM_VERSION,
            title=shown.TITLES[case.task_kind],
            kind=case.task_kind,
            group=case.owner_group,
            policy=case.task_policy,
            opened_at=opened_at,
            plan=plan,
            risk_band=case.risk_band.value if case.risk_band else "",
            **case.model_dump(include=HANDED_ON),
        )
        self._open = TaskInHand(task, await self._started(task))
        group = shown.GROUPS[case.owner_group]
        await self.note(f"{group} to answer: {task.title.lower()}", until=plan.due_at)
        return self._open

    async def ended(self, task: TaskInHand) -> TaskResult:
        """How the task ended; one that was ended in the Temporal UI counts as withdrawn."""
        await workflow.wait_condition(task.over)  # a canceled case is told here, and not by its task
        try:
            return await task.handle
        except ChildWorkflowError:
            return TaskResult(task_id=task.task.task_id, state=TaskState.CANCELED)
        finally:
            self._open = None

    async def withdraw(self, task: TaskInHand, reason: str, *, unless_taken: bool = False) -> None:
        """Tell the task that it is no longer needed. One that is over does not mind."""
        wish = Withdraw(
            command_id=str(workflow.uuid4()), actor=SYSTEM, reason=reason, unless_taken=unless_taken
        )
        await self._signal(task, "withdraw", wish)

    async def tell(self, words: str, *, command_id: str) -> None:
        """Put a comment on the open task, so that whoever answers it reads this first."""
        if self._open is not None:
            said = Comment(command_id=command_id, actor=SYSTEM, text=words)
            await self._signal(self._open, "hear", said)

    async def add(self, found: AlsoFound) -> None:
        """What another rule has found goes onto the open task and into the story. Repeatable."""
        if found.command_id in self.added:
            return
        self.added[found.command_id] = found
        await workflow.wait_condition(lambda: self._last is not None)  # it may come with the start
        words = shown.also_found(found)
        await asyncio.gather(self.tell(words, command_id=found.command_id), self.remark(words))

    async def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait for something to happen, for as long as it takes."""
        await workflow.wait_condition(condition)

    async def wait(self, length: timedelta, summary: str) -> None:
        """Let business time pass."""
        until = self.now() + length
        await workflow.sleep(self.case.clock.until(until, real_now=workflow.now()), summary=summary)

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
        progress = CaseProgress(
            case_id=self.case.case_id,
            version=self._last.version + 1 if self._last else 1,
            state=state,
            waiting_for=waiting_for,
            waiting_until=until,
            at=self.now(),
            outcome=self.outcome,
            follow_up=follow_up,
            note=note,
        )
        self._last = progress
        workflow.set_current_details(shown.case_details(self.case, progress))
        if state is not CaseState.OPEN:  # the start has told the first ones
            workflow.upsert_search_attributes(shown.case_attributes(progress))
        async with self._noting:
            await steps.record_case(progress)

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
        await workflow.wait_condition(workflow.all_handlers_finished)
        return CaseResult(case_id=self.case.case_id, outcome=outcome, follow_up=follow_up, late=late)

    async def stop(self, reason: str) -> CaseResult:
        """The case was canceled: its task goes, and what had come of it stays."""
        if self._open is not None:
            await self.withdraw(self._open, reason)
        return await self.close(self.outcome or Outcome.WITHDRAWN, note=reason)

    async def _signal(self, task: TaskInHand, name: str, message: Comment | Withdraw) -> None:
        target = workflow.get_external_workflow_handle(task.handle.id)
        try:
            await target.signal(name, message)
        except ApplicationError:  # it ended a moment ago
            return

    async def _started(self, task: OpenTask) -> workflow.ChildWorkflowHandle[Any, TaskResult]:
        return await workflow.start_child_workflow(
            HUMAN_TASK,
            task,
            result_type=TaskResult,
            id=f"task/{task.task_id}",
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,  # withdrawn explicitly (design 4)
            cancellation_type=workflow.ChildWorkflowCancellationType.ABANDON,
            static_summary=shown.task_summary(task),
            search_attributes=shown.new_task_attributes(task),
        )
