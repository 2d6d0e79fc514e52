"""`python -m bench.model_day DATE`: all that the process for models does at the end of a world's day.

It learns a challenger while everybody is scored, as its two slots may, scores beside the champion, looks at
the champion, learns how first sessions go and foretells those ahead. Prints the most memory it ever held.
"""

import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from activities.churn import score
from activities.first_sessions import foretell_first_sessions
from activities.measurement import measure
from activities.model import SLOTS
from activities.model_training import fit_challenger
from activities.shadowing import shadow_day
from activities.watching import watch_champion
from retention.measures.periods import start_of
from retention.messages.evaluation import AsOf, Step
from retention.messages.training import FitChallenger, ShadowDay, WatchChampion
from retention.policy import BATCH_TUTORS
from retention.records import batches, model_versions, watermarks
from retention.records.database import transaction
from retention.vocabulary import ModelKind

KILOBYTE = 1024
FIRST, NEXT = "model-training/first", "model-training/next"


def a_day(end: datetime) -> None:
    """Work off the day that ends then; the day before it rolls up the history."""
    with transaction() as session:
        watermarks.begin(session, end - timedelta(days=2))
    _score_everybody(end)
    _promoted(end, kind=ModelKind.CHURN)
    with ThreadPoolExecutor(SLOTS) as slots:
        scoring = slots.submit(_score_everybody, end)
        asked = FitChallenger(training_id=NEXT, as_of=end)
        challenger = slots.submit(fit_challenger, asked).result().version_id
        scoring.result()
    if challenger is not None:
        shadow_day(ShadowDay(training_id=NEXT, version_id=challenger, as_of=end))
    watch_champion(WatchChampion(as_of=end))
    _promoted(end, kind=ModelKind.FIRST_SESSION)
    foretell_first_sessions(AsOf(as_of=end))


def _promoted(end: datetime, *, kind: ModelKind) -> None:
    """A model of a kind is learnt and serves."""
    made = fit_challenger(FitChallenger(kind=kind, training_id=f"{FIRST}/{kind}", as_of=end))
    if made.version_id is None:
        raise SystemExit(made.words)
    with transaction() as session:
        model_versions.promote(session, made.version_id, actor="bench", reason="To be asked.", at=end)


def _score_everybody(until: datetime) -> None:
    """At the end of the next day that is over by then."""
    with transaction() as session:
        periods = watermarks.next_periods(session, until)
        watermarks.mark_periods(session, periods)
    while (batch := _claimed(periods[0].end)) is not None:
        measure(batch)
        score(batch)
        with transaction() as session:
            batches.finish_batch(session, batch.batch_id, at=batch.as_of)


def _claimed(end: datetime) -> Step | None:
    with transaction() as session:
        batch = batches.claim_batch(session, end, limit=BATCH_TUTORS)
    return Step(batch_id=batch.batch_id, as_of=batch.as_of) if batch.tutors else None


if __name__ == "__main__":
    a_day(start_of(datetime.fromisoformat(sys.argv[1]).replace(tzinfo=UTC).date()))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KILOBYTE)
