"""Coaching by a manager (H1): a call is offered, held, written down, and looked at again two weeks later."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from temporalio import workflow

from retention.messages.cases import AlsoFound, CaseResult, RuleResolved
from retention.messages.coaching import OfferDeclined
from retention.messages.letters import AnswerReceipt, LetterNews, TutorAnswer
from retention.messages.tasks import TaskResult
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.programmes.coaching import TAKEN_UP_BY_PEOPLE_OPS, StartCoaching
from retention.vocabulary import CoachingAnswer, CoachingStep, Outcome, OwnerGroup, TaskKind, TaskState
from workflows import steps
from workflows.carrier import Carrier
from workflows.casework import CANCELED, ENDED_OUTSIDE, Casework
from workflows.coaching_actions import WhatWasAgreed
from workflows.coaching_call import TheCall
from workflows.coaching_letters import CoachingLetters
from workflows.coaching_times import CoachingDesk, FindingATime
from workflows.hearing import Hearing
from workflows.on_temporal import OnTemporal
from workflows.tutor_side import Over, TutorSide

NO_NEED = "The manager sees no need for it."
LEADS = {
    OwnerGroup.PEOPLE_OPS: "People Ops take the lead from here on.",
    OwnerGroup.OPS_MANAGER: "The ops manager takes the lead from here on.",
}


def _lead_after(found: AlsoFound) -> OwnerGroup | None:
    """Who leads from here on because of a finding; None: whoever did."""
    return OwnerGroup.PEOPLE_OPS if found.rule_id == TAKEN_UP_BY_PEOPLE_OPS else found.lead


class CoachingStory:
    """One case, from the recommendation to what became of the tutor."""

    def __init__(self, case: StartCoaching, carrier: Carrier) -> None:
        self.case = case
        self.work = Casework(case, carrier)
        self.tutor = TutorSide(self.work)
        self.desk = CoachingDesk(self.work, self.tutor)
        self.letters = CoachingLetters(case, coach=lambda: self.desk.coach)
        self.times = FindingATime(self.desk, self.letters)
        self.call = TheCall(self.desk, self.letters, self.times)
        self._resolved: RuleResolved | None = None

    async def told(self) -> CaseResult:
        """The whole story."""
        try:
            times = await self._recommended()
            held = await self.call.held(await self.times.agreed(times))
            agreed = WhatWasAgreed(self.desk, self.letters, held)
            await agreed.written_down()
            await agreed.confirmed()
            await agreed.followed_up()
            return await agreed.measured()
        except Over as over:
            return await self._ended(over)

    async def stopped(self, reason: str) -> CaseResult:
        """An end from outside, so that nobody waits for a call any more; what had come of it stays."""
        return await self._ended(Over(self.work.outcome or Outcome.WITHDRAWN, reason))

    # What it hears.

    def rule_resolved(self, resolved: RuleResolved) -> None:
        if self.work.step in ("", CoachingStep.RECOMMENDED) and self._resolved is None:
            self._resolved = resolved
        else:
            self.tutor.hear(resolved.reason, resolved.command_id)

    def also_found(self, found: AlsoFound) -> None:
        self.tutor.found(found)
        lead = _lead_after(found)
        if lead is not None and self.desk.lead is not lead:
            self.desk.lead = lead
            self.tutor.hear(LEADS[lead], f"{found.command_id}/lead")

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

    # Its first page, and its early ends.

    async def _recommended(self) -> Sequence[datetime]:
        """A manager takes it on and offers times. Raises Over when nobody does."""
        work, desk = self.work, self.desk
        work.step = CoachingStep.RECOMMENDED
        task = await desk.open(TaskKind.COACHING_OFFER, desk.schedule)
        await self.tutor.until(lambda: task.over() or self._resolved is not None, None, "")
        if self._resolved is not None and not task.over():
            if self._has_another_cause():  # something else was found meanwhile, and that is not gone
                await work.tell(self._resolved.reason, command_id=self._resolved.command_id)
            else:
                await work.withdraw(task, self._resolved.reason, unless_taken=True)
        await self.tutor.until(task.over, None, "")
        result = await work.ended(task)
        if result.state is not TaskState.COMPLETED:
            gone = self._resolved
            raise Over(Outcome.NOT_NEEDED, gone.reason) if gone else Over(Outcome.WITHDRAWN, ENDED_OUTSIDE)
        if result.outcome == CoachingAnswer.DECLINED:
            await self._declined(result)
        if result.outcome == CoachingAnswer.NOT_NEEDED:
            raise Over(Outcome.NOT_NEEDED, result.form["reason"] or NO_NEED)
        work.step = CoachingStep.ACCEPTED
        await work.note("the offered times to be mailed")
        return desk.offered(result)

    def _has_another_cause(self) -> bool:
        """Whether something was found besides a score that is gone, and besides who leads for its sake."""
        if not self.work.carrier.changed("lead-is-no-cause"):
            return self.work.has_another_cause
        return any(
            found.escalate_to is None and _lead_after(found) is None for found in self.work.added.values()
        )

    async def _declined(self, result: TaskResult) -> None:
        """The manager does not want it. When that happens again and again, the rule is looked at."""
        work = self.work
        work.step = CoachingStep.DECLINED
        asked = OfferDeclined(rule_id=self.case.rule_id, account=result.completed_by or "")
        declines = await work.carrier.do(steps.declines_in_a_row, asked)
        if declines.count >= self.case.terms.declines_in_a_row:
            await work.send(self.letters.rule_declined(declines, at=work.now()))
        raise Over(Outcome.DECLINED_BY_MANAGER, result.form["reason"], step=CoachingStep.DECLINED)

    async def _ended(self, over: Over) -> CaseResult:
        """An end before the last page: its tasks go, and the tutor learns that there is no call."""
        if self.work.acted_at is None:
            self.work.appointment_at = None
        for task in list(self.work.open_tasks.values()):
            await self.work.withdraw(task, over.note)
        self.tutor.close_question()
        try:
            if over.writes:
                await self.call.called_off()
        except Over as gone:  # the tutor has left meanwhile
            over = gone
        self.work.step = over.step
        return await self.work.close(over.outcome, note=over.note)


@workflow.defn(name="Coaching")
class Coaching(Hearing[CoachingStory]):
    """Offer a call, agree on a time, hold it, write down what was agreed, see what became of it."""

    @workflow.init
    def __init__(self, case: StartCoaching) -> None:
        super().__init__(CoachingStory(case, OnTemporal(case.clock)))

    @workflow.run
    async def run(self, case: StartCoaching) -> CaseResult:  # noqa: ARG002 (the init has taken it)
        try:
            return await self.story.told()
        except asyncio.CancelledError:
            return await self.story.stopped(CANCELED)
