"""A changed policy tried on ninety days of 300 tutors beside the one in force, and a version exchanged.

A backtest passes over the looks at which nothing can happen; the other side judges every one of them. The
seconds of the targets are CPU seconds of this process and its database session.
"""

from datetime import datetime, timedelta

from sqlalchemy import text

from activities.court import Courtroom
from bench import history, judged, stopwatch
from bench.bed import NOW, Bed, database
from bench.rows import Row, interleaved
from retention.records import looks, rulebook_drafts, rulebook_publications
from retention.records.database import Session
from retention.vocabulary import OwnerGroup
from rules.answers import Policy
from rules.backtest import tried
from rules.book import Book
from rules.loader import digest_of, load_book, parse_book, texts_of
from rules.replay import kept_looks, states_of
from rules.trial import Trial, grammar
from rules.trying import PastRows, backtest, past_of

TUTORS = 300
ROUNDS = 3
BACKTEST, RELOAD = 10.0, 2.0  # seconds (rules guide 4, targets)
BOUND, LOWER = "when: {churn_score: {gt: 50}}", "when: {churn_score: {gt: 45}}"
STAFF = {OwnerGroup.PEOPLE_OPS: 4, OwnerGroup.OPS_MANAGER: 2}


def rows(tutors: int = TUTORS, *, rounds: int = ROUNDS) -> list[Row]:
    """Three rows: the backtest against judging every look and against its target; and the reload."""
    with database() as bed:
        count = _past(bed, tutors)
        quick, plain, ratio = interleaved(
            lambda: _tried(bed, plain=False), lambda: _tried(bed, plain=True), rounds=rounds
        )
        reload_s = _exchanged(bed)
    name = f"{tutors} tutors, {judged.DAYS} days, two policies"
    return [
        Row("backtest", f"{name} / judging all {count} looks", tutors, quick, plain, "cpu_s", ratio, None),
        Row("backtest", f"{name} / {BACKTEST:g} s", tutors, quick, BACKTEST, "cpu_s", quick / BACKTEST, 1.0),
        Row(
            "backtest",
            f"a version taken / {RELOAD:g} s",
            1,
            reload_s,
            RELOAD,
            "cpu_s",
            reload_s / RELOAD,
            1.0,
        ),
    ]


def _past(bed: Bed, tutors: int) -> int:
    with bed.owner.begin() as owner:
        owner.execute(text(history.TUTORS), {"start": _begin(), "tutors": tutors})
    texts = texts_of()
    with Session(bed.app) as session, session.begin():
        numbers = list(session.scalars(text("SELECT number FROM tutors ORDER BY number")))
        seeded = rulebook_publications.seed(
            session, texts, digest=digest_of(texts), author="bench", at=_begin()
        )
        count = judged.fill(session, load_book(), tutors=numbers, version=seeded.version)
    with bed.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        owner.execute(text("VACUUM ANALYZE"))
    return count


def _begin() -> datetime:
    return NOW.replace(hour=0) - timedelta(days=judged.DAYS)


def _changed() -> dict[str, str]:
    return {name: words.replace(BOUND, LOWER) for name, words in texts_of().items()}


def _tried(bed: Bed, *, plain: bool) -> float:
    new, old = parse_book(_changed()), load_book()
    with Session(bed.app) as session, session.begin():
        return stopwatch.cpu_with_backend(session, lambda: _both(session, new, old, plain=plain))


def _both(session: Session, new: Book, old: Book, *, plain: bool) -> None:
    begin = _begin()
    rows_of = PastRows(
        begin=begin, end=NOW, tutors=TUTORS, looks=looks.between(session, begin, NOW),
        states=looks.states_before(session, begin), staff=STAFF,
    )  # fmt: skip
    if not plain:
        backtest(new, old, rows_of)
        return
    told = list(kept_looks(rows_of.looks))
    for book in (new, old):
        tried(Policy(book), told, past_of(rows_of), before=states_of(rows_of.states), plain=True)


def _exchanged(bed: Bed) -> float:
    """CPU seconds until a version that was just published is judged by."""
    room = Courtroom()
    with Session(bed.app) as session, session.begin():
        room.court(session, at=NOW)
        texts = _changed()
        number = rulebook_drafts.keep_draft(
            session, texts, digest=digest_of(texts), author="bench", at=NOW, note="",
        )  # fmt: skip
        passed = Trial(passed=True, grammar=grammar(), engine="durable").model_dump(mode="json")
        rulebook_drafts.keep_trial(session, number, passed)
        rulebook_publications.publish(
            session, number, actor="bench", reason="bench", at=NOW, grammar=grammar(),
            needs_approval=False, despite=True, changes={},
        )  # fmt: skip
        return stopwatch.cpu_with_backend(session, lambda: room.court(session, at=NOW))
