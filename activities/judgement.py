"""Judges a batch's tutors by the rulebook, and sets in motion what it decides, in one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime

from temporalio import activity

from activities import alerting, engine_alarms as alarms, situations, tickets
from activities.alert_mail import notice_of
from activities.court import COURTROOM, Court, attempt
from activities.exposures import exposure_rows, reviews_of
from activities.looks import look_rows, looks_of, sheets_of_looks
from activities.rulings import Ruling, cases_of, commands_of, decision_rows, sheets_of, state_rows
from activities.watchdog import ENGINE_PATIENCE, not_longer_than
from retention.messages.evaluation import Step, StepReport
from retention.records import (
    batches,
    cases,
    commands,
    decisions,
    engine_alarms,
    exposures,
    fact_sheets,
    hops,
    looks,
    moments,
    rulebook,
    tutor_news,
    world,
)
from retention.records.announcements import announce
from retention.records.database import Session, transaction
from retention.vocabulary import Hop, Verdict
from rules.book import Status
from rules.judge import judge as judge_one
from rules.situation import Situation


@activity.defn(name="judge")
def judge(step: Step) -> StepReport:
    """Let the rulebook decide about a batch's tutors, and finish it. Repeatable: once finished, nothing."""
    with transaction() as session:
        if not batches.still_open(session, step.batch_id):
            return StepReport()
        known = situations.situations_of(session, step)
        here = COURTROOM.court(session, at=step.as_of)
        with not_longer_than(ENGINE_PATIENCE):
            ruled = _ruled(here, known)
        _store(session, ruled, step=step, here=here)
        _raise_alarms(session, ruled, step=step, gave_up=here.gave_up)
        signals = moments.signals_of(session, step.batch_id)
        hops.reached(session, signals, Hop.JUDGED, at=datetime.now(UTC))  # process health
        batches.finish_batch(session, step.batch_id, at=step.as_of)
        announce(session, "tutor", [situation.tutor_number for situation in known])
        return _report(ruled, tutors=len(known))


def _ruled(here: Court, known: Sequence[Situation]) -> list[Ruling]:
    """What the book says of each tutor; what is strange goes to the log, without names."""
    found = []
    for situation in known:
        judgement = judge_one(here.book, situation, matcher=here.matcher)
        found.append(Ruling(situation, judgement, book=here.book, version=here.version))
        for oddity in judgement.strange:
            activity.logger.warning("tutor %s: %s", situation.tutor_number, oddity)
    return found


def _raise_alarms(session: Session, ruled: Sequence[Ruling], *, step: Step, gave_up: bool) -> None:
    """Where the engine was not believed, and that it was given up: counted, and in the log."""
    raised = alarms.disagreements_of(ruled)
    if gave_up:
        raised.append(alarms.retried(step.batch_id, attempt()))
    engine_alarms.raise_(session, raised, at=datetime.now(UTC))  # process health
    for words in alarms.in_words(raised):
        activity.logger.error("rules engine: %s", words)


def _store(session: Session, ruled: Sequence[Ruling], *, step: Step, here: Court) -> None:
    """Keep looks, sheets, decisions and states; open the cases of firings; put what Temporal is told."""
    before = looks.last_of(session, [ruling.situation.tutor_number for ruling in ruled])
    judged = [(ruling.situation, ruling.judgement) for ruling in ruled]
    kept = looks_of(judged, here.watch, before=before)
    numbers = fact_sheets.store(session, [*sheets_of(ruled), *sheets_of_looks(kept)])
    looks.store(session, look_rows(kept, numbers, before=before, version=here.version))
    stored = decisions.store(session, decision_rows(ruled, numbers))
    rulebook.store_states(session, state_rows(ruled), as_of=step.as_of)
    tickets.keep(session, ruled, sheets=numbers, stored=stored)
    clock = world.the_clock(session)
    opened = cases_of(ruled, stored, clock=clock)
    cases.open_all(session, opened)
    exposures.store(session, exposure_rows(ruled, stored))
    urgent = alerting.follow(session, ruled, stored, at=step.as_of)
    going_on = situations.still_open([ruling.situation for ruling in ruled])
    told = commands_of(ruled, stored, opened=opened, going_on=going_on)
    reviews, notices = reviews_of(ruled, stored, clock=clock), notice_of(urgent, at=step.as_of)
    commands.put(session, [*told, *reviews, *notices])
    newly = [one.tutor_number for one in opened]  # a leave that became known while they were judged
    tutor_news.tell_leaves(session, newly, at=max(step.as_of, clock.now()))


def _report(ruled: Sequence[Ruling], *, tutors: int) -> StepReport:
    """How many of each; signals, and what rules on trial would have done, are recorded and not counted."""
    verdicts = [
        decision.verdict
        for ruling in ruled
        for decision in ruling.judgement.decisions
        if decision.status is Status.ACTIVE and not decision.is_signal
    ]
    return StepReport(
        tutors=tutors,
        fired=verdicts.count(Verdict.FIRE),
        suppressed=verdicts.count(Verdict.SUPPRESSED),
        resolved=verdicts.count(Verdict.RESOLVE),
    )
