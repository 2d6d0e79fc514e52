"""The book that this process judges by: the published version, exchanged between two batches."""

import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from temporalio import activity

from activities.watchdog import ENGINE_PATIENCE, not_longer_than
from retention.records import rulebook, rulebook_publications
from retention.records.database import Session
from retention.settings import settings
from retention.vocabulary import RulebookStatus
from rules.book import Book
from rules.engine import EngineFault, LateEngine
from rules.judge import Matcher
from rules.loader import BookRefused, load_book, parse_book, texts_of
from rules.looks import Watch, watch
from rules.reference import PlainEngine

AUTHOR = "rule files"  # of a version that came from the files of a release
MOST_EXCHANGES = 200  # each costs the engine about 400 KiB for good (rules guide 1, row 45)

log = logging.getLogger("mainstay")


@dataclass(frozen=True)
class Court:
    """One version of the book, ready to be judged by."""

    version: int
    book: Book
    durable: LateEngine | PlainEngine  # the reference itself, when the settings want it
    plain: PlainEngine
    watch: Watch  # of this book, and of a draft in shadow

    @property
    def matcher(self) -> Matcher:
        """The engine of the settings; the reference when a first attempt has failed."""
        return self.plain if attempt() > 1 else self.durable

    @property
    def gave_up(self) -> bool:
        """Whether the engine of the settings would judge and does not."""
        return self.matcher is not self.durable


def attempt() -> int:
    """The how manieth try of an activity this is."""
    return activity.info().attempt if activity.in_activity() else 1


def recycle() -> None:
    """Let this process end in good order; whoever watches it starts it again."""
    log.info("The book was exchanged %d times: this process makes room for a fresh one.", MOST_EXCHANGES)
    os.kill(os.getpid(), signal.SIGTERM)


class Courtroom:
    """Holds the court that sits. Asked once a batch, so every decision of a batch comes from one version."""

    def __init__(self, *, recycle: Callable[[], None] = recycle) -> None:
        self._court: Court | None = None
        self._refused: int | None = None  # the published version that could not be taken, told once
        self._watched: tuple[str, str] | None = None  # digests of the court's book and of a draft in shadow
        self._exchanges = 0
        self._recycle = recycle

    def court(self, session: Session, *, at: datetime) -> Court:
        """The court of the published version; the first ever is that of the rule files.

        A published version that cannot be read leaves the old court in its place, and why is kept. Raises
        BookRefused with every fault when there is no old one.
        """
        known = rulebook.standings(session)
        version, digest = known.get(RulebookStatus.PUBLISHED) or seeded(session, at=at)
        court = self._sitting(session, version, digest)
        shadow = known.get(RulebookStatus.SHADOW)
        watched = court.book.digest, shadow.digest if shadow else ""
        if watched != self._watched:
            beside = _book_of(session, shadow.version) if shadow else None
            court = replace(court, watch=watch(court.book, *[beside] if beside else []))
        self._court, self._watched = court, watched
        return court

    def _sitting(self, session: Session, version: int, digest: str) -> Court:
        if self._court is not None and self._court.book.digest == digest:
            return replace(self._court, version=version)
        if self._court is not None and self._refused == version:
            return self._court
        try:
            self._exchange(self._opened(rulebook.files_of(session, version), version=version))
        except (BookRefused, EngineFault) as fault:
            self._keep_sitting(session, version, fault)
        else:
            rulebook.keep_fault(session, version, "")
        assert self._court is not None
        return self._court

    def _opened(self, files: dict[str, str], *, version: int) -> Court:
        """A court; where another one sits, its engine is built beforehand, so that a bad book replaces none.

        A process that begins, and a batch whose first attempt did not come back, do without: what kills the
        engine costs one attempt.
        """
        fresh = opened(files, version=version)
        if self._court is not None and attempt() == 1 and isinstance(fresh.durable, LateEngine):
            with not_longer_than(ENGINE_PATIENCE):
                fresh.durable.built()
        return fresh

    def _exchange(self, fresh: Court) -> None:
        old, self._court, self._refused = self._court, fresh, None
        if old is None:
            return
        old.durable.close()
        self._exchanges += 1
        log.info("Version %d of the rulebook is judged by now.", fresh.version)
        if self._exchanges == MOST_EXCHANGES:
            self._recycle()

    def _keep_sitting(self, session: Session, version: int, fault: Exception) -> None:
        if self._court is None:
            raise fault
        log.error("Version %d of the rulebook cannot be judged by: %s", version, fault)
        rulebook.keep_fault(session, version, str(fault))
        self._refused = version


COURTROOM = Courtroom()


def opened(files: dict[str, str], *, version: int) -> Court:
    """A court for a text of the book. Raises BookRefused; ImportError where the C engine cannot be loaded."""
    book = parse_book(files)
    plain = PlainEngine(book.conditions)
    durable = plain if settings().rules_engine == "python" else LateEngine(book.conditions)
    return Court(version, book, durable=durable, plain=plain, watch=watch(book))


def _book_of(session: Session, version: int) -> Book | None:
    """The book of a draft in shadow; None: this release cannot read it, so it is not watched."""
    try:
        return parse_book(rulebook.files_of(session, version))
    except BookRefused as refused:
        log.warning("The draft %d in shadow cannot be read: %s", version, refused)
        return None


def seeded(session: Session, *, at: datetime) -> rulebook.Standing:
    """Number and digest of the first version, which the rule files give. Raises BookRefused."""
    folder = settings().rules_folder
    book = load_book(folder)
    return rulebook_publications.seed(session, texts_of(folder), digest=book.digest, author=AUTHOR, at=at)
