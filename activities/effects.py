"""Looks at what has become of a tutor between two instants, by what was known at each."""

from temporalio import activity

from retention.measures.effects import verdict
from retention.messages.effects import CHURN_SCORE, Beside, EffectFigure, MeasureEffect
from retention.records import effect_figures
from retention.records.database import Session, transaction

BESIDE = (CHURN_SCORE, "rating_avg_30", "sessions_7d")  # what whoever reads a figure asks next


@activity.defn
def measure_effect(request: MeasureEffect) -> EffectFigure:
    """What became of a tutor's metric. Repeatable: what was known then does not change."""
    with transaction() as session:
        figure = _figure(session, request)
        if request.keep:
            effect_figures.keep(session, request, figure)
        return figure


def _figure(session: Session, request: MeasureEffect) -> EffectFigure:
    number, metric = request.tutor_number, request.metric
    before = effect_figures.known_facts(session, number, at=request.since)
    after = effect_figures.known_facts(session, number, at=request.as_of)
    cases = effect_figures.new_cases(session, request)
    churned = effect_figures.left_between(session, number, since=request.since, until=request.as_of)
    return EffectFigure(
        subject=request.subject,
        day=request.day,
        metric=metric,
        due_at=request.as_of,
        measured_at=request.at,
        before=before.get(metric),
        after=after.get(metric),
        cases=cases,
        verdict=verdict(metric, before.get(metric), after.get(metric), cases=cases, churned=churned),
        beside=[
            Beside(metric=name, before=before.get(name), after=after.get(name))
            for name in BESIDE
            if name != metric
        ],
    )
