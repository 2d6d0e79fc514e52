"""`python -m rules explain TUTOR`: why, and why not, from the command line."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from retention.records import world
from retention.records.database import transaction
from rules.commands.explanations import as_of_now, as_of_then
from rules.commands.named import CANNOT, AsJson, answering, give_up
from rules.explaining import only
from rules.explanation import Explanation, RuleExplained, Standing
from rules.phrases import plain

MARKS = {True: "yes", False: "no ", None: "?  "}
Tutor = Annotated[int, typer.Argument(min=1, help="The tutor's number.")]
Which = Annotated[str, typer.Option("--rule", help="One rule, such as H1.coaching; left out: all.")]
At = Annotated[
    str,
    typer.Option("--at", help="An instant of the past, 2026-11-18 or 2026-11-18T09:30 (UTC); left out: now."),
]


def add_to(app: typer.Typer) -> None:
    """The command of this file."""
    app.command("explain")(explain)


def explain(tutor: Tutor, *, rule: Which = "", at: At = "", as_json: AsJson = False) -> None:
    """Say where every rule stands with a tutor: what it saw, what it lacks, what holds it back."""
    instant = _instant(at)
    with answering(), transaction() as session:
        if instant is None:
            found = as_of_now(session, tutor, at=world.the_clock(session).now())
        else:
            found = as_of_then(session, tutor, at=instant)
    chosen = only(found.rules, rule)
    if not chosen:
        known = ", ".join(one.rule_id for one in found.rules)
        give_up(f"The book has no rule {rule}. It has {known}.", code=CANNOT)
    told = found.model_copy(update={"rules": chosen})
    typer.echo(told.model_dump_json() if as_json else "\n".join(_lines(told)))


def _instant(said: str) -> datetime | None:
    if not said:
        return None
    try:
        given = datetime.fromisoformat(said)
    except ValueError:
        give_up(f"{said} is no instant such as 2026-11-18 or 2026-11-18T09:30.", code=CANNOT)
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _lines(told: Explanation) -> Iterator[str]:
    yield (
        f"Tutor {told.tutor_number} as known at {told.as_of:%-d %B %Y, %H:%M} UTC, "
        f"rulebook version {told.rulebook_version}."
    )
    for case in told.open_cases:
        leads = ", which leads" if case.case_id == told.lead else ""
        yield f"Open: {plain(case.programme)}{leads} ({case.case_id})."
    for one in told.rules:
        yield ""
        yield from _of_rule(one)


def _of_rule(one: RuleExplained) -> Iterator[str]:
    trial = " (on trial)" if one.status == "shadow" else ""
    yield f"{one.rule_id}{trial}: {one.standing}. {one.summary}"
    yield f"    {one.says} ({one.source})"
    for leaf in one.leaves:
        gap = f" {leaf.to_go}." if leaf.to_go else ""
        yield f"    {MARKS[leaf.result]} {leaf.says}{gap}"
    yield from (f"    {words}" for words in _around(one))


def _around(one: RuleExplained) -> Iterator[str]:
    for held in one.held_by:
        yield held.says if one.standing is Standing.HELD else f"Even then: {held.says}"
    if one.clock is not None:
        full = f", full at {one.clock.full_at:%-d %B %Y, %H:%M} UTC" if one.clock.full_at else ""
        yield f"Clock: {one.clock.says}{full}."
    if one.escalates_at is not None:
        yield f"Escalates at {one.escalates_at:%-d %B %Y, %H:%M} UTC if it still holds."
    if one.session_id is not None:
        yield f"Looked at with session {one.session_id}, the newest."
    if one.last is not None:
        yield f"Last, at {one.last.at:%-d %B %Y, %H:%M} UTC: {one.last.verdict}. {one.last.says}"
    if one.changed is not None:
        note = f": {one.changed.note}" if one.changed.note else ""
        yield (
            f"Changed last by {one.changed.author} at {one.changed.at:%-d %B %Y}, "
            f"version {one.changed.version}{note}"
        )
