"""The outbox: every letter, what became of it, and - where letters stay on this machine - what it says.

In production it shows no texts: their links answer for the tutor, and nobody here needs to.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from retention.errors import Forbidden, NotFound
from retention.records import audit, outbox
from retention.records.database import transaction
from retention.records.mail_events import MailReport
from retention.records.outbox import MOST, PAGE, OutboxLetter, Shelf
from retention.settings import settings
from web.access import CurrentViewer, admitted
from web.guard import CSP, FRAMES_OURS, LETTER
from web.pages import is_refresh, page
from web.people_ops.letter_words import WORDS
from web.viewer import Viewer

HERE = "/people-ops/outbox"
LINK = re.compile(r"https?://\S+")
SHELVES = {Shelf.ALL: "All", Shelf.UNCLEAR: "On their way or unclear", Shelf.NOT_SENT: "Not sent"}
router = APIRouter(prefix=HERE, include_in_schema=False, dependencies=[Depends(admitted)])


@router.get("", response_class=HTMLResponse)
def letters(
    request: Request,
    _viewer: CurrentViewer,
    shelf: Shelf = Shelf.ALL,
    part: Annotated[int, Query(ge=1, le=MOST // PAGE)] = 1,
) -> HTMLResponse:
    """The list, the newest first."""
    with transaction() as session:
        found = outbox.newest(session, shelf, page=part)
    return page(
        request,
        "people_ops/outbox.html",
        part="list",
        current=HERE,
        **WORDS,
        shelf=shelf,
        shelves=SHELVES,
        lines=found.lines,
        total=found.total,
        number=part,
        size=PAGE,
    )


@router.get("/letters/{key:path}", response_class=HTMLResponse)
def letter(request: Request, viewer: CurrentViewer, key: str) -> HTMLResponse:
    """One letter."""
    with transaction() as session:
        one, reports = outbox.letter(session, key), outbox.reports(session, key)
        if not is_refresh(request):
            audit.note(session, "letter.viewed", actor=viewer.actor, subject=f"letter/{key}")
    readable = _readable() and bool(one.html)
    answer = page(
        request,
        "people_ops/outbox_letter.html",
        current=HERE,
        **WORDS,
        letter=one,
        readable=readable,
        links=sorted(set(LINK.findall(one.text))) if readable else [],
        reports=_shown(reports),
    )
    answer.headers[CSP] = FRAMES_OURS
    return answer


@router.get("/html/{key:path}", response_class=HTMLResponse)
def html(viewer: CurrentViewer, key: str) -> HTMLResponse:
    """The letter as a mail program shows it, for a frame that may do nothing."""
    return HTMLResponse(_opened(viewer, key).html, headers={CSP: LETTER})


@router.get("/calendar/{key:path}")
def calendar(viewer: CurrentViewer, key: str) -> Response:
    """The calendar entry that travels with the letter."""
    text = _opened(viewer, key).calendar
    if text is None:
        raise NotFound("Nothing travels with this letter.", instead="Go back to it.")
    headers = {"content-disposition": 'attachment; filename="call.ics"'}
    return Response(text, media_type="text/calendar", headers=headers)


def _opened(_viewer: Viewer, key: str) -> OutboxLetter:
    if not _readable():
        raise Forbidden("Texts of letters are not shown here.", instead="Ask the reader.")
    with transaction() as session:
        return outbox.letter(session, key)


def _readable() -> bool:
    return settings().environment != "production"


def _shown(reports: Sequence[MailReport]) -> list[dict[str, Any]]:
    """Reports without what they hold of the reader."""
    return [{"kind": report.kind, "at": report.at} for report in reports]
