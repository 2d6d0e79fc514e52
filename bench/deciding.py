"""Decisions of many tutors written: how many statements that takes, and how the cost grows with the tutors.

The whole step as the evaluation takes it (what is known read, judged by the C engine, looks, fact sheets,
decisions, states, cases and commands written), in one transaction, at the end of a day, for tutors with two
weeks of sessions. Production takes 200 tutors at a time; here they are one batch. A rule whose alerts come as
a storm adds up to three statements, and more rules do so among many tutors than among few.
"""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, text

from activities import churn, judgement, measurement
from bench import history, stopwatch
from bench.bed import NOW, at_home, database
from bench.rows import Row
from retention.messages.evaluation import Step
from retention.records import batches, database as records, moments
from retention.records.database import transaction
from retention.vocabulary import Trigger

TUTORS, FEW = 3_000, 300
ROUNDS = 3  # of few tutors; those of many are one
DAYS = 14
STATEMENTS = 1.1  # times those of a tenth of the tutors: a number that does not grow with them
ENDED = (Trigger.HOURLY, Trigger.DAILY_ROLLUP)
DECISIONS = "SELECT count(*) FROM decisions"


@dataclass(frozen=True)
class Judged:
    """One batch judged."""

    tutors: int
    decisions: int
    statements: int
    spent: float  # CPU seconds of this process and of its database session


def rows(tutors: int = TUTORS, few: int = FEW) -> list[Row]:
    """Two rows: statements, and cost, of many tutors against a tenth of them."""
    with database() as bed, at_home(bed):
        history.fill(bed, tutors=few * (1 + ROUNDS) + tutors, days=DAYS)
        _a_day_has_ended()
        _, *little = (_judged(few) for _ in range(1 + ROUNDS))  # the first publishes the book
        much = _judged(tutors)
    statements = statistics.median(one.statements for one in little)
    spent = statistics.median(one.spent for one in little)
    name = f"{tutors} tutors, {much.decisions} decisions / {few} tutors"
    counted = (much.statements, statements, "statements", much.statements / statements)
    cost = (much.spent, spent, "cpu_s", much.spent / spent)
    return [
        Row("deciding", f"statements: {name}", tutors, *counted, STATEMENTS),
        Row("deciding", f"cost: {name}", tutors, *cost, None),
    ]


def _a_day_has_ended() -> None:
    with transaction() as session:
        numbers = session.scalars(text("SELECT number FROM tutors"))
        told = {"session_id": None, "event_id": None, "event_time": NOW, "known_at": NOW}
        moments.put(
            session, [{"tutor_number": it, "trigger": end, **told} for it in numbers for end in ENDED]
        )


def _judged(tutors: int) -> Judged:
    with transaction() as session:
        batch = batches.claim_batch(session, NOW, limit=tutors)
    step = Step(batch_id=batch.batch_id, as_of=batch.as_of)
    measurement.measure(step)
    churn.score(step)
    before = _decisions()
    with _statements() as sent:
        spent = stopwatch.cpu_with_pooled(records.engine(), lambda: judgement.judge(step))
    return Judged(tutors, _decisions() - before, len(sent), spent)


def _decisions() -> int:
    with transaction() as session:
        found: int = session.scalars(text(DECISIONS)).one()
    return found


@contextmanager
def _statements() -> Iterator[list[str]]:
    """What this process sends meanwhile; a statement that goes with many rows counts once for each."""
    sent: list[str] = []

    def note(*told: Any) -> None:
        statement, values, at_once = told[2], told[3], told[5]
        sent.extend([statement] * (len(values) if at_once else 1))

    engine = records.engine()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
