"""The past judged again gives what was decided, bit for bit."""

from datetime import datetime

import pytest
from sqlalchemy import text

from retention.records import decisions, looks, rulebook
from retention.records.database import transaction
from rules.book import Book
from rules.judge import Matcher
from rules.loader import parse_book
from rules.reference import PlainEngine
from rules.replay import Comparison, compared, judged_again, kept_looks, states_of
from tests.factories.judged_worlds import DAY, FIRST_DAY, HOUR, JudgedWorld


def replayed(begin: datetime, end: datetime) -> Comparison:
    """Everything in a time judged again, against the record."""
    with transaction() as session:
        benches = {
            one.version: bench(rulebook.files_of(session, one.version)) for one in rulebook.versions(session)
        }
        states = states_of(looks.states_before(session, begin))
        found = kept_looks(looks.between(session, begin, end))
        again = judged_again(found, benches.__getitem__, states=states)
        return compared(again, decisions.recorded(session, begin, end))


def bench(files: dict[str, str]) -> tuple[Book, Matcher]:
    book = parse_book(files)
    return book, PlainEngine(book.conditions)


def verdicts() -> dict[str, int]:
    with transaction() as session:
        rows = session.execute(text("SELECT verdict, count(*) AS tutors FROM decisions GROUP BY verdict"))
        return {row.verdict: row.tutors for row in rows}


def test_a_fortnight_judged_again_gives_what_was_decided(data: str) -> None:
    world = JudgedWorld(tutors=8, seed=5, step=6 * HOUR)
    world.live(14)
    whole = replayed(FIRST_DAY, world.now + HOUR)
    assert whole.differences == []
    assert whole.decisions > 5
    later = replayed(FIRST_DAY + 7 * DAY, world.now + HOUR)  # from the states of then
    assert later.differences == []
    assert 0 < later.looks < whole.looks


@pytest.mark.slow  # ninety days hour by hour
@pytest.mark.timeout(1_800)
def test_ninety_days_judged_again_give_what_was_decided(data: str) -> None:
    world = JudgedWorld(tutors=16, seed=7, step=3 * HOUR)
    world.live(90)
    found = replayed(FIRST_DAY, world.now + HOUR)
    assert found.differences == []
    assert set(verdicts()) == {"fire", "suppressed", "resolve", "escalate"}
    assert found.decisions == sum(verdicts().values())
