"""One storm: the alerts that a rule raised about many tutors within an hour, and one word for all of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse

from retention.records import accounts, alert_story, audit
from retention.records.database import transaction
from web import forms
from web.access import CurrentViewer, admitted
from web.pages import is_refresh, page
from web.people_ops.alert import NOTHING, TypedForm
from web.people_ops.alert_forms import ResolveForm
from web.people_ops.alert_words import done
from web.people_ops.alerts import HERE, Part
from web.viewer import Viewer

router = APIRouter(prefix=f"{HERE}/storms", include_in_schema=False, dependencies=[Depends(admitted)])
StormId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("/{storm_id}", response_class=HTMLResponse)
def storm(
    *,
    request: Request,
    viewer: CurrentViewer,
    storm_id: StormId,
    part: Part = 1,
    did: str = "",
    changed: int = 0,
) -> HTMLResponse:
    """The page of one storm."""
    return show_storm(request, viewer, storm_id, part=part, outcome=done(did, changed))


def show_storm(
    request: Request,
    viewer: Viewer,
    storm_id: int,
    *,
    part: int = 1,
    outcome: tuple[str, str] | None = None,
    typed: TypedForm = NOTHING,
) -> HTMLResponse:
    """The page, also with a form that needs another look."""
    with transaction() as session:
        found = alert_story.storm(session, storm_id)
        members = alert_story.members_of(session, storm_id, page=part)
        colleagues = accounts.staff(session)
        if not is_refresh(request):
            audit.note(session, "alert.viewed", actor=viewer.actor, subject=f"storm/{storm_id}")
    return page(
        request,
        "people_ops/alert_storm.html",
        part="storm",
        status=422 if typed.name else 200,
        current=HERE,
        storm=found,
        members=members,
        colleagues=colleagues,
        number=part,
        size=alert_story.MEMBERS,
        done=outcome,
        **_form(typed),
    )


def _form(typed: TypedForm) -> dict[str, Any]:
    fields = forms.fields_of(ResolveForm, typed.values or {}, mistakes=typed.mistakes)
    return {"opened": typed.name, "resolve_fields": fields}
