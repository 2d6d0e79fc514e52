"""The rules: what each says, whether it acts, for whom it holds now and how often it has fired."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from retention.records import rulebook, rulebook_figures, rulebook_publications
from retention.records.database import transaction
from retention.vocabulary import OwnerGroup
from rules.book import Book, Rule, Status
from web.access import CurrentViewer, admitted
from web.pages import page
from web.people_ops.rulebook_reading import RULES, STANDINGS, in_force, names_of, open_drafts, reading_of

LATELY = timedelta(days=30)
STATES = {  # of a rule: tone, word, and what it means
    Status.ACTIVE: ("good", "Acts", "It is judged, and what it finds begins."),
    Status.SHADOW: ("info", "On trial", "It is judged and recorded, and starts nothing."),
    Status.DRAFT: ("plain", "Draft", "It is not judged yet."),
    Status.RETIRED: ("plain", "Retired", "It is not judged any more."),
}
FRAME: dict[str, Any] = {
    "states": STATES,
    "standings": STANDINGS,
    "owners": list(OwnerGroup),
    "days": LATELY.days,
}
router = APIRouter(prefix=RULES, include_in_schema=False, dependencies=[Depends(admitted)])


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; empty: nothing."""

    about: str = ""
    status: str = ""
    owner: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for."""
        return self != Asked()

    def wants(self, rule: Rule) -> bool:
        """Whether a rule is in the list."""
        told = f"{rule.id} {rule.says} {rule.source}".lower()
        return (
            self.about.lower() in told
            and self.status in {"", rule.status}
            and self.owner in {"", rule.owner_group}
        )


@dataclass(frozen=True)
class Line:
    """One rule and its figures; `held`, `waiting`, `open`: tutors now."""

    rule: Rule
    open: int
    held: int
    waiting: int
    fires: int
    held_lately: int

    @property
    def holds(self) -> int:
        """The tutors of whom its condition holds."""
        return self.open + self.held + self.waiting


def asked_for(q: str = "", status: str = "", owner: str = "") -> Asked:
    """What the address asks for."""
    return Asked(q.strip(), status, owner)


@router.get("", response_class=HTMLResponse)
def rules(
    request: Request, viewer: CurrentViewer, asked: Annotated[Asked, Depends(asked_for)]
) -> HTMLResponse:
    """All rules in force, by what they are about."""
    with transaction() as session:
        versions = rulebook.versions(session)
        published = in_force(versions)
        reading = reading_of(session, published.version) if published else None
        now = rulebook_figures.now(session)
        lately = rulebook_figures.since(session, viewer.clock.now() - LATELY)
        newest = rulebook_publications.publications(session, limit=1)
        drafts = open_drafts(versions)
        names = names_of(session, [*(one.author for one in drafts), *(one.actor for one in newest)])
    book = reading.book if reading else None
    return page(
        request,
        "people_ops/rules.html",
        current=RULES,
        published=published,
        fault=reading.fault if reading else "",
        groups=grouped(book, asked, now, lately) if book else [],
        newest=newest[0] if newest else None,
        drafts=drafts,
        names=names,
        asked=asked,
        **FRAME,
    )


def grouped(
    book: Book,
    asked: Asked,
    now: Mapping[str, Mapping[str, int]],
    lately: Mapping[str, tuple[int, int]],
) -> list[tuple[str, str, list[Line]]]:
    """The rules that are asked for, under what each file is about: title, words, lines."""
    found: dict[str, list[Line]] = {}
    for rule in book.rules:
        if asked.wants(rule):
            file = rule.place.partition(":")[0]
            found.setdefault(file, []).append(
                line_of(rule, now.get(rule.id, {}), lately.get(rule.id, (0, 0)))
            )
    return [(*_titled(book, file), lines) for file, lines in _in_order(found)]


def _in_order(found: Mapping[str, list[Line]]) -> Iterable[tuple[str, list[Line]]]:
    return sorted(found.items(), key=lambda one: one[1][0].rule.id)


def _titled(book: Book, file: str) -> tuple[str, str]:
    told = book.concerns.get(file)
    return (told.title, told.about) if told else (file, "")


def line_of(rule: Rule, now: Mapping[str, int], lately: tuple[int, int]) -> Line:
    """A rule with its figures, none of what is not there."""
    return Line(
        rule=rule,
        open=now.get("open", 0),
        held=now.get("held", 0),
        waiting=now.get("waiting", 0),
        fires=lately[0],
        held_lately=lately[1],
    )
