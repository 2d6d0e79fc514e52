"""A guide that a letter recommends: anybody may read it; with the letter's link it also hears how it was."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from retention import links
from retention.errors import Forbidden, NotFound
from retention.policy import TIP_READ_FOR
from retention.records import guides, world
from retention.records.database import transaction
from retention.vocabulary import TipAct
from web.access import admitted, form_of
from web.components.prose import prose
from web.components.viewpoint import Viewpoint
from web.pages import page
from web.tutor.tries import count_form, letter_of

router = APIRouter(prefix="/guides", include_in_schema=False, dependencies=[Depends(admitted)])


@router.api_route("/{slug}", methods=["GET", "HEAD"], response_class=HTMLResponse)
def guide(request: Request, slug: str, letter: str = "") -> HTMLResponse:
    """The guide. A link that is not whole still opens it: only its buttons are missing."""
    try:
        letter_key = links.read_guide_token(letter, slug)
    except NotFound:
        letter_key = ""
    with transaction() as session:
        shown = guides.open_guide(session, slug)
        done = guides.acts_of(session, letter_key) if letter_key else set()
    token = links.form_token(letter_key) if letter_key else ""
    return page(
        request,
        "tutor/guide.html",
        seen=Viewpoint(now=datetime.now(UTC), zone=ZoneInfo("UTC"), form_token=token),
        guide=shown,
        body=prose(shown.body),
        letter=letter if letter_key else "",
        unread=TipAct.READ not in done,
        verdict=next(iter(done - {TipAct.READ}), ""),
        read_after=int(TIP_READ_FOR.total_seconds()),
    )


@router.post("/{slug}/{act}")
def act(
    request: Request, slug: str, act: TipAct, form: Annotated[dict[str, str], Depends(form_of)]
) -> Response:
    """Keep what the tutor did with it; a second time changes nothing."""
    letter = form.get("letter", "")
    letter_key = letter_of(request, partial(links.read_guide_token, letter, slug))
    count_form(letter_key)
    if not links.owns(form.get("form_token", ""), letter_key):
        raise Forbidden("This did not come from the page.", instead="Open the guide from the letter again.")
    with transaction() as session:
        read, now = guides.open_guide(session, slug), world.the_clock(session).now()
        guides.note(session, read, act, letter_key=letter_key, at=now, received_at=datetime.now(UTC))
    if act is TipAct.READ:
        return Response(status_code=204)
    return RedirectResponse(f"/guides/{slug}?letter={letter}#verdict", status_code=303)
