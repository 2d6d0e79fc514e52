"""How a person wants the pages: colours, time zone, single-key shortcuts."""

from enum import StrEnum
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field, field_validator

from retention.records import accounts
from retention.records.database import transaction
from web import forms
from web.access import CurrentViewer, Posted, admitted
from web.pages import THEME_COOKIE, page
from web.viewer import https

router = APIRouter(prefix="/preferences", include_in_schema=False, dependencies=[Depends(admitted)])

YEAR = 365 * 24 * 3600
SHORTCUTS = (
    (("j", "k"), "Next and previous task in a list"),
    (("Enter",), "Open the task"),
    (("c",), "Claim the task"),
    (("/",), "Filter by tutor"),
    (("g", "m"), "Go to my tasks; g t team, g u unassigned, g o overdue, g z snoozed, g d done"),
    (("Ctrl", "Enter"), "Send the form you are typing in"),
    (("g", "?"), "This page"),
)


class Theme(StrEnum):
    """Colours of the pages."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Preferences(BaseModel):
    """What a person can choose."""

    theme: Theme = Field(title="Colours", json_schema_extra={"hints": {"auto": "As this device is set."}})
    time_zone: str = Field(
        title="Time zone", description="Times are shown on this clock, such as Europe/London."
    )
    shortcuts: bool = Field(default=False, title="Single-key shortcuts")

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        if name not in available_timezones():
            message = "Please give a time zone such as Europe/London."
            raise ValueError(message)
        return name


@router.get("", response_class=HTMLResponse)
def preferences(request: Request, viewer: CurrentViewer, saved: bool = False) -> HTMLResponse:
    """The page."""
    now = {
        "theme": request.cookies.get(THEME_COOKIE, "auto"),
        "time_zone": viewer.zone.key,
        "shortcuts": viewer.shortcuts,
    }
    return _page(request, now, saved=saved)


@router.post("")
def prefer(request: Request, viewer: CurrentViewer, form: Posted) -> Response:
    """Keep them."""
    given, mistakes = forms.read(Preferences, form)
    if given is None:
        return _page(request, form, mistakes=mistakes)
    with transaction() as session:
        accounts.prefer(session, viewer.account_id, time_zone=given.time_zone, shortcuts=given.shortcuts)
    answer = RedirectResponse("/preferences?saved=true", status_code=303)
    answer.set_cookie(
        THEME_COOKIE, str(given.theme), max_age=YEAR, httponly=True, secure=https(), samesite="lax"
    )
    return answer


def _page(
    request: Request,
    values: dict[str, object] | dict[str, str],
    *,
    saved: bool = False,
    mistakes: dict[str, str] | None = None,
) -> HTMLResponse:
    fields = forms.fields_of(Preferences, values, mistakes=mistakes)
    status = 422 if mistakes else 200
    return page(request, "preferences.html", status=status, fields=fields, saved=saved, shortcuts=SHORTCUTS)
