"""The list of alerts, and what alerts are worth by rule."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator

from retention import policy
from retention.records import alert_figures, alert_list
from retention.records.alert_list import PAGE, AlertCounts, AlertView, Filters, Whose
from retention.records.database import transaction
from retention.vocabulary import AlertCategory, AlertSeverity, Tier
from web.access import CurrentViewer, admitted
from web.pages import page
from web.people_ops.alert_words import EMPTY, LEADS, TITLES, done
from web.people_ops.desk import desk_of

HERE = "/people-ops/alerts"
router = APIRouter(prefix=HERE, include_in_schema=False, dependencies=[Depends(admitted)])

Part = Annotated[int, Query(ge=1, le=1_000)]
Word = Annotated[str, Query(max_length=80)]
Chosen = BeforeValidator(lambda chosen: chosen or None)  # a form sends what nobody chose as an empty text


@dataclass(frozen=True)
class Kind:
    """A severity or category as a link that narrows the list to it."""

    word: str
    many: int | None
    chosen: bool
    address: str


def narrowed(
    *,
    view: AlertView = AlertView.OPEN,
    whose: Whose = Whose.GROUP,
    severity: Annotated[AlertSeverity | None, Chosen] = None,
    category: Annotated[AlertCategory | None, Chosen] = None,
    tier: Annotated[Tier | None, Chosen] = None,
    subject: Word = "",
    q: Word = "",
) -> Filters:
    """What the address narrows the list to."""
    return Filters(view, whose, severity or "", category or "", tier or "", subject, q)


@router.get("", response_class=HTMLResponse)
def alerts(
    *,
    request: Request,
    viewer: CurrentViewer,
    asked: Annotated[Filters, Depends(narrowed)],
    part: Part = 1,
    did: str = "",
    changed: int = 0,
) -> HTMLResponse:
    """One view of the alerts."""
    desk = desk_of(viewer)
    with transaction() as session:
        counts = alert_list.counts(session, desk, asked)
        found = alert_list.alerts(session, desk, asked, page=part)
        subjects = alert_list.subjects(session)
    return page(
        request,
        "people_ops/alerts.html",
        part="list",
        current=HERE,
        counts={HERE: counts.views[AlertView.OPEN]} if asked.whose is Whose.GROUP else {},
        found=found,
        subjects=subjects,
        number=part,
        done=done(did, changed),
        **_links_of(asked, counts),
        **_words_of(asked),
    )


@router.get("/count")
def count(viewer: CurrentViewer) -> Response:
    """How many alerts wait for the viewer's groups: the badge of the navigation fetches it by itself."""
    with transaction() as session:
        number = alert_list.unseen(session, desk_of(viewer))
    words = f'{number}<span class="unseen"> not looked at</span>' if number else ""
    return HTMLResponse(words)


@router.get("/figures", response_class=HTMLResponse)
def figures(request: Request, viewer: CurrentViewer) -> HTMLResponse:
    """How many alerts there are a day, and which share of each rule's was of no use."""
    now, days = viewer.clock.now(), policy.ALERT_FIGURES_DAYS
    with transaction() as session:
        load = alert_figures.load(session, days=days, until=now)
        rules = alert_figures.of_rules(session, since=now - days * alert_figures.DAY, until=now)
    return page(
        request,
        "people_ops/alert_figures.html",
        current=HERE,
        load=load,
        borne=policy.ALERT_LINES,
        minutes=int(policy.ALERT_REVIEW.total_seconds() // 60),
        rules=rules,
    )


def _links_of(asked: Filters, counts: AlertCounts) -> dict[str, Any]:
    """Where the list leads: to itself, to the other views, to one kind of alerts."""
    return {
        "address": _address(asked),
        "views": [(view, _address(replace(asked, view=view)), counts.views.get(view)) for view in AlertView],
        "severities": _kinds(counts.severities, asked.severity, lambda word: replace(asked, severity=word)),
        "categories": _kinds(counts.categories, asked.category, lambda word: replace(asked, category=word)),
    }


def _words_of(asked: Filters) -> dict[str, Any]:
    """What the page says about the view itself."""
    bare = Filters(view=asked.view, whose=asked.whose)
    return {
        "asked": asked,
        "title": TITLES[asked.view],
        "lead": LEADS[asked.view],
        "empty_words": EMPTY[asked.view],
        "narrowed": asked != bare,
        "cleared": _address(bare),
        "tiers": list(Tier),
        "size": PAGE,
    }


def _kinds(counts: Mapping[Any, int], chosen: str, narrowed_to: Callable[[str], Filters]) -> list[Kind]:
    """The severities or categories with how many there are of each; the chosen one leads back to all."""
    return [
        Kind(
            word=word,
            many=None if narrowed_to("").view is AlertView.RESOLVED else many,  # nobody counts what is over
            chosen=word == chosen,
            address=_address(narrowed_to("" if word == chosen else word)),
        )
        for word, many in counts.items()
    ]


def _address(asked: Filters) -> str:
    told = asdict(asked)
    told["q"] = told.pop("about")
    return f"{HERE}?" + urlencode({name: str(value) for name, value in told.items() if value})
