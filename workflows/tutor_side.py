"""The tutor's side of a case: whether they are there, what they were asked, and what they answered.

What is heard only changes this state; the story learns of it at its next wait (`until`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from retention import sla
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

LATE = "Thank you. This was settled in the meantime, so your answer changes nothing."
PASSED = "This time has passed. Please choose another one."
WAKING_HOURS = "the tutor's waking hours"
TAKEN = "Thank you. Your answer has been noted."
NOT_REACHED = (MailEvent.BOUNCE, MailEvent.DROPPED)
NOT_SENT = (LetterState.FAILED, LetterState.SUPPRESSED)


class Over(Exception):  # noqa: N818 (it is an end of the story, not a fault of the program)
    """The story ends here, before its last page."""

    def __init__(self, outcome: Outcome, note: str, *, step: str = "closed", writes: bool = True) -> None:
        super().__init__(note)
        self.outcome, self.note, self.step = outcome, note, step
        self.writes = writes  # whether the tutor may still be told


@dataclass
class Leave:
    """One leave as far as it is known."""

    began: LeaveStarted | None  # None: its beginning was never told
    ended: LeaveEnded | None = None

    def covers(self, instant: datetime) -> bool:
        """Whether the tutor is away at an instant; a leave that has not ended yet has no end."""
        begun = self.began is not None and self.began.at <= instant
        return begun and (self.ended is None or instant < self.ended.at)

    def on(self, clock: SlaClock) -> SlaClock:
        """The clock with this leave in its ledger."""
        clock = sla.on_leave(clock, since=self.began.at) if self.began else clock
        if self.ended is None:
            return clock
        goes_on = max(self.ended.at, self.ended.clocks_resume_at)
        return sla.back_from_leave(clock, at=self.ended.at, clocks_resume_at=goes_on)


class TutorSide:
    """What a case knows of its tutor, and the verbs that wait for them or write to them."""

    def __init__(self, work: Casework[Any]) -> None:
        self.work = work
        self.left: TutorLeft | None = None
        self.leaves: list[Leave] = []
        self.question: Question | None = None
        self.said: TutorAnswer | None = None
        self.unreached = ""  # why the question has not reached the tutor
        self._letters: set[str] = set()  # keys of the letters that ask the question
        self._leave_news = 0
        self._news: list[AlsoFound | tuple[str, str]] = []  # to be told on: findings, or words and their id

    # What is heard.

    def tutor_left(self, left: TutorLeft) -> None:
        self.left = left

    def leave_started(self, leave: LeaveStarted) -> None:
        self.leaves.append(Leave(leave))
        self._leave_news += 1
        self.hear("The tutor is on leave: what waits for them stands still.", leave.command_id)

    def leave_ended(self, leave: LeaveEnded) -> None:
        self.leaves.append(Leave(self.leaves.pop().began if self.away else None, leave))
        self._leave_news += 1
        goes_on = shown.instant(leave.clocks_resume_at)
        self.hear(f"The tutor is back from leave; deadlines go on from {goes_on}.", leave.command_id)

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
        return bool(self.leaves) and self.leaves[-1].ended is None

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
            known, reading = self._leave_news, await self.read(clock)
            if noted:
                await self.work.note(waiting_for, until=reading.due_at)
            moved = partial(self._moved, happened, known)
            if not await self.until(moved, reading.due_at, f"Waiting for {waiting_for}"):
                return False
        return True

    async def read(self, clock: SlaClock) -> SlaReading:
        """How a clock stands, with all that is known of the tutor's leaves."""
        for leave in self.leaves:
            clock = leave.on(clock)
        return await self.work.carrier.do(steps.read_sla, SlaQuestion(clock=clock, as_of=self.work.now()))

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
        if not though_away:
            await self.back(unless=stopped)
        asked = LetterWindow(tutor_number=work.case.tutor_number, as_of=work.now())
        window = await work.carrier.do(steps.letter_window, asked)
        if noted and window.opens_at > work.now():
            await work.note(WAKING_HOURS, until=window.opens_at)
        await self.until(stopped, window.opens_at, f"Waiting for {WAKING_HOURS}")
        wish = None if stopped() else letter()
        if wish is not None:
            self._asks(wish)
            self._sent(wish, await work.carrier.do(steps.send_letter, wish))

    def _asks(self, wish: LetterWish) -> None:
        """From here on the letter's question can be answered: its first link may be quick."""
        if wish.question is not None:
            if self.question is None or self.question.step != wish.question.step:
                self.close_question()
                self.question = wish.question
            self._letters.add(wish.key)

    def _sent(self, wish: LetterWish, sent: LetterSent) -> None:
        if sent.state in NOT_SENT:
            why = sent.reason or f"The letter could not be sent ({sent.state})."
            self.unreached = why if wish.question is not None else self.unreached
            self.hear(f"A letter was not sent: {why}", f"{wish.key}/not-sent")

    async def _tell_on(self) -> None:
        while self._news and self.left is None:
            news = self._news.pop(0)
            if isinstance(news, AlsoFound):
                await self.work.add(news)
            else:
                await self.work.tell(news[0], command_id=news[1])
                await self.work.remark(news[0])

    def _stirred(self, happened: Callable[[], bool]) -> bool:
        return happened() or self.left is not None or bool(self._news)

    def _moved(self, happened: Callable[[], bool], known: int) -> bool:
        return happened() or self._leave_news != known

    def _answered_or(self, unless: Callable[[], bool]) -> bool:
        return self.answered() or unless()
