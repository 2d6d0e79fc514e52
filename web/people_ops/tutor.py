"""One tutor: where they stand, why the score is what it is, and everything that happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from retention.policy import FRESH_FOR
from retention.records import audit, tutor_story
from retention.records.database import transaction
from retention.records.tutor_story import LINES, TREND_DAYS, Show, TutorStory
from retention.vocabulary import Role
from web import forms
from web.access import CurrentViewer, admitted
from web.pages import is_refresh, page
from web.people_ops.first_sessions import ahead
from web.people_ops.history import tutor_row
from web.people_ops.metrics import CORE, SECONDARY, cards, score_points
from web.people_ops.reasons import model_reasons, score_reasons
from web.people_ops.risk_windows import risk_windows, smoothing, who_speaks
from web.people_ops.set_aside_form import SetAsideForm
from web.people_ops.snooze_form import SnoozeTutorForm
from web.people_ops.veto_form import VetoForm
from web.viewer import Viewer

FORMS: dict[str, type[BaseModel]] = {"veto": VetoForm, "set_aside": SetAsideForm, "snooze": SnoozeTutorForm}
TREND = timedelta(days=TREND_DAYS)
router = APIRouter(prefix="/people-ops/tutors", include_in_schema=False, dependencies=[Depends(admitted)])
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@dataclass(frozen=True)
class TypedForm:
    """What was typed into one of the page's forms, and what needs another look."""

    name: Literal["veto", "set_aside", "snooze"]
    values: Mapping[str, str]
    mistakes: Mapping[str, str]


@router.get("/{number}", response_class=HTMLResponse)
def tutor(
    *,
    request: Request,
    viewer: CurrentViewer,
    number: Number,
    show: Show = Show.ALL,
    before: datetime | None = None,
) -> HTMLResponse:
    """The page of one tutor."""
    return show_tutor(request, viewer, number, show=show, before=before)


def show_tutor(
    request: Request,
    viewer: Viewer,
    number: int,
    *,
    show: Show = Show.ALL,
    before: datetime | None = None,
    typed: TypedForm | None = None,
) -> HTMLResponse:
    """The page, also with a form that needs another look."""
    now = viewer.clock.now()
    with transaction() as session:
        story = tutor_story.tutor_story(session, number, since=(now - TREND).date(), at=now)
        lines = tutor_story.timeline(session, number, before=before or now, show=show)
        if not is_refresh(request):
            audit.note(session, "tutor.viewed", actor=viewer.actor, subject=f"tutor/{number}")
    return page(
        request,
        "people_ops/tutor.html",
        part="live",
        status=422 if typed else 200,
        tutor=story,
        stale=story.score_as_of is not None and now - story.score_as_of > FRESH_FOR,
        show=show,
        rows=[tutor_row(line) for line in lines],
        older=lines[-1].at if len(lines) == LINES else None,
        **_figures(story),
        **_sparing(viewer, typed),
    )


def _figures(story: TutorStory) -> dict[str, Any]:
    return {
        "reasons": score_reasons(story.factors, story.components),
        "model_reasons": model_reasons(story.factors),
        "windows": risk_windows(story),
        "smoothing": smoothing(story),
        "who_speaks": who_speaks(story),
        "scores": score_points(story),
        "firsts": ahead(story),
        "core": cards(CORE, story.metrics),
        "secondary": cards(SECONDARY, story.metrics),
    }


def _sparing(viewer: Viewer, typed: TypedForm | None) -> dict[str, Any]:
    """The forms by which people spare the tutor something, or set the prediction aside."""
    told: dict[str, Any] = {"may_veto": viewer.role is Role.OPS_MANAGER}
    for name, model in FORMS.items():
        again = typed if typed is not None and typed.name == name else None
        values, mistakes = (again.values, again.mistakes) if again else ({}, {})
        told[f"{name}_fields"] = forms.fields_of(model, values, mistakes=mistakes)
        told[f"{name}_typed"] = again is not None
    return told
