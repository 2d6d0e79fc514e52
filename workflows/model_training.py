"""The life of a model: learnt, shadowed, shown to a person, and promoted only by their word."""

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from retention.messages.tasks import SYSTEM
from retention.messages.training import (
    Challenger,
    DecideModel,
    Ending,
    FitChallenger,
    ModelReceipt,
    SettleTraining,
    ShadowDay,
    TrainingInput,
    TrainingReport,
)
from workflows import model_steps, shown
from workflows.on_temporal import OnTemporal

NOBODY = "Nobody decided in time; a newer model is learnt instead."
DAY = timedelta(days=1)


@workflow.defn(name="ModelTraining")
class ModelTraining:
    """Learn a challenger, score beside the champion for some days, wait for a person, do what they say."""

    @workflow.init
    def __init__(self, given: TrainingInput) -> None:
        self._carrier = OnTemporal(given.clock)
        self._given = given
        self._challenger: Challenger | None = None
        self._in_the_way: list[str] | None = None  # None: not shadowed long enough
        self._shadowed = 0
        self._broken = ""  # why the challenger cannot be asked any more
        self._word: DecideModel | None = None
        self._report: TrainingReport | None = None

    @workflow.run
    async def run(self, given: TrainingInput) -> TrainingReport:  # noqa: ARG002 (the init has taken it)
        self._report = await self._story()
        await self._carrier.settle()
        return self._report

    @workflow.update(description="A person promotes or rejects the challenger")
    async def decide(self, word: DecideModel) -> ModelReceipt:
        self._word = word
        await workflow.wait_condition(lambda: self._report is not None)
        assert self._report is not None
        return ModelReceipt(ending=self._report.ending, words=self._report.words)

    @decide.validator
    def refuse_what_cannot_be(self, word: DecideModel) -> None:
        """The sentences are shown to whoever asked."""
        if self._challenger is None:
            raise _refused("The challenger is still being learnt.")
        if self._word is not None or self._report is not None:
            raise _refused("Somebody has decided about this model already.")
        if word.promote and self._in_the_way is None:
            raise _refused(f"It has scored in the shadow for {self._shadowed} days only.")
        if word.promote and self._in_the_way and not word.despite:
            raise _refused(f"Not all conditions are met: {', '.join(self._in_the_way)}.")

    async def _story(self) -> TrainingReport:
        begun, training_id = self._given.as_of or self._carrier.now(), workflow.info().workflow_id
        self._carrier.show("A challenger is being learnt.", None)
        asked = FitChallenger(kind=self._given.kind, training_id=training_id, as_of=begun)
        self._challenger = challenger = await self._carrier.do(model_steps.fit_challenger, asked)
        if challenger.version_id is None:
            return TrainingReport(ending="nothing_learnt", words=challenger.words)
        await self._shadow(challenger.version_id, begun=begun)
        return await self._settle(challenger.version_id)

    async def _shadow(self, version_id: int, *, begun: datetime) -> None:
        """Score beside the champion day by day, also while a person is waited for.

        Days that have passed already are scored at once, as what was known then; a person has the whole of
        the patience from the day on which they can decide.
        """
        given, training_id = self._given, workflow.info().workflow_id
        ends = begun + given.shadow_days * DAY + given.patience
        day = 1
        while (due := begun + day * DAY) < ends:
            if await self._decided(due, self._waiting_until(ends)):
                return
            asked = ShadowDay(training_id=training_id, version_id=version_id, as_of=due)
            reading = await self._carrier.do(model_steps.shadow_day, asked)
            if reading.broken:
                self._broken = reading.broken
                return
            self._shadowed = day
            self._in_the_way = reading.in_the_way if day >= given.shadow_days else None
            if day == given.shadow_days and given.as_of is not None:
                ends = max(ends, self._carrier.now() + given.patience)
            day += 1
        await self._decided(ends, self._waiting_until(ends))

    def _waiting_until(self, ends: datetime) -> str:
        if self._shadowed < self._given.shadow_days:
            return f"Scores in the shadow, {self._shadowed} of {self._given.shadow_days} days"
        return f"A person promotes or rejects it until {shown.instant(ends)}"

    async def _decided(self, due: datetime, waiting: str) -> bool:
        """Wait for a person's word, at most until an instant; whether there is one."""
        self._carrier.show(f"{waiting}.", None)
        return await self._carrier.until(lambda: self._word is not None, due, waiting)

    async def _settle(self, version_id: int) -> TrainingReport:
        ending, actor, reason = self._ended()
        asked = SettleTraining(
            training_id=workflow.info().workflow_id,
            version_id=version_id,
            ending=ending,
            actor=actor,
            reason=reason,
            at=self._carrier.now(),
            despite=self._word is not None and self._word.despite,
        )
        end = await self._carrier.do(model_steps.settle_training, asked)
        return TrainingReport(
            version_id=version_id, ending=end.ending, words=end.words, shadow_days=self._shadowed
        )

    def _ended(self) -> tuple[Ending, str, str]:
        """How it ends, by whom and why. One that cannot be asked is never promoted."""
        word = self._word
        if self._broken and (word is None or word.promote):
            return "not_applied", SYSTEM, self._broken
        if word is None:
            return "expired", SYSTEM, NOBODY
        return "promoted" if word.promote else "rejected", word.actor, word.reason


def _refused(sentence: str) -> ApplicationError:
    return ApplicationError(sentence, type="Refused", non_retryable=True)
