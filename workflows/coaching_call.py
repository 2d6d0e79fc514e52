"""The coaching call itself: in the calendar, held, moved, or missed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from retention.messages.letters import LetterWish
from retention.messages.tasks import TaskResult
from retention.vocabulary import CoachingAnswer, CoachingStep, Outcome
from workflows.coaching_letters import CoachingLetters
from workflows.coaching_times import CoachingDesk, FindingATime, with_words
from workflows.task_in_hand import TaskInHand
from workflows.tutor_side import Over

ANOTHER_TIME = "The tutor has asked for another time."
MOVED_FOR_LEAVE = "The tutor is on leave when the call was to be: it is moved, and that does not count."
MISSED = "The tutor has missed the call."
MISSED_TOO_OFTEN = "The tutor has missed the call {times} times: a fact for a retention interview."
MOVED_TOO_OFTEN = "The call was to be moved more than {times} times."


class TheCall:
    """One call, however often it is moved."""

    def __init__(self, desk: CoachingDesk, letters: CoachingLetters, times: FindingATime) -> None:
        self._desk, self._letters, self._times = desk, letters, times
        self._work, self._tutor = desk.work, desk.tutor
        self._terms = desk.work.case.terms
        self._entered: datetime | None = None  # what stands in the tutor's calendar
        self._occasion = self._moves = self._missed = 0

    async def held(self, starts_at: datetime) -> TaskResult:
        """What was written down of the call. Raises Over when it is moved or missed too often."""
        while True:
            result = await self._scheduled(starts_at)
            if result is not None and result.outcome == CoachingAnswer.HELD:
                self._work.step = CoachingStep.HELD
                self._work.acted_at = min(starts_at, self._work.now())
                self._desk.taken_on(result.completed_by)
                return result
            self._work.appointment_at = None
            starts_at = await self._times.agreed(await self._other_times(result))

    async def called_off(self) -> None:
        """The tutor is told that there is no call, if they were told that there is one; also on leave."""
        if self._entered is not None and self._entered > self._work.now():
            await self._tutor.write(self._calling_off, though_away=True)

    async def _scheduled(self, starts_at: datetime) -> TaskResult | None:
        """What became of an agreed time; None when the tutor or a leave moved it."""
        self._work.step, self._work.appointment_at = CoachingStep.SCHEDULED, starts_at
        self._occasion += 1
        known = self._tutor.leaves.news
        task = await self._desk.open_call(starts_at)
        try:
            return await self._became(task, starts_at, known=known)
        except Over:
            held = await self._held_already(task)
            if held is None:
                raise
            return held  # the tutor has left in the moment in which it was written down

    async def _became(self, task: TaskInHand, starts_at: datetime, *, known: int) -> TaskResult | None:
        tutor, desk = self._tutor, self._desk
        disturbed = partial(self._disturbed, task.over, starts_at, known=known)
        await tutor.write(
            partial(self._confirmation, starts_at), unless=disturbed, though_away=True, noted=False
        )
        await tutor.until(lambda: tutor.answered() or disturbed(), None, "")
        if not task.over():
            await desk.take_back(task, ANOTHER_TIME if tutor.answered() else MOVED_FOR_LEAVE)
            return await self._held_already(task)
        result = await desk.answer_to(task)
        moved = tutor.answered() and result.outcome != CoachingAnswer.HELD  # they were promised another time
        return None if moved else result

    async def _held_already(self, task: TaskInHand) -> TaskResult | None:
        """What was written down of a call that was held, whatever else came in the same moment."""
        result = await self._work.ended(task) if task.over() else None
        return result if result is not None and result.outcome == CoachingAnswer.HELD else None

    async def _other_times(self, result: TaskResult | None) -> Sequence[datetime]:
        """The times to choose from next. Raises Over when it has been too often."""
        said = self._tutor.close_question()
        if result is not None and result.outcome == CoachingAnswer.TUTOR_NO_SHOW:
            return await self._after_a_miss()
        self._work.step = CoachingStep.RESCHEDULED
        if result is None and said is None:
            await self._work.remark(MOVED_FOR_LEAVE)
            await self.called_off()
            await self._tutor.back()
            return await self._times.new_times(MOVED_FOR_LEAVE)
        why = result.form["reason"] if result is not None else with_words(ANOTHER_TIME, said)
        await self._work.remark(f"The call is moved. {why}")
        self._moves += 1
        await self.called_off()
        if self._moves > self._terms.most_moves:
            await self._times.decided(MOVED_TOO_OFTEN.format(times=self._terms.most_moves))
        if result is not None:
            return self._desk.offered(result)
        return await self._times.new_times(why)

    async def _after_a_miss(self) -> Sequence[datetime]:
        self._work.step = CoachingStep.TUTOR_NO_SHOW
        self._missed += 1
        if self._missed >= self._terms.most_no_shows:
            often = MISSED_TOO_OFTEN.format(times=self._missed)
            raise Over(Outcome.EXPIRED, often, step=CoachingStep.TUTOR_NO_SHOW)
        return await self._times.new_times(MISSED)

    def _disturbed(self, over: Callable[[], bool], starts_at: datetime, *, known: int) -> bool:
        """Whether the call is over, or a leave that has become known since lies over a call still ahead."""
        ahead = starts_at > self._work.now()
        return over() or (ahead and self._tutor.leaves.covers(starts_at, since=known))

    def _confirmation(self, starts_at: datetime) -> LetterWish | None:
        if starts_at <= self._work.now():
            return None
        self._entered = starts_at
        return self._letters.scheduled(starts_at, occasion=self._occasion, at=self._work.now())

    def _calling_off(self) -> LetterWish | None:
        entered, self._entered = self._entered, None
        if entered is None or entered <= self._work.now():
            return None
        moved = self._work.step == CoachingStep.RESCHEDULED and self._moves <= self._terms.most_moves
        return self._letters.called_off(entered, occasion=self._occasion, moved=moved, at=self._work.now())
