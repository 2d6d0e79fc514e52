"""The smallest whole programme, to copy from: it asks one person, and ends with the answer or the tutor."""

import asyncio

from temporalio import workflow

from retention.messages.cases import AlsoFound, CaseResult, RuleResolved, StartCase
from retention.messages.letters import AnswerReceipt, LetterNews, TutorAnswer
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.vocabulary import Outcome, TaskKind, TaskState
from workflows.carrier import Carrier
from workflows.casework import CANCELED, ENDED_OUTSIDE, Casework
from workflows.hearing import Hearing
from workflows.on_temporal import OnTemporal
from workflows.tutor_side import Over, TutorSide


class HandsOver:
    """What a story hears, all handed over to its tutor's side."""

    tutor: TutorSide

    def rule_resolved(self, resolved: RuleResolved) -> None:
        self.tutor.hear(resolved.reason, resolved.command_id)

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


class SmallStory(HandsOver):
    """Ask one person; the case ends with their answer, or when the tutor has left."""

    def __init__(self, case: StartCase, carrier: Carrier) -> None:
        self.work = Casework(case, carrier)
        self.tutor = TutorSide(self.work)

    async def told(self) -> CaseResult:
        try:
            return await self._asked()
        except Over as over:
            return await self.work.stop(over.note, over.outcome)

    async def _asked(self) -> CaseResult:
        work = self.work
        work.step = "asked"
        task = await work.open_task(TaskKind.NO_SHOW_CHECK, policy="alert_medium")
        await self.tutor.until(task.over, None, "")
        result = await work.ended(task)
        work.step = "closed"
        if result.state is not TaskState.COMPLETED:
            return await work.close(Outcome.WITHDRAWN, note=ENDED_OUTSIDE)
        work.acted_at = work.now()
        return await work.close(Outcome(str(result.outcome)), late=result.late)


@workflow.defn(name="Small")
class Small(Hearing[SmallStory]):
    """The story, carried by Temporal."""

    @workflow.init
    def __init__(self, case: StartCase) -> None:
        super().__init__(SmallStory(case, OnTemporal(case.clock)))

    @workflow.run
    async def run(self, case: StartCase) -> CaseResult:
        try:
            return await self.story.told()
        except asyncio.CancelledError:
            return await self.story.work.stop(CANCELED)
