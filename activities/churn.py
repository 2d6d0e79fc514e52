"""Scores a batch's tutors: how likely each is to leave, and what speaks for it."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from statistics import median

from temporalio import activity

from ml.measures import Sums, measures_of
from ml.score import PastScore, Scored, scored
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
        sums = [Sums(**row) for row in churn.sums_of(session, step.batch_id, day=day)]
        past, medians = _past(session, step, day=day), _medians(session, sums, day=day)
        found = {
            one.tutor_number: scored(one, past[one.tutor_number], day=day, medians=medians) for one in sums
        }
        churn.store(session, [_row(number, it, step=step) for number, it in found.items()])
        changed = [number for number, it in found.items() if _changed(it, past[number])]
        moments.put_score_updates(session, changed, batch_id=step.batch_id, at=step.as_of)
        signals = moments.signals_of(session, step.batch_id)
        hops.reached(session, signals, Hop.SCORED, at=datetime.now(UTC))  # process health
        return StepReport(tutors=len(sums), scores_changed=len(changed))


def _past(session: Session, step: Step, *, day: date) -> defaultdict[int, list[PastScore]]:
    """The scores that decide whether a band falls, by tutor, newest first."""
    found: defaultdict[int, list[PastScore]] = defaultdict(list)
    for row in churn.past_of(session, step.batch_id, day=day, days=policy.BAND_DOWN_DAYS):
        found[row.tutor_number].append(
            PastScore(row.day, row.score, RiskBand(row.band), row.band_since, row.patterns)
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
        "source": ScoreSource.COMPONENT,
        "version": policy.COMPONENT_VERSION,
        "p30": it.p30,
        "components": it.components,
        "patterns": it.patterns,
        "factors": it.factors,
        "inputs": it.inputs,
    }
