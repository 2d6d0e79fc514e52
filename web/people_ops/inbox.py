"""The task inbox: what waits for whom, the least time left first."""

from dataclasses import replace
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from retention.programmes.registry import PROGRAMMES
from retention.records import inbox
from retention.records.database import transaction
from retention.records.inbox import PAGE, QueueLine, View
from retention.vocabulary import TaskKind
from web.access import CurrentViewer, admitted
from web.components.viewpoint import Viewpoint
from web.pages import page, viewpoint_of
from web.people_ops.desk import desk_of
from web.people_ops.outcome import outcome_of
from web.people_ops.reasons import in_short
from web.viewer import Viewer

router = APIRouter(prefix="/people-ops/tasks", include_in_schema=False, dependencies=[Depends(admitted)])

HERE = "/people-ops/tasks"
TITLES = {
    View.MINE: "My tasks",
    View.TEAM: "My team's tasks",
    View.UNASSIGNED: "Unassigned tasks",
    View.OVERDUE: "Overdue tasks",
    View.SNOOZED: "Snoozed tasks",
    View.DONE: "Done",
}
LEADS = {
    View.MINE: "What you have taken, the least time left first.",
    View.TEAM: "Everything open for your team, the least time left first.",
    View.UNASSIGNED: "Nobody has taken these yet. Claim one to begin.",
    View.OVERDUE: "Past their due date, the longest first.",
    View.SNOOZED: "Put aside until a date; they come back by themselves.",
    View.DONE: "Completed, withdrawn or expired, the newest first.",
}
EMPTY = {  # why there is nothing, and what to do
    View.MINE: ("No task of yours is open", "Take one from the unassigned tasks."),
    View.TEAM: ("Nothing is open for your team", "New tasks appear here by themselves when a rule fires."),
    View.UNASSIGNED: ("Everything has been taken", "New tasks appear here by themselves when a rule fires."),
    View.OVERDUE: ("Nothing is overdue", "What is due next is first in the other lists."),
    View.SNOOZED: ("Nothing is put aside", "A task can be snoozed on its page, with a reason."),
    View.DONE: ("Nothing has been done yet", "Completed tasks are kept here."),
}


@router.get("", response_class=HTMLResponse)
def tasks(
    *,
    request: Request,
    viewer: CurrentViewer,
    view: View = View.UNASSIGNED,
    kind: TaskKind | None = None,
    q: Annotated[str, Query(max_length=80)] = "",
    part: Annotated[int, Query(ge=1, le=1_000)] = 1,
    act: str = "",
) -> HTMLResponse:
    """One view of the inbox."""
    desk = desk_of(viewer)
    with transaction() as session:
        counts = inbox.counts(session, desk)
        queue = inbox.queue(session, desk, view, kind=kind, about=q, page=part)
        outcome = outcome_of(session, viewer, act)
    return page(
        request,
        "people_ops/inbox.html",
        part="queue",
        counts={f"{HERE}?view={name}": count for name, count in counts.items()},
        **_words_of(view, kind=kind, q=q),
        groups=_groups([_short(line) for line in queue.lines], view, viewer),
        total=queue.total,
        number=part,
        address=_address(view, kind, q),
        outcome=outcome,
        act_id=act,
    )


def _words_of(view: View, *, kind: TaskKind | None, q: str) -> dict[str, Any]:
    """What the page says about the view itself."""
    return {
        "current": f"{HERE}?view={view}",
        "view": view,
        "kind": kind,
        "q": q,
        "title": TITLES[view],
        "lead": LEADS[view],
        "empty_words": EMPTY[view],
        "kinds": [(entry.name, list(entry.tasks)) for entry in PROGRAMMES.values() if entry.tasks],
        "size": PAGE,
    }


def _address(view: View, kind: TaskKind | None, about: str) -> str:
    asked = {"view": view, "kind": kind or "", "q": about}
    return f"{HERE}?" + urlencode({name: value for name, value in asked.items() if value})


def _short(line: QueueLine) -> QueueLine:
    return replace(line, reason=in_short(line.reason))


def _groups(lines: list[QueueLine], view: View, viewer: Viewer) -> list[tuple[str, list[QueueLine]]]:
    """Lines under headings by due time; one list without headings where the order is another."""
    if view in (View.DONE, View.SNOOZED, View.OVERDUE):
        return [("", lines)] if lines else []
    seen = viewpoint_of(viewer)
    return [(title, list(group)) for title, group in groupby(lines, key=lambda line: _when(line, seen))]


def _when(line: QueueLine, seen: Viewpoint) -> str:
    if line.due_at < seen.now:
        return "Overdue"
    days = (line.due_at.astimezone(seen.zone).date() - seen.now.astimezone(seen.zone).date()).days
    return "Due today" if days == 0 else "Due tomorrow" if days == 1 else "Later"
