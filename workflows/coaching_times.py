"""How a coaching case comes to a time for its call: by letter, by telephone, or not at all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from retention import sla
from retention.messages.letters import TutorAnswer
from retention.messages.sla import SlaClock, SlaQuestion
from retention.messages.tasks import TaskResult
from retention.programmes.coaching import StartCoaching
from retention.vocabulary import (
    CoachingAnswer,
    CoachingStep,
    Outcome,
    OwnerGroup,
    PauseReason,
    SlaClockKind,
    TaskKind,
    TaskState,
)
from workflows import steps
from workflows.casework import ENDED_OUTSIDE, Casework
from workflows.coaching_letters import NO_THANKS, CoachingLetters
from workflows.task_in_hand import WHEN_THE_POLICY_SAYS, Due, TaskInHand
from workflows.tutor_side import Over, TutorSide

ANSWERED = "The tutor has answered by mail."
NO_TIME_CAME = "No time could be agreed on, by letter or by telephone."


class CoachingDesk:
    """The manager's side: who has the lead, who coaches, and the two clocks that they work under."""

    def __init__(self, work: Casework[StartCoaching], tutor: TutorSide) -> None:
        case = work.case
        self.work, self.tutor = work, tutor
        self.lead: OwnerGroup = case.owner_group
        self.coach: str | None = None  # the account of whoever last offered a time, agreed on it, or called
        self._coach_of = self.lead  # the group that had the lead when they took it on
        self.schedule = self._clock(SlaClockKind.WEEKDAY, case.terms.schedule_within)
        self._planned: tuple[TaskInHand, SlaClock, SlaClock | None] | None = None
        self._due_at: datetime | None = None  # as the planned task was last told
        tutor.replan = self.replan
        self.hold = self._clock(SlaClockKind.OFFICE, case.terms.hold_within)

    async def open(
        self,
        kind: TaskKind,
        clock: SlaClock | None = None,
        *,
        not_before: SlaClock | None = None,
        told_first: bool = False,
    ) -> TaskInHand:
        """A task for whoever has the lead, due when its clock runs out, or a second one if that is later.

        It is the coach's own, unless another group has the lead by now; a call is theirs all the same.
        """
        due = await self._due(clock, not_before) if clock is not None else WHEN_THE_POLICY_SAYS
        theirs = kind is TaskKind.COACHING_CALL or self._coach_of is self.lead
        task = await self.work.open_task(
            kind,
            group=self._coach_of if theirs else self.lead,
            assignee=self.coach if theirs else None,
            policy=kind,
            due=due,
            told_first=told_first,
        )
        if clock is not None:
            self._planned, self._due_at = (task, clock, not_before), due.at
            if due.at is None:
                await self.work.replan(task, due)
        return task

    def taken_on(self, account: str | None) -> None:
        """Somebody offers a time, agrees on one, or has called: letters name them from here on."""
        if account != self.coach:
            self.coach, self._coach_of = account, self.lead

    async def replan(self) -> None:
        """A leave has become known: the open task is due when its clock runs out now.

        One that moves nothing leaves the task alone, with what it has said and will say.
        """
        if self._planned is None or self._planned[0].over():
            return
        task, clock, not_before = self._planned
        due = await self._due(clock, not_before)
        if due.at == self._due_at and self.work.carrier.changed("told-when-moved"):
            return
        self._due_at = due.at
        await self.work.replan(task, due)

    async def open_call(self, starts_at: datetime) -> TaskInHand:
        """The task of the call itself, due by the clock for holding it, and never before it was held."""
        terms = self.work.case.terms
        written = SlaClock(
            kind=SlaClockKind.OFFICE, budget=terms.write_down_within, started_at=starts_at + terms.call
        )
        first = self.work.carrier.changed("appointment-before-its-task")  # the task's page shows when it is
        return await self.open(TaskKind.COACHING_CALL, self.hold, not_before=written, told_first=first)

    async def result_of(self, task: TaskInHand) -> TaskResult:
        """How it ended, also when the tutor has left in that moment: what was done was done. Raises Over."""
        try:
            await self.tutor.until(task.over, None, "")
        except Over:
            if not task.over():
                raise
        return await self.work.ended(task)

    async def answer_to(self, task: TaskInHand) -> TaskResult:
        """What was answered. Raises Over when the task was ended from outside."""
        await self.tutor.until(task.over, None, "")
        result = await self.work.ended(task)
        if result.state is not TaskState.COMPLETED:
            raise Over(Outcome.WITHDRAWN, ENDED_OUTSIDE)
        return result

    async def take_back(self, task: TaskInHand, reason: str) -> TaskResult:
        """The task is no longer needed. Completed in this very moment it was, all the same."""
        await self.work.withdraw(task, reason)
        return await self.work.ended(task)

    def offered(self, result: TaskResult) -> Sequence[datetime]:
        """The times in a form, by whoever has filled it in."""
        self.taken_on(result.completed_by)
        return [datetime.fromisoformat(time) for time in result.form["times"]]

    def their_turn(self) -> None:
        """The manager has to act: the clock for scheduling runs."""
        reason = PauseReason.WAITING_FOR_TUTOR
        self.schedule = sla.resume(self.schedule, at=self.work.now(), reason=reason)

    def tutors_turn(self) -> None:
        """The tutor has to act, or all is agreed: the clock for scheduling stands."""
        if not sla.stands(self.schedule, at=self.work.now()):
            reason = PauseReason.WAITING_FOR_TUTOR
            self.schedule = sla.pause(self.schedule, reason, since=self.work.now())

    async def _due(self, clock: SlaClock, not_before: SlaClock | None) -> Due:
        due_at = (await self.tutor.read(clock, as_planned=True)).due_at
        pauses = self.tutor.leaves.on(clock, as_planned=True).pauses
        if not_before is None:
            return Due(due_at, pauses)
        asked = SlaQuestion(clock=not_before, as_of=self.work.now())  # no leave keeps anybody from writing
        least = (await self.work.carrier.do(steps.read_sla, asked)).due_at
        return Due(max(due_at, least) if due_at and least else due_at or least, pauses)

    def _clock(self, kind: SlaClockKind, budget: timedelta) -> SlaClock:
        return SlaClock(kind=kind, budget=budget, started_at=self.work.case.opened_at)


class FindingATime:
    """Agreeing on a time with a tutor who may answer a letter, the telephone, or neither."""

    def __init__(self, desk: CoachingDesk, letters: CoachingLetters) -> None:
        self._desk, self._letters = desk, letters
        self._work, self._tutor = desk.work, desk.tutor
        self._terms = desk.work.case.terms
        self._occasion = 0  # how often times were offered

    async def agreed(self, times: Sequence[datetime]) -> datetime:
        """The time of the call. Raises Over when there is to be none."""
        time = await self._chosen_of(times)
        while time is None:
            time = await self._chosen_of(await self.new_times())
        self._desk.tutors_turn()
        return time

    async def new_times(self, words: str = "") -> Sequence[datetime]:
        """Other times, by whoever has the lead."""
        self._desk.their_turn()
        task = await self._desk.open(TaskKind.COACHING_TIMES, self._desk.schedule)
        if words:
            await self._work.tell(words, command_id=self._work.carrier.new_id())
        result = await self._desk.answer_to(task)
        if result.outcome == CoachingAnswer.CLOSED:
            raise Over(Outcome.EXPIRED, result.form["reason"])  # it was accepted before
        return self._desk.offered(result)

    async def decided(self, why: str) -> datetime | None:
        """A person decides what becomes of it, unless the tutor answers after all. Raises Over, mostly."""
        self._desk.their_turn()
        task = await self._desk.open(TaskKind.COACHING_DECISION)
        await self._work.tell(why, command_id=self._work.carrier.new_id())
        await self._tutor.until(partial(self._answered_or_over, task), None, "")
        if self._tutor.answered():
            await self._desk.take_back(task, ANSWERED)
            return self._choice()
        result = await self._desk.answer_to(task)
        if result.outcome == CoachingAnswer.RETENTION_INTERVIEW:
            handed_on = f"Handed on to a retention interview: {result.form['reason']}"
            raise Over(Outcome.SUPERSEDED, handed_on)
        raise Over(Outcome.EXPIRED, result.form["reason"])

    async def _chosen_of(self, times: Sequence[datetime]) -> datetime | None:
        """The time that the tutor wants; None: they want other ones."""
        work, tutor, terms = self._work, self._tutor, self._terms
        self._occasion += 1
        self._desk.tutors_turn()
        await tutor.write(lambda: self._letters.times(times, occasion=self._occasion, at=work.now()))
        work.step = CoachingStep.TIMES_OFFERED
        asked = work.now()
        remind, phone = (
            SlaClock(kind=SlaClockKind.WEEKDAY, budget=after, started_at=asked)
            for after in (terms.remind_tutor_after, terms.phone_after)
        )
        if not await tutor.until_due(self._heard, remind, "the tutor to choose a time"):
            await self._remind(times)
            await tutor.until_due(self._heard, phone, "the tutor to choose a time")
        if tutor.answered():
            return self._choice()
        return await self._by_phone(asked)

    async def _remind(self, times: Sequence[datetime]) -> None:
        """A second letter, as long as one of the times is ahead; else there is nothing left to choose."""
        await self._tutor.write(
            lambda: self._letters.reminder(times, occasion=self._occasion, at=self._work.now()),
            unless=lambda: all(time <= self._work.now() for time in times),
        )
        if all(time <= self._work.now() for time in times):
            self._tutor.unreached = self._tutor.unreached or "None of the offered times is ahead any more."

    async def _by_phone(self, asked: datetime) -> datetime | None:
        """Whoever has the lead calls; an answer by mail may still come first."""
        desk, tutor = self._desk, self._tutor
        desk.their_turn()
        task = await desk.open(TaskKind.COACHING_PHONE, desk.schedule)
        if tutor.unreached:
            await self._work.tell(tutor.unreached, command_id=self._work.carrier.new_id())
        decide = SlaClock(kind=SlaClockKind.OFFICE, budget=self._terms.decide_after, started_at=asked)
        done = partial(self._answered_or_over, task)
        if not await tutor.until_due(done, decide, "the tutor or the telephone", noted=False):
            result = await desk.take_back(task, NO_TIME_CAME)
        elif tutor.answered():
            await desk.take_back(task, ANSWERED)
            return self._choice()
        else:
            result = await desk.answer_to(task)
        if result.state is TaskState.COMPLETED:
            time = await self._after_the_call(result, decide)
            if time is not None or tutor.question is None:
                return time
        return await self.decided(NO_TIME_CAME)

    async def _after_the_call(self, result: TaskResult, decide: SlaClock) -> datetime | None:
        """What the telephone brought; None with the question still open: nothing."""
        tutor = self._tutor
        if result.outcome == CoachingAnswer.TIME_AGREED:
            tutor.close_question()
            self._desk.taken_on(result.completed_by)
            return datetime.fromisoformat(result.form["agreed_at"])
        if result.outcome == CoachingAnswer.TUTOR_DECLINED:
            raise Over(Outcome.DECLINED_BY_TUTOR, result.form["reason"])
        self._desk.tutors_turn()
        if not tutor.unreached:  # nobody waits for an answer to a letter that never came
            await tutor.until_due(tutor.answered, decide, "the tutor to choose a time")
        return self._choice() if tutor.answered() else None

    def _answered_or_over(self, task: TaskInHand) -> bool:
        return self._tutor.answered() or task.over()

    def _heard(self) -> bool:
        """Whether waiting for an answer is over: there is one, or there cannot be one."""
        return self._tutor.answered() or bool(self._tutor.unreached)

    def _choice(self) -> datetime | None:
        """The chosen time; None when none suits. Raises Over when the tutor wants no call."""
        question, said = self._tutor.question, self._tutor.close_question()
        assert question is not None
        assert said is not None
        if said.choice == NO_THANKS:
            raise Over(Outcome.DECLINED_BY_TUTOR, with_words("The tutor would rather have no call.", said))
        return next(one.at for one in question.choices if one.key == said.choice)


def with_words(what: str, said: TutorAnswer | None) -> str:
    """A sentence, and what the tutor wrote with it."""
    return f"{what} They write: {said.remark}" if said is not None and said.remark else what
