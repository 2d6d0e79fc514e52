"""Putting and lifting a veto: a manager's word that a tutor is to be spared a programme, on record."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from retention.errors import Forbidden
from retention.records import audit, vetoes
from retention.records.database import Session, transaction
from retention.vocabulary import Role
from web import forms
from web.access import CurrentViewer, Posted, admitted
from web.people_ops.tutor import Number, TypedForm, show_tutor
from web.people_ops.veto_form import VetoForm, mistakes, until
from web.viewer import Viewer

router = APIRouter(prefix="/people-ops/tutors", include_in_schema=False, dependencies=[Depends(admitted)])


@router.post("/{number}/vetoes")
def put(request: Request, viewer: CurrentViewer, number: Number, form: Posted) -> Response:
    """Spare a tutor a programme until a day."""
    _must_be_a_manager(viewer)
    given, wrong = forms.read(VetoForm, form, zone=viewer.zone)
    wrong = wrong if given is None else mistakes(given, viewer)
    if given is None or wrong:
        return show_tutor(request, viewer, number, typed=TypedForm("veto", form, wrong))
    ends, now = until(given, viewer), viewer.clock.now()
    with transaction() as session:
        veto = vetoes.put(
            session, number, given.programme, reason=given.reason, by=viewer.account_id, at=now, until=ends
        )
        _noted(session, "put", viewer, number, veto=veto, programme=given.programme, until=ends.isoformat())
    return _back(number)


@router.post("/{number}/vetoes/{veto}/lift")
def lift(
    viewer: CurrentViewer,
    number: Number,
    veto: Annotated[int, Path(ge=1, le=2**63 - 1)],
    form: Posted,  # noqa: ARG001 (its token shows that our page sent it)
) -> Response:
    """End a veto before its day."""
    _must_be_a_manager(viewer)
    with transaction() as session:
        vetoes.lift(session, veto, tutor_number=number, by=viewer.account_id, at=viewer.clock.now())
        _noted(session, "lifted", viewer, number, veto=veto)
    return _back(number)


def _noted(session: Session, act: str, viewer: Viewer, number: int, **details: object) -> None:
    audit.note(session, f"veto.{act}", actor=viewer.actor, subject=f"tutor/{number}", **details)


def _must_be_a_manager(viewer: Viewer) -> None:
    if viewer.role is not Role.OPS_MANAGER:
        raise Forbidden(
            "Only an operations manager can put or lift a veto.", instead="Ask one of them, with your reason."
        )


def _back(number: int) -> Response:
    return RedirectResponse(f"/people-ops/tutors/{number}#vetoes", status_code=303)
