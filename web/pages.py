"""A page: its frame (navigation, badges, theme) and the point of view from which it is rendered."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse

from retention.settings import settings
from web.components.environment import render
from web.components.viewpoint import Viewpoint, seen_from
from web.viewer import KEEPERS_OF_MODELS, STAFF, Viewer

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


@dataclass(frozen=True)
class Link:
    """One entry of the navigation."""

    label: str
    href: str
    icon: str
    keys: str = ""
    count: int | None = None
    badge: str = ""  # where its count is fetched, also as it changes; of what topic: `watches`
    watches: str = ""


@dataclass(frozen=True)
class Group:
    """Entries under one heading."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Frame:
    """What surrounds a page."""

    navigation: tuple[Group, ...]
    current: str
    theme: str
    synthetic: bool
    live: bool


TASK_VIEWS = (
    Link("Mine", "/people-ops/tasks?view=mine", "user", "g m"),
    Link("My team", "/people-ops/tasks?view=team", "users", "g t"),
    Link("Unassigned", "/people-ops/tasks?view=unassigned", "inbox", "g u"),
    Link("Overdue", "/people-ops/tasks?view=overdue", "alarm-clock", "g o"),
    Link("Snoozed", "/people-ops/tasks?view=snoozed", "moon", "g z"),
    Link("Done", "/people-ops/tasks?view=done", "circle-check", "g d"),
)
ALERTS = (
    Link("Alerts", "/people-ops/alerts", "bell", "g a", badge="/people-ops/alerts/count", watches="alert"),
)
LIBRARY = (
    Link("Guides", "/people-ops/guides", "book-open"),
    Link("Outbox", "/people-ops/outbox", "send", "g l"),
    Link("Letters", "/people-ops/letters", "mail"),
)
FIGURES = (Link("Programmes", "/people-ops/programmes", "activity"),)
POLICY = (Link("Rules", "/people-ops/rules", "list-checks", "g r"),)
MODELS = Link("Models", "/people-ops/models", "trending-up")
STAFF_GROUPS = (
    Group("Attention", ALERTS),
    Group("Tasks", TASK_VIEWS),
    Group("For tutors", LIBRARY),
    Group("Policy", POLICY),
    Group("Figures", FIGURES),
)
MANAGER_GROUPS = (*STAFF_GROUPS[:-1], Group("Figures", (*FIGURES, MODELS)))


def page(
    request: Request, template: str, *, part: str | None = None, status: int = 200, **values: Any
) -> HTMLResponse:
    """The rendered page, or only `part` of it when htmx asks for a refresh.

    `current` names the navigation entry that is open; `counts` are figures by address; `seen` is the
    viewpoint when it is not the viewer's.
    """
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    frame = _frame(request, viewer, current=values.pop("current", ""), counts=values.pop("counts", {}))
    block = part if part and is_refresh(request) else None
    seen: Viewpoint | None = values.pop("seen", None)
    with seen_from(seen or viewpoint_of(viewer)):
        text = render(template, block=block, viewer=viewer, frame=frame, refresh=block is not None, **values)
    return HTMLResponse(text, status_code=status)


def is_refresh(request: Request) -> bool:
    """Whether an open page asks for a part of itself, rather than a person for a page."""
    return "hx-request" in request.headers


def viewpoint_of(viewer: Viewer | None) -> Viewpoint:
    """Business now, seen from where the viewer lives."""
    if viewer is None:
        return Viewpoint(now=datetime.now(UTC), zone=ZoneInfo("UTC"))
    return Viewpoint(viewer.clock.now(), viewer.zone, viewer.form_token, viewer.shortcuts)


def _frame(request: Request, viewer: Viewer | None, *, current: str, counts: dict[str, int]) -> Frame:
    groups = STAFF_GROUPS if viewer is not None and viewer.role in STAFF else ()
    if viewer is not None and viewer.role in KEEPERS_OF_MODELS:
        groups = MANAGER_GROUPS
    theme = request.cookies.get(THEME_COOKIE, "auto")
    return Frame(
        navigation=tuple(_counted(group, counts) for group in groups),
        current=current,
        theme=theme if theme in THEMES else "auto",
        synthetic=settings().demo,
        live=viewer is not None,
    )


def _counted(group: Group, counts: dict[str, int]) -> Group:
    return replace(group, links=tuple(replace(link, count=counts.get(link.href)) for link in group.links))
