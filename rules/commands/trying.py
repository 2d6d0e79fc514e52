"""A book tried before it judges, from the command line: against another, on today, and on the past."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from retention.records import decisions, looks, rulebook, world
from retention.records.database import Session, transaction
from rules.book import Book
from rules.commands import printing
from rules.commands.gathering import on_everybody, past_rows
from rules.commands.named import CANNOT, PUBLISHED, AsJson, WhichBook, answering, give_up, named, say, screen
from rules.diff import diff
from rules.judge import Matcher
from rules.loader import BookRefused, parse_book
from rules.reference import PlainEngine
from rules.replay import compared, judged_again, kept_looks, states_of
from rules.trying import backtest

HISTORY = timedelta(days=90)  # that is looked back on when no beginning is named
From = Annotated[str, typer.Option("--from", help="First day, 2026-09-01 (UTC); left out: 90 days ago.")]
To = Annotated[str, typer.Option("--to", help="The day after the last; left out: until now.")]
Against = Annotated[str, typer.Option("--against", help="The book that it is compared with.", metavar="BOOK")]


def add_to(app: typer.Typer) -> None:
    """The commands of this file."""
    app.command("diff")(differences)
    app.command("dry-run")(on_today)
    app.command("backtest")(on_the_past)
    app.command("replay")(replay)


def differences(old: WhichBook, new: WhichBook, *, as_json: AsJson = False) -> None:
    """Say what differs between two books, rule by rule and in words."""
    found = diff(named(old).book, named(new).book)
    told = {"changes": [{**asdict(one), "says": one.says} for one in found]}
    say(told, "\n".join(one.says for one in found) or "They are the same policy.", as_json=as_json)


def on_today(book: WhichBook, *, against: Against = PUBLISHED, as_json: AsJson = False) -> None:
    """Say who would be hit today, who is held back and why, and the hours it costs. Nothing begins."""
    new, old = named(book).book, named(against).book
    with answering(), transaction() as session:
        found = on_everybody(session, new, old)
    if as_json:
        say(found.model_dump(mode="json"), "", as_json=True)
    else:
        printing.dry_run(found)


def on_the_past(
    book: WhichBook,
    *,
    since: From = "",
    until: To = "",
    against: Against = PUBLISHED,
    as_json: AsJson = False,
) -> None:
    """Try a book on the past: firings, tutors, work, what it foresaw, and for whom it differs."""
    new, old = named(book).book, named(against).book
    with answering(), transaction() as session:
        begin, end = _time(session, since, until)
        rows = past_rows(session, begin, end)
        if not rows.tutors:
            give_up(f"Nothing was looked at between {begin:%-d %B %Y} and {end:%-d %B %Y}.")
        with _progress("Judging the past", quietly=as_json) as tell:
            found = backtest(new, old, rows, tell=tell)
    if as_json:
        say(found.model_dump(mode="json"), "", as_json=True)
    else:
        printing.backtest(found)


def replay(*, since: From = "", until: To = "", as_json: AsJson = False) -> None:
    """Judge the past again by the versions that judged it, and compare every decision; 1 when one differs."""
    with answering(), transaction() as session:
        begin, end = _time(session, since, until)
        again = judged_again(
            kept_looks(looks.between(session, begin, end)),
            cache(lambda version: _bench(session, version)),
            states=states_of(looks.states_before(session, begin)),
        )
        found = compared(again, decisions.recorded(session, begin, end))
    words = f"{found.looks} looks judged again: {found.decisions} decisions, {len(found.differences)} differ."
    say(asdict(found), "\n".join([words, *found.differences]), as_json=as_json)
    raise typer.Exit(1 if found.differences else 0)


def _bench(session: Session, version: int) -> tuple[Book, Matcher]:
    try:
        book = parse_book(rulebook.files_of(session, version))
    except BookRefused as refused:
        give_up(f"Version {version} judged then, and this release cannot read it:\n{refused}", code=CANNOT)
    return book, PlainEngine(book.conditions)


def _time(session: Session, since: str, until: str) -> tuple[datetime, datetime]:
    now = world.the_clock(session).now()
    end = _day(until) if until else now
    begin = _day(since) if since else end - HISTORY
    if begin >= end:
        raise typer.BadParameter(f"{begin:%-d %B %Y} is not before {end:%-d %B %Y}.")
    return begin, end


def _day(written: str) -> datetime:
    try:
        return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise typer.BadParameter(f"{written} is no day such as 2026-09-01.") from None


@contextmanager
def _progress(what: str, *, quietly: bool) -> Iterator[Callable[[float], None]]:
    """A bar on the error screen, where somebody looks at it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=screen, disable=quietly, transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)
