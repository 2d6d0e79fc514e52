"""Scores a batch's tutors: how likely each is to leave, and what speaks for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median

from temporalio import activity

from activities.forecasts import Foresight, foresight
from ml.measures import Sums, measures_of
from ml.score import PastScore, Scored, by_model, scored
from ml.serving import factors_of
from retention import policy
from retention.measures.periods import measured_day
from retention.messages.evaluation import Step, StepReport
from retention.records import batches, churn, hops, moments
from retention.records.database import Session, transaction
from retention.vocabulary import Hop, RiskBand, ScoreSource


@activity.defn(name="score")
def score(step: Step) -> StepReport:
    """Bring the churn scores of a batch's tutors up to date. Repeatable; a finished batch is left alone."""
    with transaction() as session:
        if not batches.still_open(session, step.batch_id):
            return StepReport()
        day = measured_day(step.as_of)
        past = _past(session, step, day=day)
        found = _scored(session, step, past=past)
        changed = [number for number, it in found.items() if _changed(it, past[number])]
        moments.put_score_updates(session, changed, batch_id=step.batch_id, at=step.as_of)
        signals = moments.signals_of(session, step.batch_id)
        hops.reached(session, signals, Hop.SCORED, at=datetime.now(UTC))  # process health
        return StepReport(tutors=len(found), scores_changed=len(changed))


def _scored(session: Session, step: Step, *, past: Mapping[int, Sequence[PastScore]]) -> dict[int, Scored]:
    """Score and keep: by the components, and by the champion where it has a say."""
    day = measured_day(step.as_of)
    sums = [Sums(**row) for row in churn.sums_of(session, step.batch_id, day=day)]
    medians = _medians(session, sums, day=day)
    seen = foresight(session, step, {one.tutor_number: one.tenure_days for one in sums})
    found, rows = {}, []
    for one in sums:
        number = one.tutor_number
        it = scored(one, past[number], day=day, medians=medians)
        forecast = seen.found.get(number)
        if forecast is not None:
            grave = number in seen.grave
            it = by_model(it, past[number], day=day, p30=forecast.p30, grave=grave)
        found[number] = it
        rows.append(_row(number, it, step=step) | _told(it, seen, number))
    churn.store(session, rows)
    return found


def _told(it: Scored, seen: Foresight, number: int) -> dict[str, object]:
    """What a row says of its estimator."""
    forecast, why_not = seen.found.get(number), seen.why_not(number)
    if forecast is None:
        return {"source": ScoreSource.COMPONENT, "version": policy.COMPONENT_VERSION, "fallback": why_not}
    return {
        "source": ScoreSource.MODEL,
        "version": f"model-{forecast.version_id}",
        "model_version": forecast.version_id,
        "fallback": why_not,
        **dict(zip(("p1", "p7", "p30", "p90"), forecast.chances, strict=True)),
        "relative": forecast.relative,
        "window_days": forecast.window_days,
        "factors": [*_notice(seen.notices.get(number)), *factors_of(forecast, seen.medians)],
        "component_score": it.component_score,
    }


def _notice(days_left: int | None) -> list[dict[str, object]]:
    """A notice as the first of the factors: the model does not know of it, people do."""
    if days_left is None:
        return []
    said = {"says": "Gave notice; days to the last one", "value": days_left, "unit": "days"}
    return [{"name": "notice", "measure": "notice", "peer_median": None, "log_odds": None, **said}]


def _past(session: Session, step: Step, *, day: date) -> defaultdict[int, list[PastScore]]:
    """The scores that decide whether a band falls, by tutor, newest first."""
    found: defaultdict[int, list[PastScore]] = defaultdict(list)
    for row in churn.past_of(session, step.batch_id, day=day, days=policy.BAND_DOWN_DAYS):
        found[row.tutor_number].append(
            PastScore(row.day, row.score, RiskBand(row.band), row.band_since, row.patterns, row.smoothed_p30)
        )
    return found


def _medians(session: Session, sums: list[Sums], *, day: date) -> dict[str, float]:
    """Medians over all tutors on the last whole day; of this batch when there is none yet."""
    known = churn.medians_of(session, day - timedelta(days=1))
    if known:
        return known
    values: defaultdict[str, list[float]] = defaultdict(list)
    for one in sums:
        for name, value in measures_of(one).items():
            values[name].append(value)
    return {name: median(those) for name, those in values.items()}


def _changed(now: Scored, past: list[PastScore]) -> bool:
    return not past or (past[0].score, past[0].band) != (now.score, now.band)


def _row(number: int, it: Scored, *, step: Step) -> dict[str, object]:
    return {
        "tutor_number": number,
        "day": measured_day(step.as_of),
        "as_of": step.as_of,
        "score": it.score,
        "raw_score": it.raw_score,
        "band": it.band,
        "band_since": it.band_since,
        "p30": it.p30,
        "smoothed_p30": it.smoothed_p30,
        "components": it.components,
        "patterns": it.patterns,
        "factors": it.factors,
        "inputs": it.inputs,
    }
