"""Why, and why not: how long somebody waits for it, in a company with ninety days behind it.

One request after another, at another tutor each time. A person waits for it, so seconds on the wall are held
to the limit as they are; they are worth little on a machine that is busy with other work, so the CPU seconds
of this process and its database session stand beside them.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import numpy as np
from sqlalchemy import text

from activities import churn, judgement, measurement
from bench import history, judged, stopwatch
from bench.bed import NOW, Bed, at_home, database
from bench.office import Office, signed_in
from bench.rows import Row
from retention.messages.evaluation import Step
from retention.records import batches, database as records, rulebook_publications
from retention.records.database import transaction
from rules.commands.explanations import as_of_now, as_of_then
from rules.loader import digest_of, load_book, texts_of
from web.application import pages

TUTORS = 300
PAST = timedelta(days=30)
LIMIT = 0.2  # seconds, 95 of 100 (issue)
SHARE = 95
# One decision in two days for a tutor, as in the simulated world.
DECISIONS = """
INSERT INTO decisions (key, tutor_number, rule_id, rulebook_version, verdict, reason, episode, fact_sheet_id,
  explanation, engine, as_of, shadow)
SELECT 'bench-' || l.id, l.tutor_number, 'A1.engagement', l.rulebook_version, 'suppressed', 'plan', '1',
  l.fact_sheet_id, '[]', 'durable', l.as_of, false
FROM looks l WHERE l.id % 6 = 0
"""


def rows(tutors: int = TUTORS, asked: int = 60, *, times: int = 3) -> list[Row]:
    """Two rows, 95 of 100, for each way: told as of now, as of a month ago, and the page."""
    with database() as bed, at_home(bed), asyncio.Runner() as loop:
        numbers = _company(bed, tutors, asked)
        office = Office(bed, pages(), signed_in(), numbers[0], loop)
        ways: dict[str, Callable[[int], object]] = {
            "now": _now,
            "a month ago": _then,
            "the page": lambda number: office.page(f"/people-ops/tutors/{number}/why"),
        }
        return [row for name, way in ways.items() for row in _rows(name, way, numbers * times)]


def _rows(name: str, way: Callable[[int], object], numbers: Sequence[int]) -> list[Row]:
    way(numbers[0])
    waited, spent = zip(*(_asked(way, number) for number in numbers), strict=True)
    return [
        _row(name, waited, "wall_s", target=1.0),
        _row(name, spent, "cpu_s", target=None),
    ]


def _asked(way: Callable[[int], object], number: int) -> tuple[float, float]:
    """Seconds on the wall and of CPU."""
    waited: list[float] = []
    spent = stopwatch.cpu_with_pooled(
        records.engine(), lambda: waited.append(stopwatch.wall(partial(way, number)))
    )
    return waited[0], spent


def _row(name: str, seconds: Sequence[float], unit: str, *, target: float | None) -> Row:
    high = float(np.percentile(seconds, SHARE))
    what = f"every rule, {name}: p{SHARE} / {LIMIT:g} s"
    return Row("explaining", what, len(seconds), high, LIMIT, unit, high / LIMIT, target)


def _now(number: int) -> object:
    with transaction() as session:
        return as_of_now(session, number, at=NOW)


def _then(number: int) -> object:
    with transaction() as session:
        return as_of_then(session, number, at=NOW - PAST)


def _company(bed: Bed, tutors: int, asked: int) -> list[int]:
    """Everybody has taught and been judged today; those asked about for ninety days. Their numbers."""
    history.fill(bed, tutors=tutors)
    texts, begin = texts_of(), NOW - timedelta(days=judged.DAYS)
    with transaction() as session:
        seeded = rulebook_publications.seed(session, texts, digest=digest_of(texts), author="bench", at=begin)
        numbers = list(session.scalars(text("SELECT number FROM tutors ORDER BY number")))[:asked]
        judged.fill(session, load_book(), tutors=numbers, version=seeded.version)
        session.execute(text(DECISIONS))
        batch = batches.claim_batch(session, NOW, limit=tutors)
    step = Step(batch_id=batch.batch_id, as_of=batch.as_of)
    for part in (measurement.measure, churn.score, judgement.judge):
        part(step)
    with bed.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        owner.execute(text("VACUUM ANALYZE"))
    return numbers
