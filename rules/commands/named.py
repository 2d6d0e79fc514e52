"""Which book a command is about: a version's number, a folder of rule files, or `published`."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from retention.errors import Refusal
from retention.records import rulebook
from retention.records.database import Unreachable, transaction
from rules.book import Book
from rules.loader import BookRefused, parse_book, texts_of

PUBLISHED = "published"
OPERATOR = "operator"  # who acts at a command line, for `audit`
REFUSED, CANNOT = 1, 2  # exit codes: the answer is no; it could not be asked

screen = Console(stderr=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON, for machines.")]
WhichBook = Annotated[
    str, typer.Argument(help="A version's number, a folder of rule files, or “published”.", metavar="BOOK")
]
Why = Annotated[str, typer.Option("--reason", help="Why; it is kept for good.")]


@dataclass(frozen=True)
class Named:
    """A book by the name that it was asked for."""

    name: str  # "version 7", or the folder
    texts: Mapping[str, str]
    version: int | None

    @property
    def book(self) -> Book:
        """The book itself. Ends the command with every fault when it cannot be read."""
        try:
            return parse_book(self.texts)
        except BookRefused as refused:
            typer.echo(str(refused), err=True)
            give_up(f"{self.name} cannot be read: {len(refused.faults)} to mend.", code=REFUSED)


def named(which: str) -> Named:
    """The book of this name. Ends the command when there is none."""
    folder = Path(which)
    if which != PUBLISHED and not which.isdigit():
        texts = texts_of(folder) if folder.is_dir() else {}
        if not texts:
            give_up(f"{which} is no version's number and no folder with rule files (*.yaml).", code=CANNOT)
        return Named(which, texts, None)
    with answering(), transaction() as session:
        known = rulebook.standing(session)
        if which == PUBLISHED and known is None:
            give_up("No version is published yet: the rules worker keeps the first one at its start.")
        number = known.version if which == PUBLISHED and known else int(which)
        return Named(f"version {number}", rulebook.files_of(session, number), number)


@contextmanager
def answering() -> Iterator[None]:
    """Turns a refusal, or a database that is away, into a message and an exit code."""
    try:
        yield
    except Refusal as refused:
        give_up(str(refused))
    except Unreachable:
        give_up("The database does not answer. DATABASE_URL says where it is.", code=CANNOT)


def give_up(why: str, *, code: int = REFUSED) -> NoReturn:
    """End the command with what is wrong."""
    typer.echo(why, err=True)
    raise typer.Exit(code)


def say(told: Mapping[str, Any], words: str, *, as_json: bool) -> None:
    """Print the outcome, for people or for machines."""
    typer.echo(json.dumps(told, default=str) if as_json else words)
