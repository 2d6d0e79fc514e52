"""One tutor: where they stand, why the score is what it is, and everything that happened."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse

from retention.policy import FRESH_FOR
from retention.records import audit, tutor_story
from retention.records.database import transaction
from retention.records.tutor_story import LINES, TREND_DAYS, Show
from web.access import CurrentViewer, admitted
from web.pages import is_refresh, page
from web.people_ops.history import tutor_row
from web.people_ops.metrics import CORE, SECONDARY, cards, score_points
from web.people_ops.reasons import score_reasons

TREND = timedelta(days=TREND_DAYS)
router = APIRouter(prefix="/people-ops/tutors", include_in_schema=False, dependencies=[Depends(admitted)])


@router.get("/{number}", response_class=HTMLResponse)
def tutor(
    *,
    request: Request,
    viewer: CurrentViewer,
    number: Annotated[int, Path(ge=1, le=2**31 - 1)],
    show: Show = Show.ALL,
    before: datetime | None = None,
) -> HTMLResponse:
    """The page of one tutor."""
    now = viewer.clock.now()
    with transaction() as session:
        story = tutor_story.tutor_story(session, number, since=(now - TREND).date())
        lines = tutor_story.timeline(session, number, before=before or now, show=show)
        if not is_refresh(request):
            audit.note(session, "tutor.viewed", actor=viewer.actor, subject=f"tutor/{number}")
    return page(
        request,
        "people_ops/tutor.html",
        part="live",
        tutor=story,
        reasons=score_reasons(story.factors, story.components),
        scores=score_points(story),
        core=cards(CORE, story.metrics),
        secondary=cards(SECONDARY, story.metrics),
        show=show,
        rows=[tutor_row(line) for line in lines],
        older=lines[-1].at if len(lines) == LINES else None,
        stale=story.score_as_of is not None and now - story.score_as_of > FRESH_FOR,
    )
