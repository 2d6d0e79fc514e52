"""What became of a tutor: looked at 30, 60 and 90 days after, whatever else happens meanwhile."""

from datetime import datetime, timedelta
from functools import partial

from temporalio import workflow

from retention.messages.effects import EffectReport, MeasureEffect, StartEffectReview
from retention.vocabulary import EffectVerdict
from workflows import shown
from workflows.carrier import Carrier
from workflows.casework import never
from workflows.measuring import evaluation_of, measured
from workflows.on_temporal import OnTemporal


@workflow.defn(name="EffectReview")
class EffectReview:
    """Wait for each of its days, look, write down. A late start looks at once, as of the day itself.

    A look waits while the evaluation has not come to its day.
    """

    @workflow.run
    async def run(self, review: StartEffectReview) -> EffectReport:
        carrier, found = OnTemporal(review.clock), dict[int, EffectVerdict]()
        for day in sorted(review.days):
            due = review.anchor + timedelta(days=day)
            waiting = f"Waiting for day {day}, {shown.instant(due)}"
            carrier.show(f"{waiting}, to see what became of `{review.subject}`.", None)
            await carrier.until(never, due, waiting)
            asked = _asked(review, day=day, at=carrier.now())
            figure = await measured(carrier, asked, wait=partial(_wait, carrier, asked))
            found[day] = figure.verdict
        return EffectReport(subject=review.subject, verdicts=found)


async def _wait(carrier: Carrier, asked: MeasureEffect, again_at: datetime, give_up: datetime) -> None:
    waiting = f"Waiting for {evaluation_of(asked.as_of)}"
    told = f"{waiting}, until {shown.instant(give_up)} at most, to see what became of `{asked.subject}`."
    carrier.show(told, None)
    await carrier.until(never, again_at, waiting)


def _asked(review: StartEffectReview, *, day: int, at: datetime) -> MeasureEffect:
    same = review.model_dump(include={"subject", "programme", "tutor_number", "metric", "since"})
    return MeasureEffect(**same, day=day, as_of=review.anchor + timedelta(days=day), at=at)
