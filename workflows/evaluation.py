"""The evaluation: works off what is new about tutors, then the periods that are over, until none is left.

There is one, with a fixed id; a wake-up while it runs makes it look again before it ends.
"""

from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

from retention.messages.evaluation import AsOf, Batch, EvaluationInput, EvaluationReport, Step
from workflows import steps

EVALUATION_ID = "evaluation"
SUMMARY = "Works off new facts: metrics, churn scores, rules"
BATCHES_A_RUN = 14  # about 31 events each: a run stays under 500 (design 4, Workflows)
TRIES = 5  # to wake an evaluation that ends at the same moment


@workflow.defn(name="Evaluation")
class Evaluation:
    """Claim, measure, score, judge; the same for each period that is over."""

    @workflow.init
    def __init__(self, given: EvaluationInput) -> None:
        self._given = given
        self._report = given.report or EvaluationReport()
        self._batches = 0  # of this run
        self._woken = False

    @workflow.run
    async def run(self, given: EvaluationInput) -> EvaluationReport:
        if given.draining is not None:
            await self._drain(given.draining)
        while True:
            self._woken = False
            # Periods before batches: new facts may never end, and a day that is over must not wait for that.
            marked = await steps.mark_periods(AsOf(as_of=self._now()))
            self._report.periods += len(marked.periods)
            if marked.periods or marked.unfinished:
                await self._drain(marked.as_of)
            elif not await self._took_one(as_of=self._now(), draining=None) and not self._woken:
                return self._report

    @workflow.signal(description="There is something new: look again before you end")
    def wake(self) -> None:
        self._woken = True

    async def _drain(self, period_end: datetime) -> None:
        """Work off every mark that was known by the end of a period, as of that end."""
        while await self._took_one(as_of=period_end, draining=period_end):
            pass

    async def _took_one(self, *, as_of: datetime, draining: datetime | None) -> bool:
        """Work off the next batch; whether there was one."""
        batch = await steps.claim(AsOf(as_of=as_of))
        if batch.tutors == 0:
            return False
        await self._work_off(batch)
        if self._batches >= BATCHES_A_RUN:
            workflow.continue_as_new(
                EvaluationInput(clock=self._given.clock, report=self._report, draining=draining)
            )
        return True

    async def _work_off(self, batch: Batch) -> None:
        step = Step(batch_id=batch.batch_id, as_of=batch.as_of)
        workflow.set_current_details(
            f"Working on {batch.tutors} tutors, as of {batch.as_of:%d %b %H:%M} UTC."
        )
        await steps.measure(step)
        await steps.score(step)
        judged = await steps.judge(step)
        self._batches += 1
        self._report = EvaluationReport(
            batches=self._report.batches + 1,
            tutors=self._report.tutors + batch.tutors,
            fired=self._report.fired + judged.fired,
            suppressed=self._report.suppressed + judged.suppressed,
            periods=self._report.periods,
        )

    def _now(self) -> datetime:
        return self._given.clock.at(workflow.now())


@workflow.defn(name="EvaluationTick")
class EvaluationTick:
    """What the schedule starts: a schedule cannot start a fixed id, so this one starts or wakes it."""

    @workflow.run
    async def run(self, given: EvaluationInput) -> str:
        for _ in range(TRIES):
            try:
                await workflow.start_child_workflow(
                    Evaluation.run,
                    given,
                    id=EVALUATION_ID,
                    parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                    static_summary=SUMMARY,
                )
            except WorkflowAlreadyStartedError:
                if await _woke():
                    return "It was running and looks again."
            else:
                return "Started."
        return "It ended and began in between; it has looked."


async def _woke() -> bool:
    try:
        await workflow.get_external_workflow_handle(EVALUATION_ID).signal(Evaluation.wake)
    except ApplicationError:  # it ended in between
        return False
    return True
