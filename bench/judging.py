"""Judging without a database: the C engine against the same rules written by hand, and what it leaves behind.

The facts are those of tutors who have wandered for two days (`bench.judged`), a tenth of them unknown, with
those of one session. Both sides must say the same of every tutor, or nothing is reported.
"""

import gc
import statistics
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import cycle, islice
from random import Random

import psutil

from bench import stopwatch
from bench.bed import NOW
from bench.closures import CLOSURES
from bench.judged import Wanderer
from bench.rows import Row, interleaved
from rules.book import Book
from rules.conditions import Condition, ConditionKey, Part
from rules.engine import DurableEngine
from rules.fields import Sheet, Value, clean
from rules.judge import judge
from rules.loader import load_book
from rules.reference import explain
from rules.situation import Situation

TUTORS = 3_000
EVALUATIONS = 200_000
WARM = 20_000
ROUNDS = 5
UNKNOWN = 0.1  # share of the facts
OF_CLOSURES = 1 / 15  # of their rate (rules guide 4, targets)
SECONDS = 1.0  # for everybody, matched and explained
GROWTH = 1.0  # MiB
MIB = 2**20
KEYS: dict[str, ConditionKey] = {rule_id: (rule_id, Part.WHEN) for rule_id in CLOSURES}


def rows(tutors: int = TUTORS, *, rounds: int = ROUNDS, evaluations: int = EVALUATIONS) -> list[Row]:
    """Four rows: the engine against closures, with explanations, whole judgements, and memory."""
    book = load_book()
    told = _situations(book, tutors)
    sheets = [clean({**it.facts, **it.moments[-1].facts}, book.fields).sheet for it in told]
    engine, whole = DurableEngine(_conditions(book)), DurableEngine(book.conditions)
    try:
        _agree(engine, sheets)
        return [
            _against_closures(engine, sheets, rounds=rounds),
            _explained(book, engine, sheets, rounds=rounds),
            _judged(book, whole, told, rounds=rounds),
            _memory(engine, sheets, evaluations=evaluations),
        ]
    finally:
        engine.close()
        whole.close()


def _situations(book: Book, tutors: int) -> list[Situation]:
    """Everybody's second day: the look at its end with one of its sessions."""
    chance = Random(11)
    day = NOW.replace(hour=0)
    found = []
    for number in range(1, tutors + 1):
        wanderer = Wanderer(number, book, chance)
        list(wanderer.live_a_day(day - timedelta(days=1)))
        (daily, _), *_, (at_session, _) = wanderer.live_a_day(day)
        moments = (*daily.moments, *at_session.moments)
        known = {name: _or_unknown(value, chance) for name, value in daily.facts.items()}
        found.append(daily.model_copy(update={"facts": known, "moments": moments}))
    return found


def _or_unknown(value: Value | None, chance: Random) -> Value | None:
    return None if chance.random() < UNKNOWN else value


def _conditions(book: Book) -> dict[ConditionKey, Condition]:
    return {key: book.conditions[key] for key in KEYS.values()}


def _agree(engine: DurableEngine, sheets: Sequence[Sheet]) -> None:
    for sheet in sheets:
        by_hand = {KEYS[rule_id] for rule_id, closure in CLOSURES.items() if closure(sheet)}
        assert engine.matches(sheet) == by_hand, (by_hand ^ engine.matches(sheet), sheet)


def _against_closures(engine: DurableEngine, sheets: Sequence[Sheet], *, rounds: int) -> Row:
    """Sheets a CPU second."""
    closures, count = list(CLOSURES.items()), len(sheets)

    def by_hand() -> None:
        for sheet in sheets:
            [rule_id for rule_id, closure in closures if closure(sheet)]

    mine, theirs, ratio = interleaved(
        lambda: count / stopwatch.cpu(lambda: [engine.matches(sheet) for sheet in sheets]),
        lambda: count / stopwatch.cpu(by_hand),
        rounds=rounds,
    )
    name = f"{len(closures)} rules, sheets a second / closures"
    return Row("judging", name, count, mine, theirs, "1/cpu_s", ratio, OF_CLOSURES, at_most=False)


def _explained(book: Book, engine: DurableEngine, sheets: Sequence[Sheet], *, rounds: int) -> Row:
    """Everybody matched, and each match told with all its comparisons."""

    def everybody() -> None:
        for sheet in sheets:
            for key in engine.matches(sheet):
                explain(book.conditions[key], sheet, book.fields)

    return _within(f"{len(KEYS)} rules matched and explained", everybody, len(sheets), rounds=rounds)


def _judged(book: Book, engine: DurableEngine, told: Sequence[Situation], *, rounds: int) -> Row:
    """The whole book with clocks, guards and decisions, for the end of a day and a session."""

    def everybody() -> None:
        for situation in told:
            judge(book, situation, matcher=engine)

    return _within("the whole book judged", everybody, len(told), rounds=rounds, target=None)


def _within(
    what: str, work: Callable[[], None], count: int, *, rounds: int, target: float | None = 1.0
) -> Row:
    """CPU seconds of one round against the second that it may take."""
    work()
    spent = statistics.median(stopwatch.cpu(work) for _ in range(rounds))
    name = f"{what} / {SECONDS:g} s"
    return Row("judging", name, count, spent, SECONDS, "cpu_s", spent / SECONDS, target)


def _memory(engine: DurableEngine, sheets: Sequence[Sheet], *, evaluations: int) -> Row:
    """By how much the process grows, once warm."""
    _evaluate(engine, sheets, WARM)
    before = _resident()
    _evaluate(engine, sheets, evaluations)
    grown = (_resident() - before) / MIB
    name = f"{evaluations} evaluations / {GROWTH:g} MiB"
    return Row("judging", name, evaluations, grown, GROWTH, "MiB", grown / GROWTH, 1.0)


def _evaluate(engine: DurableEngine, sheets: Sequence[Sheet], count: int) -> None:
    for sheet in islice(cycle(sheets), count):
        engine.matches(sheet)


def _resident() -> int:
    gc.collect()
    return psutil.Process().memory_info().rss
