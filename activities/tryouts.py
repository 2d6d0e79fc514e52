"""Tries a version of the rulebook: its check, everybody as they stand, and the last weeks judged again."""

from datetime import timedelta

from temporalio import activity

from retention.errors import Refusal
from retention.messages.rulebook import FailedTryout, TryoutReport, TryVersion
from retention.records import rulebook, rulebook_drafts, rulebook_tryouts
from retention.records.database import Session, transaction
from retention.settings import settings
from retention.vocabulary import TryoutState
from rules.book import Book
from rules.commands.gathering import on_everybody, past_rows
from rules.loader import BookRefused, parse_book
from rules.trial import tried
from rules.trying import backtest

TOLD_EVERY = 0.05  # of the past: how often the page hears how far it is
NO_PAST = "Nothing was judged in that time, so there is no past to try it on."
LEFT_BEHIND = "It was asked for again meanwhile."


@activity.defn
def check_version(wish: TryVersion) -> TryoutReport:
    """Let the throw-away process look at a version. Repeatable."""
    with transaction() as session:
        rulebook_tryouts.proceed(session, wish, state=TryoutState.CHECKING)
        texts = rulebook.files_of(session, wish.version)
    found = tried(texts, engine=settings().rules_engine)
    with transaction() as session:
        rulebook_drafts.keep_trial(session, wish.version, found.model_dump(mode="json"))
        if not found.passed:
            rulebook_tryouts.fail(session, wish, "It did not pass its check.")
    return TryoutReport(passed=found.passed, words="; ".join(found.wrong[:1]))


@activity.defn
def dry_run_version(wish: TryVersion) -> TryoutReport:
    """Judge everybody as they stand by a version and by the one it is compared with. Repeatable."""
    with transaction() as session:
        if not rulebook_tryouts.proceed(session, wish, state=TryoutState.TODAY):
            return TryoutReport(passed=False, words=LEFT_BEHIND)
    with transaction() as session:
        new, old = _books(session, wish)
        found = on_everybody(session, new, old)
        rulebook_tryouts.proceed(session, wish, dry_run=found.model_dump(mode="json"))
    return TryoutReport(passed=True)


@activity.defn
def backtest_version(wish: TryVersion) -> TryoutReport:
    """Judge the last weeks by a version and by the one it is compared with. Repeatable."""
    with transaction() as session:
        if not rulebook_tryouts.proceed(session, wish, state=TryoutState.PAST, share=0.0):
            return TryoutReport(passed=False, words=LEFT_BEHIND)
    with transaction() as session:
        new, old = _books(session, wish)
        rows = past_rows(session, wish.as_of - timedelta(days=wish.days), wish.as_of)
        found = backtest(new, old, rows, tell=_Teller(wish).hear) if rows.tutors else None
    told = {"state": TryoutState.DONE, "share": 1.0}
    with transaction() as session:
        if found is None:
            rulebook_tryouts.proceed(session, wish, words=NO_PAST, **told)
        else:
            rulebook_tryouts.proceed(session, wish, backtest=found.model_dump(mode="json"), **told)
    return TryoutReport(passed=True, words="" if found else NO_PAST)


@activity.defn
def fail_tryout(failed: FailedTryout) -> None:
    """Write down that a version could not be tried. Repeatable."""
    with transaction() as session:
        rulebook_tryouts.fail(session, failed.wish, failed.words)


def _books(session: Session, wish: TryVersion) -> tuple[Book, Book]:
    return _book(session, wish.version), _book(session, wish.against)


def _book(session: Session, version: int) -> Book:
    try:
        return parse_book(rulebook.files_of(session, version))
    except BookRefused as refused:
        said = f"Version {version} cannot be read by this release: {refused.faults[0]}."
        raise Refusal(said, instead="Compare with one that can.") from refused


class _Teller:
    """Writes down now and then how much of the past is judged."""

    def __init__(self, wish: TryVersion) -> None:
        self._wish = wish
        self._told = 0.0

    def hear(self, share: float) -> None:
        if share - self._told >= TOLD_EVERY:
            self._told = share
            with transaction() as session:
                rulebook_tryouts.proceed(session, self._wish, share=min(share, 1.0))
