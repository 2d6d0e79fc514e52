"""A metric has dropped (A1): one letter with one guide, if it is still wanted, and what came of it."""

import asyncio
from datetime import datetime

from temporalio import workflow

from retention.messages.cases import AlsoFound, CaseResult, RuleResolved
from retention.messages.letters import (
    LEFT,
    MAIL_BUDGET,
    AnswerReceipt,
    LetterNews,
    LetterSent,
    LetterWish,
    TutorAnswer,
)
from retention.messages.tips import PortalNote, TipQuestion, TipStanding
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.programmes.coaching_tip import StartTip, TipContent
from retention.vocabulary import Letter, LetterClass, LetterState, MailEvent, Outcome, TipAct, TipStep
from workflows import shown, steps, tip_words as words
from workflows.carrier import Carrier
from workflows.casework import CANCELED, Casework
from workflows.hearing import Hearing
from workflows.on_temporal import OnTemporal
from workflows.tip_words import Ending
from workflows.tutor_side import Over

NEVER_ARRIVED = {MailEvent.BOUNCE, MailEvent.DROPPED}


class TipStory:
    """Wait for an hour to write at, write, see what becomes of the metric; stop when nobody wants it."""

    def __init__(self, case: StartTip, carrier: Carrier) -> None:
        self.work = Casework(case, carrier)
        self._left: TutorLeft | None = None
        self._resolved: RuleResolved | None = None
        self._away = False
        self._stirred = False  # something was heard that may change whether the tip is sent
        self._refused_since: datetime | None = None  # the mail budget said no for the first time
        self._letter_key = ""  # of the letter that got out
        self._written: set[str] = set()  # keys of all letters, known before any of them can come back
        self._news: list[str] = []  # heard, not yet in the case's story
        self._came_back = False  # the letter, and nothing was done about it yet
        self._in_portal = False
        self._used = False  # the tutor did something with the guide

    # What the story hears.

    def rule_resolved(self, resolved: RuleResolved) -> None:
        self._resolved = self._resolved or resolved
        self._news.append(resolved.reason)
        self._stirred = True

    def also_found(self, found: AlsoFound) -> None:
        self._news.append(shown.also_found(found))

    def tutor_left(self, left: TutorLeft) -> None:
        self._left = self._left or left
        self._stirred = True

    def leave_started(self, leave: LeaveStarted) -> None:  # noqa: ARG002 (since when does not matter here)
        self._away = self._stirred = True

    def leave_ended(self, leave: LeaveEnded) -> None:  # noqa: ARG002 (a tip is no deadline: no ramp-up)
        self._away, self._stirred = False, True

    def letter_news(self, news: LetterNews) -> None:
        if news.event in NEVER_ARRIVED and news.letter_key in self._written and not self._in_portal:
            self._came_back = True

    def answer(self, said: TutorAnswer) -> AnswerReceipt:
        if said.letter_key not in self._written or said.choice not in set(TipAct):
            return AnswerReceipt(taken=False, words=words.TOO_LATE)
        self._used = True
        self._news.append(words.DEEDS[TipAct(said.choice)])
        return AnswerReceipt(taken=True, words=words.THANKS)

    # What the story does.

    async def tell(self) -> CaseResult:
        """The story from its candidate to its end."""
        self.work.step = TipStep.CANDIDATE
        await self.work.note(words.WAKING_HOURS)
        ending = await self._get_it_out() or await self._see_what_it_does()
        return await self.work.close(ending.outcome, note=ending.words)

    async def _get_it_out(self) -> Ending | None:
        """Write to the tutor as soon as that may be; or why there is no more need to."""
        occurrence = 0
        while True:
            self._stirred, self.work.step = False, TipStep.CANDIDATE
            standing = await self.work.carrier.do(steps.tip_standing, self._question())
            if ending := self._over(standing):
                return ending
            if standing.on_leave or self._away:
                if not await self._tutor_is_back():
                    return words.gone_too_long(self.work.case.terms)
            elif standing.opens_at > self.work.now():
                await self._wait(words.WAKING_HOURS, standing.opens_at)
            else:
                occurrence += 1
                wish = self._wish(occurrence)
                self._written.add(wish.key)
                sent = await self.work.send(wish, unless=lambda: self._stirred)
                if await self._is_out(sent):
                    return None
                if self._stirred:
                    continue
                if not await self._budget_may_free():
                    return words.no_room(self.work.case.terms)

    def _question(self) -> TipQuestion:
        case = self.work.case
        return TipQuestion(
            programme=case.programme,
            tutor_number=case.tutor_number,
            as_of=self.work.now(),
            case_id=case.case_id,
            rule_id=case.rule_id,
        )

    def _over(self, standing: TipStanding) -> Ending | None:
        """Why the tip is not sent any more, the tutor's own going first."""
        if self._left or standing.left:
            return words.left(self._left)
        if standing.veto:
            return Ending(Outcome.DECLINED_BY_MANAGER, standing.veto)
        if self._resolved:
            return Ending(Outcome.NOT_NEEDED, self._resolved.reason)
        if standing.had_lately:
            return Ending(Outcome.NOT_NEEDED, standing.had_lately)
        return None

    async def _wait(self, waiting_for: str, until: datetime) -> None:
        """Wait before the letter, until an instant or until something is heard that may change it."""
        await self.work.note(waiting_for, until=until)
        await self.work.wait_until(lambda: self._stirred, until, f"Waiting for {waiting_for}")

    async def _tutor_is_back(self) -> bool:
        """Wait for the end of the tutor's leave; whether it is worth asking again."""
        self.work.step = TipStep.ON_LEAVE
        until = self.work.case.opened_at + self.work.case.terms.wait_for_return
        if until <= self.work.now():
            return False
        await self._wait(words.RETURN, until)
        return self._stirred

    async def _budget_may_free(self) -> bool:
        """Wait a day for room in the mail budget; False: it has been waited for long enough."""
        self.work.step = TipStep.WAITING_FOR_BUDGET
        terms, now = self.work.case.terms, self.work.now()
        self._refused_since = self._refused_since or now
        give_up = self._refused_since + terms.wait_for_budget
        if now >= give_up:
            return False
        await self._wait(words.BUDGET, min(now + terms.again_after, give_up))
        return True

    async def _is_out(self, sent: LetterSent) -> bool:
        """Whether the tip has reached its tutor's letter box, or the portal where no letter gets to."""
        if sent.state is LetterState.SUPPRESSED and sent.reason.startswith(LEFT):
            self._stirred = True  # the news itself is on its way; the standing knows it already
        if sent.state is LetterState.SUPPRESSED and (self._stirred or sent.reason.startswith(MAIL_BUDGET)):
            return False
        self._letter_key, self.work.acted_at, self.work.step = sent.key, sent.at, TipStep.SENT
        if sent.state in (LetterState.SUPPRESSED, LetterState.FAILED):
            await self._show_in_portal(sent.reason)
        return True

    async def _show_in_portal(self, reason: str) -> None:
        case, self._in_portal, self._came_back = self.work.case, True, False
        note = PortalNote(
            case_id=case.case_id,
            tutor_number=case.tutor_number,
            tip=case.tip,
            letter_key=self._letter_key,
            reason=reason,
            at=self.work.now(),
        )
        await self.work.carrier.do(steps.show_in_portal, note)
        self._news.append(words.in_portal(reason))

    async def _see_what_it_does(self) -> Ending:
        """Wait until the metric can answer, and hear what the tutor does meanwhile."""
        work, metric = self.work, self.work.case.metric
        acted_at = work.acted_at or work.now()
        until = acted_at + work.case.terms.measured_after
        await work.note(words.watching(metric), until=until)
        try:
            await self._listen(until, f"Waiting for {words.watching(metric)}")
            asked = words.measure(work.case, until, at=work.now())
            figure = await work.measure(asked, wait=self._listen)
        except Over as over:
            return Ending(over.outcome, over.note)
        work.step = TipStep.MEASURED
        await self._tell_news()
        return words.measured(figure)

    async def _listen(self, until: datetime, summary: str) -> None:
        """Wait, and put what is heard meanwhile into the story. Raises Over when the tutor has left."""
        while await self.work.wait_until(self._something_heard, until, summary):
            if self._left:
                gone = words.left(self._left)
                raise Over(gone.outcome, gone.words)
            await self._tell_news()

    def _something_heard(self) -> bool:
        return bool(self._news or self._came_back or self._left)

    async def _tell_news(self) -> None:
        """Put what was heard into the case's story; a letter that came back goes to the portal."""
        if self._came_back and not self._in_portal:
            await self._show_in_portal(words.CAME_BACK)
        if self._used and self.work.step == TipStep.SENT:
            self.work.step = TipStep.ACTED
        while self._news:
            await self.work.remark(self._news.pop(0))

    def _wish(self, occurrence: int) -> LetterWish:
        case = self.work.case
        return LetterWish(
            key=f"{case.case_id}/{Letter.COACHING_TIP}/{occurrence}",
            letter=Letter.COACHING_TIP,
            mail_class=LetterClass.OPTIONAL,
            case_id=case.case_id,
            tutor_number=case.tutor_number,
            programme=case.programme,
            about=TipContent(tip=case.tip).about(),
            as_of=self.work.now(),
        )


@workflow.defn(name="CoachingTip")
class CoachingTip(Hearing[TipStory]):
    """The story, carried by Temporal."""

    @workflow.init
    def __init__(self, case: StartTip) -> None:
        super().__init__(TipStory(case, OnTemporal(case.clock)))

    @workflow.run
    async def run(self, case: StartTip) -> CaseResult:  # noqa: ARG002 (the init has taken it)
        try:
            return await self.story.tell()
        except asyncio.CancelledError:
            return await self.story.work.stop(CANCELED)
