"""Judges a batch's tutors by the rulebook, and sets in motion what it decides, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from temporalio import activity

from activities import situations
from activities.exposures import exposure_rows, reviews_of
from activities.rulings import Ruling, cases_of, commands_of, decision_rows, sheets_of, state_rows
from retention.messages.evaluation import Step, StepReport
from retention.records import (
    batches,
    cases,
    commands,
    decisions,
    exposures,
    fact_sheets,
    hops,
    moments,
    rulebook,
    world,
)
from retention.records.announcements import announce
from retention.records.database import Session, transaction
from retention.settings import settings
from retention.vocabulary import Hop, Verdict
from rules.book import Book, Status
from rules.engine import DurableEngine
from rules.judge import Matcher, judge as judge_one
from rules.loader import load_book, texts_of
from rules.reference import PlainEngine
from rules.situation import Situation

AUTHOR = "rule files"  # of a version that was published because the files had changed


@dataclass(frozen=True)
class Court:
    """The book that this process judges by."""

    book: Book
    texts: dict[str, str]
    durable: Matcher
    plain: Matcher

    @property
    def matcher(self) -> Matcher:
        """The engine of the settings; the reference when a first attempt has failed."""
        retried = activity.in_activity() and activity.info().attempt > 1
        return self.plain if retried else self.durable


@lru_cache
def court() -> Court:
    """The rule files, read once by a process. Raises BookRefused with every fault in them."""
    folder, engine = settings().rules_folder, settings().rules_engine
    book = load_book(folder)
    plain = PlainEngine(book.conditions)
    durable = DurableEngine(book.conditions) if engine == "durable" else plain
    return Court(book=book, texts=texts_of(folder), durable=durable, plain=plain)


@activity.defn(name="judge")
def judge(step: Step) -> StepReport:
    """Let the rulebook decide about a batch's tutors, and finish it. Repeatable: once finished, nothing."""
    with transaction() as session:
        if not batches.still_open(session, step.batch_id):
            return StepReport()
        known = situations.situations_of(session, step)
        ruled = _ruled(session, known)
        _store(session, ruled, step=step)
        signals = moments.signals_of(session, step.batch_id)
        hops.reached(session, signals, Hop.JUDGED, at=datetime.now(UTC))  # process health
        batches.finish_batch(session, step.batch_id, at=step.as_of)
        announce(session, "tutor", [situation.tutor_number for situation in known])
        return _report(ruled, tutors=len(known))


def _ruled(session: Session, known: Sequence[Situation]) -> list[Ruling]:
    """What the book says of each tutor; what is strange goes to the log, without names."""
    here = court()
    version = rulebook.publish(
        session, here.texts, digest=here.book.digest, author=AUTHOR, at=datetime.now(UTC)
    )
    found = []
    for situation in known:
        judgement = judge_one(here.book, situation, matcher=here.matcher)
        found.append(Ruling(situation, judgement, book=here.book, version=version))
        for oddity in (*judgement.strange, *judgement.disagreements):
            activity.logger.warning("tutor %s: %s", situation.tutor_number, oddity)
    return found


def _store(session: Session, ruled: Sequence[Ruling], *, step: Step) -> None:
    """Keep sheets, decisions and states; open the cases of firings; put what Temporal is to be told."""
    numbers = fact_sheets.store(session, sheets_of(ruled))
    stored = decisions.store(session, decision_rows(ruled, numbers))
    rulebook.store_states(session, state_rows(ruled), as_of=step.as_of)
    clock = world.the_clock(session)
    opened = cases_of(ruled, stored, clock=clock)
    cases.open_all(session, opened)
    exposures.store(session, exposure_rows(ruled, stored))
    going_on = situations.still_open([ruling.situation for ruling in ruled])
    told = commands_of(ruled, stored, opened=opened, going_on=going_on)
    commands.put(session, [*told, *reviews_of(ruled, stored, clock=clock)])


def _report(ruled: Sequence[Ruling], *, tutors: int) -> StepReport:
    """How many of each; what a rule on trial would have done is recorded and not counted."""
    decided = [decision for ruling in ruled for decision in ruling.judgement.decisions]
    verdicts = [decision.verdict for decision in decided if decision.status is Status.ACTIVE]
    return StepReport(
        tutors=tutors,
        fired=verdicts.count(Verdict.FIRE),
        suppressed=verdicts.count(Verdict.SUPPRESSED),
        resolved=verdicts.count(Verdict.RESOLVE),
    )
