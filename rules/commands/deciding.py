"""Versions of the rulebook from the command line: kept as drafts, checked, published, taken back."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from retention.records import audit, rulebook, rulebook_drafts, rulebook_publications, world
from retention.records.database import Session, transaction
from retention.settings import settings
from retention.vocabulary import RulebookStatus
from rules.commands.gathering import changes_between
from rules.commands.named import (
    OPERATOR,
    AsJson,
    Named,
    WhichBook,
    Why,
    answering,
    give_up,
    named,
    say,
    screen,
)
from rules.loader import digest_of
from rules.trial import Trial, grammar, tried

Number = Annotated[int, typer.Argument(min=1, help="The version's number.")]
Note = Annotated[str, typer.Option(help="What is changed.")]
Earlier = Annotated[int | None, typer.Option(min=1, help="An earlier version; left out: the one before.")]
Watched = Annotated[int | None, typer.Argument(min=1, help="The draft; left out: none is watched.")]
Despite = Annotated[bool, typer.Option(help="Although another version was published meanwhile.")]
COLUMNS = ("version", "status", "author", "made from", "check", "note")


def add_to(app: typer.Typer) -> None:
    """The commands of this file."""
    app.command("versions")(versions)
    app.command("draft")(draft)
    app.command("publish")(publish)
    app.command("rollback")(roll_back)
    app.command("shadow")(shadow)
    app.command("discard")(discard)


def versions(*, as_json: AsJson = False) -> None:
    """List the versions, the newest first, and which one is judged by."""
    with answering(), transaction() as session:
        told = [_told(one) for one in rulebook.versions(session)]
    if as_json:
        say({"versions": told}, "", as_json=True)
        return
    table = Table(*COLUMNS)
    for one in told:
        table.add_row(*(str(one[column.replace(" ", "_")] or "") for column in COLUMNS))
    Console(width=120).print(table)


def _told(one: rulebook.RulebookVersion) -> dict[str, Any]:
    check = "not checked" if one.trial is None else "passed" if one.trial["passed"] else "failed"
    return {
        "version": one.version,
        "status": one.status,
        "author": one.author,
        "made_from": one.parent,
        "created_at": one.created_at,
        "check": check,
        "note": one.note,
        "fault": one.fault,
        "digest": one.digest,
    }


def draft(
    book: WhichBook,
    *,
    note: Annotated[str, typer.Option(help="What is changed.")] = "",
    as_json: AsJson = False,
) -> None:
    """Keep rule files as a draft, and check them; judging goes on as before."""
    number, trial = _checked(named(book), note or f"From {book}.")
    told = {"version": number, **trial.model_dump(mode="json")}
    say(told, f"Version {number} is kept, and {_in_words(trial)}", as_json=as_json)
    raise typer.Exit(0 if trial.passed else 1)


def publish(book: WhichBook, *, reason: Why, despite: Despite = False, as_json: AsJson = False) -> None:
    """Judge by this book from the next batch on, once it has passed its check."""
    number, trial = _checked(named(book), reason)
    if not trial.passed:
        give_up(f"Version {number} is not published: it has {_in_words(trial)}")
    with answering(), transaction() as session:
        known = rulebook.standing(session)
        changes = changes_between(session, known.version if known else None, number)
        rulebook_publications.publish(
            session, number, actor=OPERATOR, reason=reason, at=_now(session), grammar=grammar(),
            needs_approval=settings().rulebook_needs_approval, despite=despite, changes=changes,
        )  # fmt: skip
        audit.note(session, "rulebook.publish", actor=OPERATOR, subject=_subject(number), reason=reason)
    say({"published": number}, f"Version {number} is judged by from the next batch on.", as_json=as_json)


def roll_back(
    *,
    reason: Why,
    to: Annotated[
        int | None, typer.Option(min=1, help="An earlier version; left out: the one before.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge again by the version before, or by an earlier one."""
    with answering():
        with transaction() as session:
            number = rulebook_publications.before_published(session) if to is None else to
            known = rulebook.standing(session)
        if number is not None:
            _checked(named(str(number)), reason)
        with transaction() as session:
            number = _rolled_back(session, number, leaving=known.version if known else None, reason=reason)
            audit.note(session, "rulebook.roll_back", actor=OPERATOR, subject=_subject(number), reason=reason)
    say({"published": number}, f"Version {number} is judged by again.", as_json=as_json)


def _rolled_back(session: Session, number: int | None, *, leaving: int | None, reason: str) -> int:
    before = leaving if number else None
    return rulebook_publications.roll_back(
        session, actor=OPERATOR, reason=reason, at=_now(session), grammar=grammar(),
        needs_approval=settings().rulebook_needs_approval, to=number, leaving=leaving,
        changes=changes_between(session, before, number or 0),
    )  # fmt: skip


def shadow(number: Watched = None, *, as_json: AsJson = False) -> None:
    """Watch a draft beside the published version: `backtest` then tells what it would have done."""
    if number is not None:
        _checked(named(str(number)), "")
    with answering(), transaction() as session:
        if number is None:
            rulebook_drafts.end_shadow(session)
        else:
            rulebook_drafts.shadow(session, number, at=_now(session))
        audit.note(session, "rulebook.shadow", actor=OPERATOR, subject=_subject(number or 0))
    words = f"Version {number} is watched from now on." if number else "No draft is watched any more."
    say({"shadow": number}, words, as_json=as_json)


def discard(number: Number, *, reason: Why, as_json: AsJson = False) -> None:
    """Decide against a draft; its text stays on record."""
    with answering(), transaction() as session:
        rulebook_drafts.discard(session, number)
        audit.note(session, "rulebook.discard", actor=OPERATOR, subject=_subject(number), reason=reason)
    say({"discarded": number}, f"Version {number} is discarded.", as_json=as_json)


def _checked(book: Named, note: str) -> tuple[int, Trial]:
    """The number of a book, kept as a draft if it is none yet, and its check by this release."""
    with answering(), transaction() as session:
        number = book.version or rulebook.of_digest(session, digest_of(book.texts))
        if number and book.version is None and _is_discarded(session, number):
            _kept(session, book, note)
        known = rulebook.version(session, number).trial if number else None
    if number and known is not None and known["grammar"] == grammar():
        return number, Trial.model_validate(known)
    screen.print(f"Checking {book.name} …", style="dim", highlight=False)
    trial = tried(book.texts, engine=settings().rules_engine)
    with answering(), transaction() as session:
        number = number or _kept(session, book, note)
        rulebook_drafts.keep_trial(session, number, trial.model_dump(mode="json"))
    return number, trial


def _is_discarded(session: Session, number: int) -> bool:
    return rulebook.version(session, number).status == RulebookStatus.DISCARDED


def _kept(session: Session, book: Named, note: str) -> int:
    known = rulebook.standing(session)
    number = rulebook_drafts.keep_draft(
        session, book.texts, digest=digest_of(book.texts), author=OPERATOR, at=_now(session), note=note,
        parent=known.version if known else None,
    )  # fmt: skip
    audit.note(session, "rulebook.draft", actor=OPERATOR, subject=_subject(number), note=note)
    return number


def _in_words(trial: Trial) -> str:
    if trial.passed:
        return f"passed its check: {trial.rules} rules, {trial.tests} tests, {trial.pairs} answers compared."
    return "failed its check:\n" + "\n".join(trial.wrong)


def _subject(number: int) -> str:
    return f"rulebook/{number}"


def _now(session: Session) -> datetime:
    return world.the_clock(session).now()
