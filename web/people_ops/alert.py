"""One alert: why it was raised, what is advised, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse

from retention.records import accounts, alert_story, audit
from retention.records.alert_story import AlertStory
from retention.records.database import transaction
from retention.records.task_story import StoryLine
from retention.vocabulary import AlertState
from web import forms
from web.access import CurrentViewer, admitted
from web.pages import is_refresh, page
from web.people_ops.alert_forms import RateForm, ResolveForm
from web.people_ops.alert_words import ENDS, act_row, done
from web.people_ops.alerts import HERE
from web.people_ops.reasons import in_short, leaves
from web.people_ops.task_forms import SnoozeForm
from web.viewer import Viewer

router = APIRouter(prefix=HERE, include_in_schema=False, dependencies=[Depends(admitted)])
AlertId = Annotated[int, Path(ge=1, le=2**63 - 1)]
FormName = Literal["resolve", "snooze", "rate", "assign", ""]


@dataclass(frozen=True)
class TypedForm:
    """What was typed into one of the page's forms, and what needs another look."""

    name: FormName = ""
    values: Mapping[str, str] | None = None
    mistakes: Mapping[str, str] | None = None


NOTHING = TypedForm()


@router.get("/{alert_id}", response_class=HTMLResponse)
def alert(
    *, request: Request, viewer: CurrentViewer, alert_id: AlertId, did: str = "", changed: int = 0
) -> HTMLResponse:
    """The page of one alert."""
    return show_alert(request, viewer, alert_id, outcome=done(did, changed))


def show_alert(
    request: Request,
    viewer: Viewer,
    alert_id: int,
    *,
    outcome: tuple[str, str] | None = None,
    typed: TypedForm = NOTHING,
) -> HTMLResponse:
    """The page, also with a form that needs another look."""
    with transaction() as session:
        story = alert_story.alert_story(session, alert_id)
        lines = alert_story.lines_of(session, alert_id)
        colleagues = accounts.staff(session)
        if not is_refresh(request):
            audit.note(session, "alert.viewed", actor=viewer.actor, subject=f"alert/{alert_id}")
    names = {str(one.id): one.name for one in colleagues}
    return page(
        request,
        "people_ops/alert.html",
        part="alert",
        status=422 if typed.name else 200,
        current=HERE,
        colleagues=colleagues,
        done=outcome,
        **_told(story, lines, names),
        **_forms(story, typed),
    )


def _told(story: AlertStory, lines: Sequence[StoryLine], names: dict[str, str]) -> dict[str, Any]:
    return {
        "alert": story,
        "ended": _ended(story),
        "why": in_short(story.reason),
        "leaves": leaves(story.explanation),
        "rows": [act_row(line, names) for line in lines],
    }


def _ended(story: AlertStory) -> str:
    """How it ended, in words; empty while it has not."""
    if story.ended is None:
        return ""
    return ENDS.get(story.ended) or story.ended.replace("_", " ").capitalize()  # type: ignore[call-overload]


def _forms(story: AlertStory, typed: TypedForm) -> dict[str, Any]:
    told: dict[str, Any] = {"opened": typed.name, "over": story.state == AlertState.RESOLVED}
    rated = {"useful": "" if story.useful is None else "yes" if story.useful else "no", "why": story.rating}
    for name, model, known in (
        ("resolve", ResolveForm, {}),
        ("snooze", SnoozeForm, {}),
        ("rate", RateForm, rated),
    ):
        again = typed.name == name
        values = typed.values if again and typed.values is not None else known
        told[f"{name}_fields"] = forms.fields_of(model, values, mistakes=typed.mistakes if again else None)
    return told
