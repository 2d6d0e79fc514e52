"""What a rule found has lasted (guide 4.8, “14 d → manager”): a person of another group looks at it.

Opened when nobody is asked anything about the tutor yet; else the open task is raised instead (decision 31).
"""

import asyncio

from temporalio import workflow

from retention.messages.cases import AlsoFound, CaseResult, RuleResolved, StartCase
from retention.messages.letters import AnswerReceipt, LetterNews, TutorAnswer
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.programmes.escalation_review import POLICY
from retention.vocabulary import Outcome, TaskKind, TaskState
from workflows.carrier import Carrier
from workflows.casework import CANCELED, ENDED_OUTSIDE, Casework
from workflows.hearing import Hearing
from workflows.on_temporal import OnTemporal
from workflows.tutor_side import Over, TutorSide


class EscalationStory:
    """Ask one person; taken back when the cause is gone before anybody has begun and nothing was added."""

    def __init__(self, case: StartCase, carrier: Carrier) -> None:
        self.work = Casework(case, carrier)
        self.tutor = TutorSide(self.work)
        self._resolved: RuleResolved | None = None

    async def told(self) -> CaseResult:
        """The whole story."""
        try:
            return await self._looked_into()
        except Over as over:
            return await self.work.stop(over.note, over.outcome)

    async def _looked_into(self) -> CaseResult:
        work = self.work
        work.step = "asked"
        task = await work.open_task(TaskKind.ESCALATION_REVIEW, policy=POLICY)
        await self.tutor.until(lambda: task.over() or self._resolved is not None, None, "")
        gone = self._resolved
        if gone is not None and not task.over():
            if work.has_another_cause:
                await work.tell(gone.reason, command_id=gone.command_id)
            else:
                await work.withdraw(task, gone.reason, unless_taken=True)
        await self.tutor.until(task.over, None, "")
        result = await work.ended(task)
        work.step = "closed"
        if result.state is TaskState.COMPLETED:
            work.acted_at = work.now()
            return await work.close(Outcome(str(result.outcome)), late=result.late)
        if gone is not None:
            return await work.close(gone.outcome, note=gone.reason)
        return await work.close(Outcome.WITHDRAWN, note=ENDED_OUTSIDE)

    # What it hears.

    def rule_resolved(self, resolved: RuleResolved) -> None:
        self._resolved = self._resolved or resolved

    def also_found(self, found: AlsoFound) -> None:
        self.tutor.found(found)

    def tutor_left(self, left: TutorLeft) -> None:
        self.tutor.tutor_left(left)

    def leave_started(self, leave: LeaveStarted) -> None:
        self.tutor.leave_started(leave)

    def leave_ended(self, leave: LeaveEnded) -> None:
        self.tutor.leave_ended(leave)

    def letter_news(self, news: LetterNews) -> None:
        self.tutor.letter_news(news)

    def answer(self, said: TutorAnswer) -> AnswerReceipt:
        return self.tutor.answer(said)


@workflow.defn(name="EscalationReview")
class EscalationReview(Hearing[EscalationStory]):
    """Ask a person of the group that the rule names what is to be done about what has lasted."""

    @workflow.init
    def __init__(self, case: StartCase) -> None:
        super().__init__(EscalationStory(case, OnTemporal(case.clock)))

    @workflow.run
    async def run(self, case: StartCase) -> CaseResult:  # noqa: ARG002 (the init has taken it)
        try:
            return await self.story.told()
        except asyncio.CancelledError:
            return await self.story.work.stop(CANCELED)
