"""What people do with a version of the rulebook: try it, agree to it, publish it, roll back, give it up."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from retention.errors import Conflict, Refusal
from retention.messages.rulebook import TryVersion
from retention.records import (
    audit,
    commands,
    rulebook,
    rulebook_drafts,
    rulebook_publications,
    rulebook_tryouts,
)
from retention.records.database import Session, transaction
from retention.settings import settings
from retention.vocabulary import RulebookStatus
from rules.commands.gathering import changes_between
from rules.trial import grammar
from web import access, forms
from web.access import CurrentViewer, admitted
from web.people_ops.rulebook_forms import ApproveForm, DiscardForm, PublishForm, RollBackForm
from web.people_ops.rulebook_reading import VERSIONS
from web.people_ops.rulebook_version import DAYS, FORMS, USUAL_DAYS, Number, Posted, show_version
from web.viewer import Viewer

router = APIRouter(prefix=VERSIONS, include_in_schema=False, dependencies=[Depends(admitted)])
Act = Callable[[Session, BaseModel], str]  # returns what was done, as `rulebook_version.DONE` names it


@router.post("/{number}/try")
def try_out(viewer: CurrentViewer, number: Number, form: access.Posted) -> Response:
    """Have a workflow try a version beside the one in force."""
    request_id = str(forms.id_of(form))
    days = next((one for one in DAYS if str(one) == form.get("days")), USUAL_DAYS)
    with transaction() as session:
        known = rulebook.standing(session)
        earlier = rulebook_tryouts.of(session, rulebook.version(session, number).version)
        if known is not None and (earlier is None or earlier.request_id != request_id):
            wish = TryVersion(
                version=number,
                against=known.version,
                request_id=request_id,
                as_of=viewer.clock.now(),
                days=days,
            )
            commands.put(session, [rulebook_tryouts.ask(session, wish, by=viewer.actor)])
            _noted(session, viewer, number, "try", days=days)
    return RedirectResponse(f"{VERSIONS}/{number}#tryout", status_code=303)


@router.post("/{number}/publish")
def publish(request: Request, viewer: CurrentViewer, number: Number, form: access.Posted) -> Response:
    """Put a draft in force."""

    def act(session: Session, given: BaseModel) -> str:
        assert isinstance(given, PublishForm)
        before = _held(session, number, form)
        if before == number:  # sent twice
            return "published"
        rulebook_publications.publish(
            session, number, actor=viewer.actor, reason=given.why, at=viewer.clock.now(), grammar=grammar(),
            needs_approval=settings().rulebook_needs_approval, despite=given.despite,
            changes=changes_between(session, before, number),
        )  # fmt: skip
        _noted(session, viewer, number, "publish", reason=given.why)
        return "published"

    return _done(request, viewer, number, "publish", form=form, act=act)


@router.post("/{number}/roll-back")
def roll_back(request: Request, viewer: CurrentViewer, number: Number, form: access.Posted) -> Response:
    """Put an earlier version in force again."""

    def act(session: Session, given: BaseModel) -> str:
        assert isinstance(given, RollBackForm)
        before = _held(session, number, form)
        if before == number:  # sent twice
            return "rolled_back"
        rulebook_publications.roll_back(
            session, actor=viewer.actor, reason=given.back_why, at=viewer.clock.now(), grammar=grammar(),
            needs_approval=settings().rulebook_needs_approval, to=number,
            changes=changes_between(session, before, number),
        )  # fmt: skip
        _noted(session, viewer, number, "roll_back", reason=given.back_why)
        return "rolled_back"

    return _done(request, viewer, number, "roll_back", form=form, act=act)


@router.post("/{number}/approve")
def approve(request: Request, viewer: CurrentViewer, number: Number, form: access.Posted) -> Response:
    """Agree to a colleague's draft, or that the version in force gives way to this earlier one."""

    def act(session: Session, given: BaseModel) -> str:
        assert isinstance(given, ApproveForm)
        _held(session, number, form)
        retired = rulebook.version(session, number).status == RulebookStatus.RETIRED
        agree = rulebook_publications.approve_roll_back if retired else rulebook_publications.approve
        agree(session, number, actor=viewer.actor, note=given.word, at=viewer.clock.now())
        _noted(session, viewer, number, "approve", note=given.word)
        return "approved"

    return _done(request, viewer, number, "approve", form=form, act=act)


@router.post("/{number}/discard")
def discard(request: Request, viewer: CurrentViewer, number: Number, form: access.Posted) -> Response:
    """Decide against a draft."""

    def act(session: Session, given: BaseModel) -> str:
        assert isinstance(given, DiscardForm)
        rulebook_drafts.discard(session, number)
        _noted(session, viewer, number, "discard", reason=given.discard_why)
        return "discarded"

    return _done(request, viewer, number, "discard", form=form, act=act)


@router.post("/{number}/shadow")
def shadow(request: Request, viewer: CurrentViewer, number: Number, form: access.Posted) -> Response:
    """Watch a draft beside the version in force, or stop watching it."""

    def act(session: Session, _given: BaseModel) -> str:
        if rulebook.version(session, number).status == RulebookStatus.SHADOW:
            rulebook_drafts.end_shadow(session)
            _noted(session, viewer, number, "shadow_end")
            return "unwatched"
        rulebook_drafts.shadow(session, number, at=viewer.clock.now())
        _noted(session, viewer, number, "shadow")
        return "shadow"

    return _done(request, viewer, number, "shadow", form=form, act=act)


def _done(
    request: Request, viewer: Viewer, number: int, name: str, *, form: Mapping[str, str], act: Act
) -> Response:
    """Do what a form asks; or the page again, with what needs another look or why it was refused."""
    given, wrong = forms.read(FORMS[name], form)
    if given is None:
        return show_version(request, viewer, number, posted=Posted(name, form, wrong))
    try:
        with transaction() as session:
            done = act(session, given)
    except Refusal as refused:
        if refused.kind == "not_found":
            raise
        return show_version(request, viewer, number, posted=Posted(name, form, refused=refused))
    return RedirectResponse(f"{VERSIONS}/{number}?done={done}", status_code=303)


def _held(session: Session, number: int, form: Mapping[str, str]) -> int:
    """The version in force, held until this is done. Raises Conflict when the person saw another one."""
    before = rulebook_publications.held(session)
    if before != number and form.get("seen") != str(before):
        raise Conflict(
            f"Version {before} was published meanwhile.",
            instead="Look at what would change now, and decide again.",
        )
    return before


def _noted(session: Session, viewer: Viewer, number: int, act: str, **details: object) -> None:
    audit.note(session, f"rulebook.{act}", actor=viewer.actor, subject=f"rulebook/{number}", **details)
