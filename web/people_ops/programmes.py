"""How programmes fare, and what may honestly be said of their effect."""

from datetime import timedelta
from enum import IntEnum

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from retention import policy
from retention.measures.shares import Share
from retention.records import effectiveness
from retention.records.database import transaction
from retention.records.effectiveness import Impact
from web.access import CurrentViewer, admitted
from web.pages import page, viewpoint_of

ADDRESS = "/people-ops/programmes"
NOBODY_WITHOUT = "Nobody is left without this programme, so there is nothing to compare it with."
router = APIRouter(prefix=ADDRESS, include_in_schema=False, dependencies=[Depends(admitted)])


class Period(IntEnum):
    """Days back from now."""

    MONTH = 30
    QUARTER = 90
    YEAR = 365


@router.get("", response_class=HTMLResponse)
def programmes(request: Request, viewer: CurrentViewer, period: Period = Period.QUARTER) -> HTMLResponse:
    """Every programme that has begun anything in the period."""
    seen = viewpoint_of(viewer)
    with transaction() as session:
        found = effectiveness.programmes(session, since=seen.now - timedelta(days=period), until=seen.now)
    return page(
        request,
        "people_ops/programmes.html",
        current=ADDRESS,
        seen=seen,
        programmes=found,
        period=period,
        periods=list(Period),
        raw_day=policy.EFFECT_RAW_DAY,
        said=said,
        counted=counted,
        claim=claim,
        points=points,
        why_no_claim=why_no_claim,
    )


def said(share: Share) -> str:
    """A share in percent; "Too few data" where a single case more would say something else."""
    if share.share is None:
        return "–"
    if share.whole < policy.FEW_DATA:
        return "Too few data"
    return f"{share.share:.0%}"


def counted(share: Share) -> str:
    """What a share is of, with its interval when it is shown: "12 of 16, 95 % interval 51-90 %"."""
    if share.whole == 0:
        return "None yet"
    text = f"{share.part} of {share.whole}"
    if share.whole < policy.FEW_DATA:
        return text
    return f"{text}, 95 % interval {share.low * 100:.0f}–{share.high * 100:.0f} %"


def claim(impact: Impact | None) -> str:
    """What may be said of the effect in one line: a difference, or that nothing may."""
    if impact is None or impact.difference.no_claim or impact.difference.difference is None:
        return "No claim"
    return f"{points(impact.difference.difference)} points"


def why_no_claim(impact: Impact | None) -> str:
    """The reason; empty when there is a claim."""
    return NOBODY_WITHOUT if impact is None else impact.difference.no_claim


def points(share: float) -> str:
    """A difference of shares in percentage points with its sign; no sign for none."""
    rounded = round(share * 100)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(rounded)}"
