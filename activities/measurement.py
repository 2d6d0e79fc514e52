"""Measures a batch's tutors: their days, windows, standing, and whether they are still with us."""

from datetime import UTC, datetime

from temporalio import activity

from retention.measures.stays import History, Stay, status_of, stays_of
from retention.measures.thresholds import lights, red_flags
from retention.measures.tiers import tier_of
from retention.messages.evaluation import Step, StepReport
from retention.records import (
    alert_raising,
    batches,
    hops,
    moments,
    rollup,
    standings,
    stays,
    tutor_news,
    windows,
)
from retention.records.database import Session, transaction
from retention.records.standings import Position
from retention.records.tutor_news import Departure
from retention.vocabulary import Hop, TutorStatus


@activity.defn(name="measure")
def measure(step: Step) -> StepReport:
    """Bring the metrics of a batch's tutors up to date. Repeatable; a finished batch is left alone."""
    with transaction() as session:
        if not batches.still_open(session, step.batch_id):
            return StepReport()
        days = rollup.reroll(session, step.batch_id, as_of=step.as_of)
        windows.refresh(session, step.batch_id, as_of=step.as_of)
        positions = standings.positions_of(session, step.batch_id, as_of=step.as_of)
        standings.store(session, [_standing(position) for position in positions], as_of=step.as_of)
        _declare(session, step)
        signals = moments.signals_of(session, step.batch_id)
        hops.reached(session, signals, Hop.MEASURED, at=datetime.now(UTC))  # process health
        return StepReport(tutors=len(positions), days_rerolled=days)


def _standing(position: Position) -> dict[str, object]:
    seen = lights(position.metrics)
    return {
        "tutor_number": position.tutor_number,
        "rating_last_30": position.metrics["rating_last_30"],
        "rated_last_30": position.metrics["rated_last_30"],
        "last_session_at": position.last_session_at,
        "last_login_at": position.last_login_at,
        "flags": red_flags(seen),
        "trends": position.trends,
        "tier_provisional": tier_of(position.metrics, seen),
    }


def _declare(session: Session, step: Step) -> None:
    """Write down who has left, come back, or gone on leave, and tell their open cases and alerts."""
    found: list[tuple[int, Stay]] = []
    changes: list[tuple[int, TutorStatus, datetime]] = []
    gone: list[Departure] = []
    for history in stays.histories_of(session, step.batch_id, as_of=step.as_of):
        known = stays_of(history, as_of=step.as_of)
        found.extend((history.tutor_number, stay) for stay in known)
        status = status_of(history, known)
        if status is not history.status:
            since = known[-1].ended_at or _present_since(history, known[-1].started_at, as_of=step.as_of)
            changes.append((history.tutor_number, status, since))
            gone.extend(_departures(history.tutor_number, known[-1]))
    stays.store_stays(session, found)
    stays.change_statuses(session, changes)
    tutor_news.tell_departures(session, gone)
    alert_raising.tutors_left(session, [one.tutor_number for one in gone], at=step.as_of)
    tutor_news.tell_leaves(session, [number for number, _, _ in changes], at=step.as_of)


def _departures(number: int, stay: Stay) -> list[Departure]:
    if stay.ended_at is None or stay.reason is None:
        return []
    return [Departure(number, stay.ended_at, stay.reason)]


def _present_since(history: History, started_at: datetime, *, as_of: datetime) -> datetime:
    """Since when a tutor is here or on leave: the return of one who had left, else this instant."""
    return started_at if history.status is TutorStatus.CHURNED else as_of
