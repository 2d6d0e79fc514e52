"""Setting a prediction aside, and letting it count again: a manager's word, on record."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from retention.errors import Forbidden
from retention.records import audit, set_asides
from retention.records.database import Session, transaction
from retention.vocabulary import Role
from web import forms
from web.access import CurrentViewer, Posted, admitted
from web.people_ops.set_aside_form import SetAsideForm, mistakes, until
from web.people_ops.tutor import Number, TypedForm, show_tutor
from web.viewer import Viewer

router = APIRouter(prefix="/people-ops/tutors", include_in_schema=False, dependencies=[Depends(admitted)])


@router.post("/{number}/set-asides")
def put(request: Request, viewer: CurrentViewer, number: Number, form: Posted) -> Response:
    """Set a tutor's prediction aside until a day."""
    _must_be_a_manager(viewer)
    given, wrong = forms.read(SetAsideForm, form, zone=viewer.zone)
    wrong = wrong if given is None else mistakes(given, viewer)
    if given is None or wrong:
        return show_tutor(request, viewer, number, typed=TypedForm("set_aside", form, wrong))
    ends, now = until(given, viewer), viewer.clock.now()
    with transaction() as session:
        entry = set_asides.put(session, number, reason=given.reason, by=viewer.account_id, at=now, until=ends)
        _noted(session, "put", viewer, number, entry=entry, until=ends.isoformat())
    return _back(number)


@router.post("/{number}/set-asides/{entry}/lift")
def lift(
    viewer: CurrentViewer,
    number: Number,
    entry: Annotated[int, Path(ge=1, le=2**63 - 1)],
    form: Posted,  # noqa: ARG001 (its token shows that our page sent it)
) -> Response:
    """Let the prediction count again before that day."""
    _must_be_a_manager(viewer)
    with transaction() as session:
        set_asides.lift(session, entry, tutor_number=number, by=viewer.account_id, at=viewer.clock.now())
        _noted(session, "lifted", viewer, number, entry=entry)
    return _back(number)


def _noted(session: Session, act: str, viewer: Viewer, number: int, **details: object) -> None:
    audit.note(session, f"set_aside.{act}", actor=viewer.actor, subject=f"tutor/{number}", **details)


def _must_be_a_manager(viewer: Viewer) -> None:
    if viewer.role is not Role.OPS_MANAGER:
        raise Forbidden(
            "Only an operations manager can set a prediction aside.",
            instead="Ask one of them, with your reason.",
        )


def _back(number: int) -> Response:
    return RedirectResponse(f"/people-ops/tutors/{number}#risk", status_code=303)
