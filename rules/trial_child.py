"""`python -m rules.trial_child`: what happens to a book in the process that may be thrown away."""

import random
import sys
from collections.abc import Iterator

from rules.book import Book
from rules.booktests import run_tests
from rules.engine import DurableEngine
from rules.fuzz import disagreements, some_sheets
from rules.judge import Matcher
from rules.loader import BookRefused, parse_book
from rules.reference import PlainEngine
from rules.trial import Order, Trial, bound, grammar

SEED = 7_304  # the same book is always tried on the same facts
MOST_TOLD = 20  # failures of one kind: more say nothing new


def answer(order: Order) -> Trial:
    """Everything that is wrong with a book; it is loaded into the engine here."""
    told = {"grammar": grammar(), "engine": order.engine}
    try:
        book = parse_book(order.texts)
    except BookRefused as refused:
        return Trial(passed=False, wrong=tuple(map(str, refused.faults)), **told)
    failing, tests = _tests(book, order)
    differing, pairs = _differences(book, order)
    wrong = (*failing[:MOST_TOLD], *differing[:MOST_TOLD])
    return Trial(passed=not wrong, wrong=wrong, rules=len(book.rules), tests=tests, pairs=pairs, **told)


def _tests(book: Book, order: Order) -> tuple[list[str], int]:
    failing: dict[str, None] = {}
    tests = 0
    for matcher in _matchers(book, order):
        results = list(run_tests(book, matcher))
        tests = len(results)
        for one in results:
            if one.wrong:
                failing[f"{one.place}: {one.rule_id}, “{one.says}”: {one.wrong}"] = None
    return list(failing), tests


def _matchers(book: Book, order: Order) -> Iterator[Matcher]:
    if order.engine == "durable":
        yield DurableEngine(book.conditions)
    yield PlainEngine(book.conditions)


def _differences(book: Book, order: Order) -> tuple[list[str], int]:
    """Facts at and beside every threshold, through both engines."""
    if order.engine == "python" or not book.conditions:
        return [], 0
    chance = random.Random(SEED)  # noqa: S311 (a seeded test)
    sheets = [
        sheet
        for _ in range(order.sheets // 40 + 1)
        for sheet in some_sheets(chance, book.fields, book.conditions)
    ][: order.sheets]
    return list(disagreements(book.conditions, sheets)), len(sheets) * len(book.conditions)


if __name__ == "__main__":
    told = Order.model_validate_json(sys.stdin.read())
    bound(told.seconds)
    sys.stdout.write(answer(told).model_dump_json())
