"""What was agreed in a coaching call: confirmed by the tutor, looked at two weeks later, measured."""

from functools import partial

from retention.messages.cases import CaseResult
from retention.messages.coaching import AgreedAction, AgreedActions
from retention.messages.effects import CHURN_SCORE, EffectFigure, MeasureEffect
from retention.messages.letters import LetterWish
from retention.messages.tasks import TaskResult
from retention.vocabulary import CoachingStep, EffectVerdict, Outcome, TaskKind, TaskState
from workflows import steps
from workflows.casework import ENDED_OUTSIDE, never
from workflows.coaching_letters import CHANGE, CoachingLetters
from workflows.coaching_times import CoachingDesk, with_words
from workflows.tutor_side import Over

TO_CONFIRM = "the tutor to confirm what was agreed"
TO_BE_DONE = "what was agreed to be done"
CONFIRMED = "The tutor has confirmed what was agreed."
DIFFERENT = "The tutor remembers it differently."
NOT_MEASURABLE = "Too little is known of the tutor's last weeks to say what it did."


class WhatWasAgreed:
    """The part of the story after the call."""

    def __init__(self, desk: CoachingDesk, letters: CoachingLetters, held: TaskResult) -> None:
        case = desk.work.case
        held_at = desk.work.acted_at
        assert held_at is not None, "the call was held"
        self._desk, self._letters = desk, letters
        self._work, self._tutor = desk.work, desk.tutor
        self._held_at, self._look_at = held_at, held_at + case.terms.follow_up_after
        self._actions = [AgreedAction(words=words) for words in held.form["actions"]]
        self._different = ""  # what the tutor says against it

    async def written_down(self) -> None:
        """The actions are kept for this and the next call, and the tutor gets them by mail."""
        work = self._work
        await work.remark("The call was held.")
        await self._keep()
        work.step = CoachingStep.NOTES_DONE
        await work.note("the tutor to be written to", note=f"Agreed and written down: {len(self._actions)}.")
        self._tutor.close_question()
        await self._tutor.write(self._letter, unless=self._is_time)

    async def confirmed(self) -> None:
        """The tutor has until the follow-up to confirm."""
        work, tutor = self._work, self._tutor
        work.step = CoachingStep.ACTIONS_OPEN
        asked = tutor.question is not None and not tutor.unreached
        await work.note(TO_CONFIRM if asked else TO_BE_DONE, until=self._look_at)
        if await tutor.until(tutor.answered, self._look_at, f"Waiting for {TO_CONFIRM}"):
            said = tutor.close_question()
            assert said is not None
            if said.choice == CHANGE:
                self._different = with_words(DIFFERENT, said)
            else:
                self._actions = [one.model_copy(update={"confirmed_at": said.at}) for one in self._actions]
                await self._keep()
            await work.note(TO_BE_DONE, until=self._look_at, note=self._different or CONFIRMED)
            await tutor.until(never, self._look_at, f"Waiting for {TO_BE_DONE}")
        tutor.close_question()
        await tutor.back()

    async def followed_up(self) -> None:
        """Whoever has the lead sees what became of it; without an answer it is measured all the same."""
        work = self._work
        work.step = CoachingStep.FOLLOW_UP
        task = await self._desk.open(TaskKind.COACHING_FOLLOW_UP)
        if self._different:
            await work.tell(self._different, command_id=work.carrier.new_id())
        result = await self._desk.result_of(task)
        if result.state is not TaskState.COMPLETED:
            await work.remark(ENDED_OUTSIDE)
            return
        done = [result.form["action_1_done"], result.form["action_2_done"]]
        self._actions = [
            one.model_copy(update={"done_at": result.completed_at if is_done else None})
            for one, is_done in zip(self._actions, done, strict=False)
        ]
        await self._keep()
        await self._tutor.until(task.over, None, "")

    async def measured(self) -> CaseResult:
        """The case closes with what the tutor's risk of leaving did since it was opened."""
        work, case = self._work, self._work.case
        asked = MeasureEffect(
            subject=case.case_id,
            programme=case.programme,
            tutor_number=case.tutor_number,
            metric=CHURN_SCORE,
            day=case.terms.follow_up_after.days,
            since=case.opened_at,
            as_of=work.now(),
            at=work.now(),
            keep=False,  # the review of 30, 60 and 90 days keeps its own
        )
        figure = await work.measure(asked, wait=partial(self._tutor.until, never))
        if figure.verdict is EffectVerdict.CHURNED:
            raise Over(Outcome.CHURNED, "The tutor has left.", writes=False)
        work.step = CoachingStep.CLOSED
        return await work.close(Outcome(figure.verdict.value), note=_words(figure))

    def _is_time(self) -> bool:
        return self._work.now() >= self._look_at

    def _letter(self) -> LetterWish:
        words = [one.words for one in self._actions]
        return self._letters.actions(words, closes_at=self._look_at, at=self._work.now())

    async def _keep(self) -> None:
        kept = AgreedActions(
            case_id=self._work.case.case_id,
            tutor_number=self._work.case.tutor_number,
            agreed_at=self._held_at,
            actions=self._actions,
        )
        await self._work.carrier.do(steps.record_actions, kept)


def _words(figure: EffectFigure) -> str:
    if figure.before is None or figure.after is None:
        return f"{NOT_MEASURABLE} {figure.reason}".strip()
    return f"Churn score {figure.before:g} before, {figure.after:g} now."
