"""The rulebook as its pages show it: versions read once, and who stands behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from retention.records import accounts, rulebook
from retention.records.database import Session
from retention.records.rulebook import RulebookVersion
from retention.vocabulary import RulebookStatus
from rules.book import Book
from rules.commands.explanations import AUTHORS
from rules.loader import BookRefused, parse_book

RULES = "/people-ops/rules"
VERSIONS = f"{RULES}/versions"
MOST_BOOKS = 8  # kept ready in a process: reading one takes a third of a second, and a text never changes
STANDINGS = {  # tone and words
    RulebookStatus.DRAFT: ("plain", "Draft"),
    RulebookStatus.SHADOW: ("info", "Watched draft"),
    RulebookStatus.PUBLISHED: ("good", "In force"),
    RulebookStatus.RETIRED: ("plain", "In force before"),
    RulebookStatus.DISCARDED: ("plain", "Discarded"),
}
OPEN_DRAFTS = frozenset({RulebookStatus.DRAFT, RulebookStatus.SHADOW})


@dataclass(frozen=True)
class Reading:
    """The text of a version, and the book that it makes, or what this release cannot read in it."""

    texts: Mapping[str, str]
    book: Book | None
    fault: str = ""


def reading_of(session: Session, number: int) -> Reading:
    """A version as it is read by this release. Raises NotFound."""
    texts = rulebook.files_of(session, number)
    try:
        return Reading(texts, book_of(texts))
    except BookRefused as refused:
        return Reading(texts, None, str(refused.faults[0]))


def book_of(texts: Mapping[str, str]) -> Book:
    """The book of these files. Raises BookRefused."""
    return _read(tuple(sorted(texts.items())))


@lru_cache(maxsize=MOST_BOOKS)
def _read(texts: tuple[tuple[str, str], ...]) -> Book:
    return parse_book(dict(texts))


def in_force(versions: Iterable[RulebookVersion]) -> RulebookVersion | None:
    """The one that is judged by, of a list of versions."""
    return next((one for one in versions if one.status == RulebookStatus.PUBLISHED), None)


def open_drafts(versions: Iterable[RulebookVersion]) -> list[RulebookVersion]:
    """Those of a list that nobody has decided about yet."""
    return [one for one in versions if RulebookStatus(one.status) in OPEN_DRAFTS]


def names_of(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """Who authors and actors are: colleagues by name, and what else changes rulebooks."""
    return {**AUTHORS, **accounts.names_of(session, actors)}
