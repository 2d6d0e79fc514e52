"""Models: which one serves, which one waits for a person's word, and what each is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from retention.errors import NotFound
from retention.messages.training import DecideModel
from retention.records import accounts, audit, commands, model_alarms, model_trainings, model_versions
from retention.records.database import Session, transaction
from retention.vocabulary import CommandState, ModelKind, Promotion
from web import forms
from web.access import CurrentViewer, Posted, admitted
from web.delivering import deliver
from web.pages import page
from web.people_ops.model_card import shown_card
from web.people_ops.model_forms import DecisionForm, RollBackForm, mistakes
from web.people_ops.model_kinds import KINDS, kind_in
from web.viewer import Viewer

ADDRESS = "/people-ops/models"
router = APIRouter(prefix=ADDRESS, include_in_schema=False, dependencies=[Depends(admitted)])
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
SAID = {
    CommandState.APPLIED: ("good", "Done."),
    CommandState.PENDING: ("warn", "Your word is kept and not applied yet; it will be."),
    CommandState.REFUSED: ("wrong", "It was refused."),
    CommandState.DEAD: ("wrong", "Nobody waits for a word about this model any more."),
}


@dataclass(frozen=True)
class Typed:
    """What was typed into one of the forms, and what needs another look."""

    values: Mapping[str, str]
    mistakes: Mapping[str, str]


@router.get("", response_class=HTMLResponse)
def models(request: Request, viewer: CurrentViewer, act: str = "", kind: str = "") -> HTMLResponse:
    """All versions of a kind, the champion, and the challenger that waits."""
    return _shown(request, viewer, kind_in(kind), act=act)


@router.get("/{number}", response_class=HTMLResponse)
def model(request: Request, viewer: CurrentViewer, number: Number) -> HTMLResponse:  # noqa: ARG001 (signed in)
    """The card of one version."""
    with transaction() as session:
        version = model_versions.version(session, number)
        card = model_trainings.card_of(session, number)
    return page(
        request, "people_ops/model_card.html", current=ADDRESS, version=version, **shown_card(card, version)
    )


@router.post("/{number}/decide")
def decide(request: Request, viewer: CurrentViewer, number: Number, form: Posted) -> Response:
    """Promote or reject the waiting challenger, by a word to the workflow that waits for it."""
    given, wrong = forms.read(DecisionForm, form)
    wrong = wrong if given is None else mistakes(given)
    kind = kind_in(form.get("kind", ""))
    if given is None or wrong:
        return _shown(request, viewer, kind, decision=Typed(form, wrong))
    word = DecideModel(
        command_id=str(forms.id_of(form)),
        actor=viewer.actor,
        promote=given.decision is Promotion.PROMOTE,
        reason=given.reason,
        despite=given.despite,
    )
    with transaction() as session:
        training = model_trainings.training_of(session, number)
        if training is None:
            raise NotFound("Nobody waits for a word about this model.", instead="Look at the list of models.")
        command = model_trainings.word_of(word, training_id=training.training_id)
        commands.put(session, [command])
        _noted(session, viewer, number, act=str(given.decision), command=str(command.id))
    deliver(command.id)
    return RedirectResponse(f"{_address_of(kind)}&act={command.id}", status_code=303)


@router.post("/roll-back")
def roll_back(request: Request, viewer: CurrentViewer, form: Posted) -> Response:
    """Let the champion before serve again."""
    given, wrong = forms.read(RollBackForm, form)
    kind = kind_in(form.get("kind", ""))
    if given is None:
        return _shown(request, viewer, kind, back=Typed(form, wrong))
    with transaction() as session:
        number = model_versions.roll_back(
            session, kind, actor=viewer.actor, reason=given.why, at=viewer.clock.now()
        )
        _noted(session, viewer, number, act="roll_back")
    return RedirectResponse(_address_of(kind), status_code=303)


def _address_of(kind: ModelKind) -> str:
    return f"{ADDRESS}?kind={kind}"


def _shown(
    request: Request,
    viewer: Viewer,
    kind: ModelKind,
    *,
    act: str = "",
    decision: Typed | None = None,
    back: Typed | None = None,
) -> HTMLResponse:
    with transaction() as session:
        waiting = model_trainings.in_hand(session, kind)
        told: dict[str, Any] = {
            "said": KINDS[kind],
            "kinds": KINDS.values(),
            "versions": model_versions.versions(session, kind),
            "champion": model_versions.champion(session, kind),
            "before": model_versions.champion_before(session, kind),
            "decisions": model_versions.promotions(session, kind, limit=20),
            "alarms": model_alarms.newest(session, kind),
            "training": waiting,
            "newest": model_trainings.newest(session, kind),
            "conditions": model_trainings.conditions_of(waiting) if waiting else [],
            "shadow": model_trainings.shadow_days(session, waiting.version_id or 0) if waiting else [],
            "names": {str(one.id): one.name for one in accounts.staff(session)},
            "outcome": _outcome(session, viewer, act),
        }
    status = 422 if decision or back else 200
    shown_forms = {"decision": _fields(DecisionForm, decision), "back": _fields(RollBackForm, back)}
    return page(request, "people_ops/models.html", current=ADDRESS, status=status, forms=shown_forms, **told)


def _fields(model_of_form: type[DecisionForm | RollBackForm], typed: Typed | None) -> dict[str, Any]:
    values, wrong = (typed.values, typed.mistakes) if typed else ({}, {})
    return {"fields": forms.fields_of(model_of_form, values, mistakes=wrong), "typed": typed is not None}


def _outcome(session: Session, viewer: Viewer, act: str) -> tuple[str, str, str] | None:
    """Tone, title and reason of the viewer's own word, as it stands."""
    try:
        command = commands.find(session, UUID(act)) if act else None
    except ValueError:
        return None
    if command is None or command.actor != viewer.actor:
        return None
    tone, title = SAID[CommandState(command.state)]
    answer = command.answer or {}
    if answer.get("ending") == "not_applied":
        tone, title = "wrong", "The registry refused it."
    return tone, title, str(answer.get("words") or answer.get("message") or "")


def _noted(session: Session, viewer: Viewer, number: int, *, act: str, **details: object) -> None:
    audit.note(session, f"model.{act}", actor=viewer.actor, subject=f"model/{number}", **details)
