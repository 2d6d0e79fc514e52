"""A first session went badly (R1): a person looks into it, and the tutor's next first session is watched."""

import asyncio

from temporalio import workflow

from retention.messages.cases import (
    AlsoFound,
    CaseResult,
    FollowUpFinding,
    NextFirstSession,
    RuleResolved,
)
from retention.messages.tasks import TaskResult
from retention.programmes.first_session_review import StartReview
from retention.vocabulary import CaseState, FollowUp, FollowUpWish, Outcome, TaskState
from workflows import shown, steps
from workflows.casework import CANCELED, ENDED_OUTSIDE, Casework
from workflows.on_temporal import OnTemporal
from workflows.tutor_events import HearsOfTutor

WATCHING = "the tutor's next first session"


@workflow.defn(name="FirstSessionReview")
class FirstSessionReview(HearsOfTutor):
    """Ask a person; when they so wish, watch the next first session for 30 days; close with both."""

    @workflow.init
    def __init__(self, case: StartReview) -> None:
        super().__init__(Casework(case, OnTemporal(case.clock)))
        self._terms = case.terms
        self._heard: set[str] = set()

    @workflow.run
    async def run(self, case: StartReview) -> CaseResult:  # noqa: ARG002 (the init has taken it)
        try:
            return await self._story()
        except asyncio.CancelledError:
            return await self._work.stop(CANCELED)

    @workflow.signal(description="The fact that started the case no longer holds")
    async def rule_resolved(self, resolved: RuleResolved) -> None:
        """A poor first session stays worth a look; what changed goes to the case's story."""
        if resolved.command_id not in self._heard:
            self._heard.add(resolved.command_id)
            await self._work.remark(resolved.reason)

    @workflow.signal(description="Another rule has found something that belongs to this case")
    async def also_found(self, found: AlsoFound) -> None:
        await self._work.add(found)

    async def _story(self) -> CaseResult:
        work = self._work
        self._task = await work.open_task()
        result = await work.ended(self._task)
        if result.state is not TaskState.COMPLETED:
            return await self._closed_without_answer()
        work.outcome = Outcome(str(result.outcome))
        if not wishes_follow_up(result):
            return await work.close(work.outcome, late=result.late)
        finding = await self._watch_next_first_session()
        return await work.close(
            work.outcome, follow_up=finding.follow_up, late=result.late, note=self._found(finding)
        )

    async def _closed_without_answer(self) -> CaseResult:
        if self._left is not None:
            return await self._work.close(Outcome.CHURNED, note=shown.left(self._left))
        return await self._work.close(Outcome.WITHDRAWN, note=ENDED_OUTSIDE)

    async def _watch_next_first_session(self) -> FollowUpFinding:
        """Look once a day of business time, up to the end of the window or until the tutor is gone."""
        work, terms = self._work, self._terms
        begun = work.now()
        until = begun + terms.watch_for
        await work.note(WATCHING, until=until, state=CaseState.FOLLOWING_UP)
        while True:
            asked = NextFirstSession(
                tutor_number=work.case.tutor_number, after=begun, as_of=min(work.now(), until)
            )
            finding = await steps.next_first_session(asked)
            if finding.follow_up is not FollowUp.NONE_YET or work.now() >= until or self._left is not None:
                return finding
            look_at = work.now() + min(terms.look_every, until - work.now())
            await work.wait_until(lambda: self._left is not None, look_at, f"Waiting for {WATCHING}")

    def _found(self, finding: FollowUpFinding) -> str:
        """What the watch came to, in words."""
        if finding.follow_up is not FollowUp.NONE_YET:
            return f"The next first session was {finding.session_id}: {finding.follow_up.replace('_', ' ')}."
        if self._left is not None:
            return shown.left(self._left)
        return f"No first session within {self._terms.watch_for.days} days."


def wishes_follow_up(result: TaskResult) -> bool:
    """Whether the reviewer asked for the next first session to be watched."""
    return result.form.get("follow_up") == FollowUpWish.WATCH_NEXT
