"""How a person wants the pages: colours, time zone, single-key shortcuts."""

from enum import StrEnum
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field, field_validator

from retention.policy import ALERT_DIGEST_HOURS
from retention.records import accounts
from retention.records.accounts import AlertWishes
from retention.records.database import transaction
from retention.vocabulary import AlertMail, AlertScope
from web import forms
from web.access import CurrentViewer, Posted, admitted
from web.pages import THEME_COOKIE, page
from web.viewer import STAFF, Viewer, https

router = APIRouter(prefix="/preferences", include_in_schema=False, dependencies=[Depends(admitted)])

EARLIEST, LATEST = ALERT_DIGEST_HOURS  # o'clock
YEAR = 365 * 24 * 3600
SHORTCUTS = (
    (("Ctrl", "Enter"), "Send the form you are typing in"),
    (("g", "?"), "This page"),
)
OF_STAFF = (
    (("j", "k"), "Next and previous line in a list"),
    (("Enter",), "Open the task or alert"),
    (("c",), "Claim the task"),
    (("e",), "Acknowledge the alert"),
    (("/",), "Filter by tutor"),
    (("g", "a"), "Go to the alerts"),
    (("g", "m"), "Go to my tasks; g t team, g u unassigned, g o overdue, g z snoozed, g d done"),
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


class StaffPreferences(Preferences):
    """What colleagues can choose besides."""

    alert_mail: AlertMail = Field(
        title="Letters about alerts",
        description="All alerts stand on the pages, whatever you choose.",
        json_schema_extra={
            "hints": {
                "at_once": "Critical ones as soon as they come up, the others in the morning.",
                "in_the_morning": "One letter on each working day on which there is something to tell.",
                "on_pages_only": "No letters.",
            }
        },
    )
    alert_scope: AlertScope = Field(
        title="About which alerts?",
        json_schema_extra={
            "hints": {"my_tutors": "Those given to you, and those about tutors whose open task you hold."}
        },
    )
    digest_hour: int = Field(
        title="The morning's letter comes at (o'clock)",
        description=f"On your clock, from {EARLIEST} to {LATEST}.",
        ge=EARLIEST,
        le=LATEST,
    )


@router.get("", response_class=HTMLResponse)
def preferences(request: Request, viewer: CurrentViewer, saved: bool = False) -> HTMLResponse:
    """The page."""
    now: dict[str, object] = {
        "theme": request.cookies.get(THEME_COOKIE, "auto"),
        "time_zone": viewer.zone.key,
        "shortcuts": viewer.shortcuts,
    }
    if viewer.role in STAFF:
        with transaction() as session:
            wishes = accounts.alert_wishes(session, viewer.account_id)
        now |= {"alert_mail": wishes.mail, "alert_scope": wishes.scope, "digest_hour": wishes.hour}
    return _page(request, viewer, now, saved=saved)


@router.post("")
def prefer(request: Request, viewer: CurrentViewer, form: Posted) -> Response:
    """Keep them."""
    given, mistakes = forms.read(_asked_of(viewer), form)
    if given is None:
        return _page(request, viewer, form, mistakes=mistakes)
    with transaction() as session:
        accounts.prefer(session, viewer.account_id, time_zone=given.time_zone, shortcuts=given.shortcuts)
        if isinstance(given, StaffPreferences):
            wishes = AlertWishes(given.alert_mail, given.alert_scope, given.digest_hour)
            accounts.wish_alerts(session, viewer.account_id, wishes)
    answer = RedirectResponse("/preferences?saved=true", status_code=303)
    answer.set_cookie(
        THEME_COOKIE, str(given.theme), max_age=YEAR, httponly=True, secure=https(), samesite="lax"
    )
    return answer


def _asked_of(viewer: Viewer) -> type[Preferences]:
    return StaffPreferences if viewer.role in STAFF else Preferences


def _page(
    request: Request,
    viewer: Viewer,
    values: dict[str, object] | dict[str, str],
    *,
    saved: bool = False,
    mistakes: dict[str, str] | None = None,
) -> HTMLResponse:
    fields = forms.fields_of(_asked_of(viewer), values, mistakes=mistakes)
    status = 422 if mistakes else 200
    shortcuts = OF_STAFF + SHORTCUTS if viewer.role in STAFF else SHORTCUTS
    return page(request, "preferences.html", status=status, fields=fields, saved=saved, shortcuts=shortcuts)
