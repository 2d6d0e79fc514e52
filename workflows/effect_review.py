"""What became of a tutor: looked at 30, 60 and 90 days after, whatever else happens meanwhile."""

from datetime import datetime, timedelta

from temporalio import workflow

from retention.messages.effects import EffectReport, MeasureEffect, StartEffectReview
from retention.vocabulary import EffectVerdict
from workflows import shown, steps
from workflows.casework import never
from workflows.on_temporal import OnTemporal


@workflow.defn(name="EffectReview")
class EffectReview:
    """Wait for each of its days, look, write down. A late start looks at once, as of the day itself."""

    @workflow.run
    async def run(self, review: StartEffectReview) -> EffectReport:
        carrier, found = OnTemporal(review.clock), dict[int, EffectVerdict]()
        for day in sorted(review.days):
            due = review.anchor + timedelta(days=day)
            waiting = f"Waiting for day {day}, {shown.instant(due)}"
            carrier.show(f"{waiting}, to see what became of `{review.subject}`.", None)
            await carrier.until(never, due, waiting)
            figure = await carrier.do(steps.measure_effect, _asked(review, day=day, at=carrier.now()))
            found[day] = figure.verdict
        return EffectReport(subject=review.subject, verdicts=found)


def _asked(review: StartEffectReview, *, day: int, at: datetime) -> MeasureEffect:
    same = review.model_dump(include={"subject", "programme", "tutor_number", "metric", "since"})
    return MeasureEffect(**same, day=day, as_of=review.anchor + timedelta(days=day), at=at)
