"""Looks at what has become of a tutor between two instants, by what was known at each."""

from temporalio import activity

from retention import policy
from retention.measures.effects import verdict, why_not
from retention.messages.effects import CHURN_SCORE, Beside, EffectFigure, MeasureEffect, TooEarly
from retention.records import effect_figures, watermarks
from retention.records.database import Session, transaction
from retention.vocabulary import EffectVerdict

BESIDE = (CHURN_SCORE, "rating_avg_30", "sessions_7d")  # what whoever reads a figure asks next


@activity.defn
def measure_effect(request: MeasureEffect) -> EffectFigure:
    """What became of a tutor's metric. Repeatable: what was known then does not change.

    It is too early while the evaluation has not come to the day: what will be known of it is not there yet.
    Who will not ask again gets what can be said without it.
    """
    with transaction() as session:
        evaluated = watermarks.evaluated(session, request.tutor_number, at=request.as_of)
        early = None if evaluated else too_early(request)
        if early is not None:
            return early
        figure = _figure(session, request, evaluated=evaluated)
        if request.keep:
            effect_figures.keep(session, request, figure)
        return figure


def too_early(request: MeasureEffect) -> EffectFigure | None:
    """The answer while the evaluation is behind; None to who will not ask again."""
    if request.asked_before is None:
        return None
    early = TooEarly(
        again_after=2**request.asked_before * policy.EFFECT_ASK_AGAIN,
        at_most=policy.EFFECT_WAITS,
        at_least=policy.EFFECT_WAITS_REAL,
    )
    return EffectFigure(
        subject=request.subject,
        day=request.day,
        metric=request.metric,
        due_at=request.as_of,
        measured_at=request.at,
        before=None,
        after=None,
        verdict=EffectVerdict.NOT_MEASURABLE,
        too_early=early,
    )


def _figure(session: Session, request: MeasureEffect, *, evaluated: bool) -> EffectFigure:
    number, metric = request.tutor_number, request.metric
    facts_before = effect_figures.known_facts(session, number, at=request.since)
    facts_after = effect_figures.known_facts(session, number, at=request.as_of) if evaluated else {}
    before, after = facts_before.get(metric), facts_after.get(metric)
    cases = effect_figures.new_cases(session, request)
    churned = effect_figures.left_between(session, number, since=request.since, until=request.as_of)
    found = verdict(metric, before, after, cases=cases, churned=churned)
    unknown = found is EffectVerdict.NOT_MEASURABLE
    return EffectFigure(
        subject=request.subject,
        day=request.day,
        metric=metric,
        due_at=request.as_of,
        measured_at=request.at,
        before=before,
        after=after,
        cases=cases,
        verdict=found,
        reason=why_not(before, after, cases=cases, evaluated=evaluated) if unknown else "",
        beside=[
            Beside(metric=name, before=facts_before.get(name), after=facts_after.get(name))
            for name in BESIDE
            if name != metric
        ],
    )
