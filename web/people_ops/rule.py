"""One rule: what it says, for whom it holds, its tests, and who has changed it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from retention.errors import NotFound
from retention.records import rulebook, rulebook_figures, rulebook_publications
from retention.records.database import Session, transaction
from rules.book import Book, Rule
from rules.edits import place_of
from rules.phrases import outline
from rules.printed_rule import parts_of, standing_of
from web.access import CurrentViewer, admitted
from web.components.charts import Point
from web.components.words import calendar_day
from web.pages import page
from web.people_ops.rule_form import RuleForm, fields_of
from web.people_ops.rule_tests import shown_tests
from web.people_ops.rulebook_reading import (
    OPEN_DRAFTS,
    RULES,
    STANDINGS,
    Reading,
    in_force,
    names_of,
    reading_of,
)
from web.people_ops.rules import LATELY, STATES, line_of
from web.viewer import Viewer

WEEKS = timedelta(weeks=12)
STANDS = {
    "open": ("info", "Has fired"),
    "held": ("warn", "Held back"),
    "waiting": ("plain", "Waits for its time"),
}
router = APIRouter(prefix=RULES, include_in_schema=False, dependencies=[Depends(admitted)])


@router.get("/{rule_id}", response_class=HTMLResponse)
def rule(request: Request, viewer: CurrentViewer, rule_id: str, version: int = 0) -> HTMLResponse:
    """A rule as the version in force has it, or another one."""
    return show_rule(request, viewer, rule_id, version)


def show_rule(
    request: Request, viewer: Viewer, rule_id: str, number: int, *, form: RuleForm | None = None
) -> HTMLResponse:
    """The page of a rule in a version (0: the one in force), with what was typed where that needs a look."""
    with transaction() as session:
        chosen, reading = chosen_version(session, number)
        found = rule_in(reading, rule_id, chosen.version)
        figures = _figures(session, viewer, found)
        history = rulebook_publications.changes_of(session, rule_id)
        names = names_of(session, [chosen.author, *(line.actor for line in history)])
    assert reading.book is not None
    place = place_of(reading.texts, rule_id)
    assert place is not None
    return page(
        request,
        "people_ops/rule.html",
        current=RULES,
        status=422 if form else 200,
        version=chosen,
        standings=STANDINGS,
        changeable=chosen.status == "published" or chosen.status in OPEN_DRAFTS,
        fields=fields_of(place, reading.book.fields, form),
        form=form or RuleForm(),
        history=history,
        names=names,
        **_said(reading.book, found),
        **figures,
    )


def chosen_version(session: Session, number: int) -> tuple[rulebook.RulebookVersion, Reading]:
    """A version and its text; 0 is the one in force. Raises NotFound."""
    chosen = rulebook.version(session, number) if number else in_force(rulebook.versions(session))
    if chosen is None:
        raise NotFound(
            "There is no rulebook yet.", instead="The rules worker keeps the first when it starts."
        )
    return chosen, reading_of(session, chosen.version)


def rule_in(reading: Reading, rule_id: str, number: int) -> Rule:
    """A rule of a version. Raises NotFound."""
    if reading.book is None:
        raise NotFound(
            f"Version {number} cannot be read by this release: {reading.fault}.",
            instead="Look at the version in force.",
        )
    found = reading.book.rule(rule_id)
    if found is None:
        raise NotFound(
            f"Version {number} of the rulebook has no rule of this name.",
            instead="Look at the list of rules.",
        )
    return found


def _said(book: Book, rule: Rule) -> Mapping[str, Any]:
    return {
        "rule": rule,
        "state": STATES[rule.status],
        "standing": standing_of(rule),
        "condition": outline(rule.when, book.fields),
        "parts": parts_of(rule, book.fields),
        "tests": shown_tests(book, rule),
    }


def _figures(session: Session, viewer: Viewer, rule: Rule) -> dict[str, Any]:
    now = viewer.clock.now()
    weeks = rulebook_figures.weeks(session, rule.id, since=now - WEEKS, until=now)
    lately = rulebook_figures.since(session, now - LATELY).get(rule.id, (0, 0))
    return {
        "days": LATELY.days,
        "stands": STANDS,
        "line": line_of(rule, rulebook_figures.now(session).get(rule.id, {}), lately),
        "concerned": rulebook_figures.concerned(session, rule.id),
        "weeks": [Point(calendar_day(one["week"].date()), one["fires"]) for one in weeks],
        "newest": rulebook_figures.newest(session, rule.id, limit=10),
    }
