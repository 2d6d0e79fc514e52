"""Putting a tutor, or a programme for a tutor, aside for some days, and taking that back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from retention.records import audit, snoozes
from retention.records.database import Session, transaction
from web import forms
from web.access import CurrentViewer, Posted, admitted
from web.people_ops.snooze_form import EVERYTHING, SnoozeTutorForm, mistakes, until
from web.people_ops.tutor import Number, TypedForm, show_tutor
from web.viewer import Viewer

router = APIRouter(prefix="/people-ops/tutors", include_in_schema=False, dependencies=[Depends(admitted)])


@router.post("/{number}/snoozes")
def put(request: Request, viewer: CurrentViewer, number: Number, form: Posted) -> Response:
    """Let the rules begin nothing of a kind, or nothing at all, until a day."""
    given, wrong = forms.read(SnoozeTutorForm, form, zone=viewer.zone)
    wrong = wrong if given is None else mistakes(given, viewer)
    if given is None or wrong:
        return show_tutor(request, viewer, number, typed=TypedForm("snooze", form, wrong))
    ends, now, what = until(given, viewer), viewer.clock.now(), given.programme
    with transaction() as session:
        entry = snoozes.put(
            session, number, what, reason=given.because, by=viewer.account_id, at=now, until=ends
        )
        told = {"programme": what or EVERYTHING, "until": ends.isoformat()}
        _noted(session, "put", viewer, number, entry=entry, **told)
    return _back(number)


@router.post("/{number}/snoozes/{entry}/lift")
def lift(
    viewer: CurrentViewer,
    number: Number,
    entry: Annotated[int, Path(ge=1, le=2**63 - 1)],
    form: Posted,  # noqa: ARG001 (its token shows that our page sent it)
) -> Response:
    """Let the rules begin it again before that day."""
    with transaction() as session:
        snoozes.lift(session, entry, tutor_number=number, by=viewer.account_id, at=viewer.clock.now())
        _noted(session, "lifted", viewer, number, entry=entry)
    return _back(number)


def _noted(session: Session, act: str, viewer: Viewer, number: int, **details: object) -> None:
    audit.note(session, f"snooze.{act}", actor=viewer.actor, subject=f"tutor/{number}", **details)


def _back(number: int) -> Response:
    return RedirectResponse(f"/people-ops/tutors/{number}#vetoes", status_code=303)
