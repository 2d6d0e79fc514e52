"""The guides that coaching tips recommend, and how tutors received them."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from retention.records import guides
from retention.records.database import transaction
from web.access import CurrentViewer, admitted
from web.components.prose import prose
from web.pages import page

ADDRESS = "/people-ops/guides"
METRICS = {  # as people say them
    "first_success_pct": "First-session success",
    "resched_rate_30d": "Reschedules",
    "noshow_rate_30d": "No-shows",
    "engagement": "Engagement",
    "objectives_pct": "Objectives met",
    "rating_avg_30": "Ratings",
}
router = APIRouter(prefix=ADDRESS, include_in_schema=False, dependencies=[Depends(admitted)])


@router.get("", response_class=HTMLResponse)
def library(request: Request, _viewer: CurrentViewer) -> HTMLResponse:
    """All guides with their texts and figures."""
    with transaction() as session:
        lines = guides.lines(session)
    return page(
        request,
        "people_ops/guides.html",
        current=ADDRESS,
        guides=lines,
        helps={one.slug: ", ".join(METRICS.get(metric, metric) for metric in one.helps) for one in lines},
        texts={one.slug: prose(one.body) for one in lines},
    )
