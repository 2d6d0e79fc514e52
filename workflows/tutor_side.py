"""The tutor's side of a case: whether they are there, what they were asked, and what they answered.

What is heard only changes this state; the story learns of it at its next wait (`until`).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from retention.messages.cases import AlsoFound
from retention.messages.letters import (
    AnswerReceipt,
    LetterNews,
    LetterSent,
    LetterWindow,
    LetterWish,
    Question,
    TutorAnswer,
)
from retention.messages.sla import SlaClock, SlaQuestion, SlaReading
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.vocabulary import LetterState, MailEvent, Outcome
from workflows import shown, steps
from workflows.casework import Casework, never
from workflows.leaves import Leaves

LATE = "Thank you. This was settled in the meantime, so your answer changes nothing."
PASSED = "This time has passed. Please choose another one."
WAKING_HOURS = "the tutor's waking hours"
AWAY = "The tutor is on leave: what waits for them stands still."
STILL_AWAY = "Of a leave that is over we have heard only now; the tutor is on leave still."
TAKEN = "Thank you. Your answer has been noted."
NOT_REACHED = (MailEvent.BOUNCE, MailEvent.DROPPED)
NOT_SENT = (LetterState.FAILED, LetterState.SUPPRESSED)


class Over(Exception):  # noqa: N818 (it is an end of the story, not a fault of the program)
    """The story ends here, before its last page."""

    def __init__(self, outcome: Outcome, note: str, *, step: str = "closed", writes: bool = True) -> None:
        super().__init__(note)
        self.outcome, self.note, self.step = outcome, note, step
        self.writes = writes  # whether the tutor may still be told


class TutorSide:
    """What a case knows of its tutor, and the verbs that wait for them or write to them."""

    def __init__(self, work: Casework[Any]) -> None:
        self.work = work
        self.left: TutorLeft | None = None
        self.leaves = Leaves()
        self.question: Question | None = None
        self.said: TutorAnswer | None = None
        self.unreached = ""  # why the question has not reached the tutor
        self._letters: set[str] = set()  # keys of the letters that ask the question
        self.replan: Callable[[], Awaitable[None]] | None = None  # what is done when clocks have moved
        self._planned_with = 0  # news of leaves that the open task's due date knows of
        self._news: list[AlsoFound | tuple[str, str]] = []  # to be told on: findings, or words and their id

    # What is heard.

    def tutor_left(self, left: TutorLeft) -> None:
        self.left = left

    def leave_started(self, leave: LeaveStarted) -> None:
        self.leaves.began(leave)
        self.hear(AWAY, leave.command_id)

    def leave_ended(self, leave: LeaveEnded) -> None:
        self.leaves.ended(leave)
        goes_on = shown.instant(leave.clocks_resume_at)
        back = f"The tutor is back from leave; deadlines go on from {goes_on}."
        self.hear(STILL_AWAY if self.away else back, leave.command_id)

    def letter_news(self, news: LetterNews) -> None:
        if news.event not in NOT_REACHED:
            return
        if news.letter_key in self._letters:
            self.unreached = f"The letter did not reach the tutor ({news.event})."
        self.hear(f"A letter did not reach the tutor ({news.event}): tell them another way.", news.command_id)

    def answer(self, said: TutorAnswer) -> AnswerReceipt:
        """The first answer to the question that is open; every other one is late."""
        asked = self.question if self.question and self.question.step == said.step else None
        choice = next((one for one in asked.choices if one.key == said.choice), None) if asked else None
        if asked is None or choice is None or self.said is not None or said.at > asked.closes_at:
            return AnswerReceipt(taken=False, words=LATE)
        if choice.at is not None and choice.at <= said.at:
            return AnswerReceipt(taken=False, words=PASSED)
        self.said = said
        return AnswerReceipt(taken=True, words=TAKEN)

    def found(self, found: AlsoFound) -> None:
        self._news.append(found)

    def hear(self, words: str, command_id: str) -> None:
        """Words for the case's story and for whoever has a task of it open."""
        self._news.append((words, command_id))

    # What the story asks.

    @property
    def away(self) -> bool:
        """Whether the tutor is on leave."""
        return self.leaves.away

    def answered(self) -> bool:
        """Whether the open question has its answer."""
        return self.said is not None

    def close_question(self) -> TutorAnswer | None:
        """The answer, if there is one; nothing more is taken."""
        said, self.question, self.said, self.unreached = self.said, None, None, ""
        self._letters.clear()
        return said

    async def until(self, happened: Callable[[], bool], instant: datetime | None, summary: str) -> bool:
        """Wait as a story does, telling on what is heard. Raises Over when the tutor is gone."""
        while True:
            await self._tell_on()
            if self.left is not None:
                reason = self.left.reason.replace("_", " ")
                raise Over(Outcome.CHURNED, f"The tutor has left: {reason}.", writes=False)
            if happened() or (instant is not None and instant <= self.work.now()):
                return happened()
            await self.work.wait_until(partial(self._stirred, happened), instant, summary)

    async def until_due(
        self, happened: Callable[[], bool], clock: SlaClock, waiting_for: str, *, noted: bool = True
    ) -> bool:
        """Wait until something happens or the clock runs out; it stands while the tutor is on leave."""
        while not happened():
            known, reading = self.leaves.news, await self.read(clock)
            if noted:
                await self.work.note(waiting_for, until=reading.due_at)
            moved = partial(self._moved, happened, known)
            if not await self.until(moved, reading.due_at, f"Waiting for {waiting_for}"):
                return False
        return True

    async def read(self, clock: SlaClock, *, as_planned: bool = False) -> SlaReading:
        """How a clock stands, with all that is known of the tutor's leaves."""
        asked = SlaQuestion(clock=self.leaves.on(clock, as_planned=as_planned), as_of=self.work.now())
        return await self.work.carrier.do(steps.read_sla, asked)

    async def back(self, *, unless: Callable[[], bool] = never) -> None:
        """Wait for the tutor to come back from leave, if they are away."""
        if self.away and not unless():
            await self.work.note("the tutor to come back from leave")
        await self.until(lambda: unless() or not self.away, None, "")

    async def write(
        self,
        letter: Callable[[], LetterWish | None],
        *,
        unless: Callable[[], bool] = never,
        though_away: bool = False,
        noted: bool = True,
    ) -> None:
        """Write to the tutor once they are there and awake; what is written is decided then.

        `noted`: this is what the case waits for, and not something beside it.
        """
        work, stopped = self.work, partial(self._answered_or, unless)
        there = False
        while not there:  # a leave may begin in the night
            if not though_away:
                await self.back(unless=stopped)
            there = await self._awake(stopped, though_away=though_away, noted=noted)
        wish = None if stopped() else letter()
        if wish is not None:
            self._asks(wish)
            self._sent(wish, await work.carrier.do(steps.send_letter, wish))

    async def _awake(self, stopped: Callable[[], bool], *, though_away: bool, noted: bool) -> bool:
        """Wait for the tutor's waking hours; False: they have gone on leave meanwhile."""

        def gone() -> bool:
            return self.away and not though_away and not stopped()

        work = self.work
        asked = LetterWindow(tutor_number=work.case.tutor_number, as_of=work.now())
        window = await work.carrier.do(steps.letter_window, asked)
        if noted and window.opens_at > work.now():
            await work.note(WAKING_HOURS, until=window.opens_at)
        await self.until(lambda: stopped() or gone(), window.opens_at, f"Waiting for {WAKING_HOURS}")
        return not gone()

    def _asks(self, wish: LetterWish) -> None:
        """From here on the letter's question can be answered: its first link may be quick."""
        if wish.question is not None:
            if self.question is None or self.question.step != wish.question.step:
                self.close_question()
                self.question = wish.question
            else:  # the same question again: its later page is open for longer
                closes_at = max(self.question.closes_at, wish.question.closes_at)
                self.question = self.question.model_copy(update={"closes_at": closes_at})
            self._letters.add(wish.key)

    def _sent(self, wish: LetterWish, sent: LetterSent) -> None:
        if sent.state in NOT_SENT:
            why = sent.reason or f"The letter could not be sent ({sent.state})."
            self.unreached = why if wish.question is not None else self.unreached
            self.hear(f"A letter was not sent: {why}", f"{wish.key}/not-sent")
        if sent.state is LetterState.AMBIGUOUS:  # it may have arrived: an answer is waited for all the same
            told = f"Nobody knows whether a letter was sent. {sent.reason}".strip()
            self.hear(told, f"{wish.key}/parked")

    async def _tell_on(self) -> None:
        while self._news and self.left is None:
            news = self._news.pop(0)
            if isinstance(news, AlsoFound):
                await self.work.add(news)
            else:
                await self.work.tell(news[0], command_id=news[1])
                await self.work.remark(news[0])

        if self.replan is not None and self._planned_with != self.leaves.news and self.left is None:
            self._planned_with = self.leaves.news
            await self.replan()

    def _stirred(self, happened: Callable[[], bool]) -> bool:
        return happened() or self.left is not None or bool(self._news)

    def _moved(self, happened: Callable[[], bool], known: int) -> bool:
        return happened() or self.leaves.news != known

    def _answered_or(self, unless: Callable[[], bool]) -> bool:
        return self.answered() or unless()
