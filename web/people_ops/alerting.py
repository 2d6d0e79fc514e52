"""Acting on an alert or a whole storm: changed where it lies, on record, and shown.

No workflow hears of it: an alert has no timer and waits for nobody, so the act is the change itself.
"""

# ruff: noqa: FAST003 (the alert or storm of the address is read by the dependency `subject`)

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from retention.errors import NotFound
from retention.records import accounts, alert_acts, audit
from retention.records.database import Session, transaction
from web import forms
from web.access import CurrentViewer, Posted, admitted
from web.people_ops.alert import AlertId, FormName, TypedForm, show_alert
from web.people_ops.alert_forms import RateForm, ResolveForm, Useful, mistakes
from web.people_ops.alert_storm import StormId, show_storm
from web.people_ops.alerts import HERE
from web.people_ops.task_forms import AssignForm, SnoozeForm, until
from web.viewer import Viewer

router = APIRouter(prefix=HERE, include_in_schema=False, dependencies=[Depends(admitted)])
Act = Callable[[Session, Sequence[int]], Sequence[int]]


@dataclass(frozen=True)
class Actor:
    """Who acts on which alert or storm with what they posted."""

    viewer: Viewer
    form: dict[str, str]
    alert_id: int | None
    storm_id: int | None

    @property
    def subject(self) -> str:
        """How audit lines and addresses name it."""
        return f"alert/{self.alert_id}" if self.alert_id is not None else f"storm/{self.storm_id}"

    @property
    def address(self) -> str:
        return f"{HERE}/{self.alert_id}" if self.alert_id is not None else f"{HERE}/storms/{self.storm_id}"


def on_alert(alert_id: AlertId, viewer: CurrentViewer, form: Posted) -> Actor:
    """Somebody acts on one alert."""
    return Actor(viewer, form, alert_id, None)


def on_storm(storm_id: StormId, viewer: CurrentViewer, form: Posted) -> Actor:
    """Somebody acts on all alerts of a storm."""
    return Actor(viewer, form, None, storm_id)


OnAlert = Annotated[Actor, Depends(on_alert)]
OnStorm = Annotated[Actor, Depends(on_storm)]


@router.post("/{alert_id}/acknowledge")
def acknowledge(actor: OnAlert) -> Response:
    """Take note of an alert, and see to it."""
    return _acknowledge(actor)


@router.post("/storms/{storm_id}/acknowledge")
def acknowledge_storm(actor: OnStorm) -> Response:
    """Take note of a storm's alerts."""
    return _acknowledge(actor)


@router.post("/{alert_id}/assign")
def assign(request: Request, actor: OnAlert) -> Response:
    """Give an alert to a colleague."""
    return _assign(request, actor)


@router.post("/storms/{storm_id}/assign")
def assign_storm(request: Request, actor: OnStorm) -> Response:
    """Give a storm's alerts to a colleague."""
    return _assign(request, actor)


@router.post("/{alert_id}/resolve")
def resolve(request: Request, actor: OnAlert) -> Response:
    """End an alert."""
    return _resolve(request, actor)


@router.post("/storms/{storm_id}/resolve")
def resolve_storm(request: Request, actor: OnStorm) -> Response:
    """End a storm's alerts."""
    return _resolve(request, actor)


@router.post("/{alert_id}/snooze")
def snooze(request: Request, actor: OnAlert) -> Response:
    """Put an alert aside for a while."""
    given, wrong = forms.read(SnoozeForm, actor.form)
    if given is None:
        return _again(request, actor, "snooze", wrong)
    ends, viewer = until(given.rest, actor.viewer), actor.viewer
    return _act(
        actor,
        "snooze",
        lambda session, ids: alert_acts.snooze(
            session, ids, ends, reason=given.reason, by=viewer.account_id, at=viewer.clock.now()
        ),
        until=ends.isoformat(),
    )


@router.post("/{alert_id}/wake")
def wake(actor: OnAlert) -> Response:
    """Take a snoozed alert up again."""
    viewer = actor.viewer
    return _act(
        actor,
        "wake",
        lambda session, ids: alert_acts.wake(session, ids, by=viewer.account_id, at=viewer.clock.now()),
    )


@router.post("/{alert_id}/reopen")
def reopen(actor: OnAlert) -> Response:
    """Take the end of an alert back."""
    viewer = actor.viewer

    def take_back(session: Session, ids: Sequence[int]) -> Sequence[int]:
        for one in ids:
            alert_acts.reopen(session, one, by=viewer.account_id, at=viewer.clock.now())
        return ids

    return _act(actor, "reopen", take_back)


@router.post("/{alert_id}/rate")
def rate(request: Request, actor: OnAlert) -> Response:
    """Say whether an alert was useful."""
    given, wrong = forms.read(RateForm, actor.form)
    if given is None:
        return _again(request, actor, "rate", wrong)
    viewer, useful = actor.viewer, given.useful is Useful.YES

    def say(session: Session, ids: Sequence[int]) -> Sequence[int]:
        for one in ids:
            at = viewer.clock.now()
            alert_acts.rate(session, one, useful=useful, why=given.why, by=viewer.account_id, at=at)
        return ids

    return _act(actor, "rate", say, useful=useful)


def _acknowledge(actor: Actor) -> Response:
    viewer = actor.viewer
    return _act(
        actor,
        "acknowledge",
        lambda session, ids: alert_acts.acknowledge(
            session, ids, by=viewer.account_id, at=viewer.clock.now()
        ),
    )


def _assign(request: Request, actor: Actor) -> Response:
    given, wrong = forms.read(AssignForm, actor.form)
    if given is None:
        return _again(request, actor, "assign", wrong)
    with transaction() as session:
        known = {str(one.id): one.id for one in accounts.staff(session)}
    if given.assignee not in known:
        raise NotFound("There is no such colleague.", instead="Choose somebody from the list.")
    viewer, to = actor.viewer, known[given.assignee]
    return _act(
        actor,
        "assign",
        lambda session, ids: alert_acts.assign(session, ids, to, by=viewer.account_id, at=viewer.clock.now()),
        to=to,
    )


def _resolve(request: Request, actor: Actor) -> Response:
    given, wrong = forms.read(ResolveForm, actor.form)
    wrong = wrong if given is None else mistakes(given)
    if given is None or wrong:
        return _again(request, actor, "resolve", wrong)
    viewer = actor.viewer
    return _act(
        actor,
        "resolve",
        lambda session, ids: alert_acts.resolve(
            session, ids, given.ended, note=given.note, by=viewer.account_id, at=viewer.clock.now()
        ),
        ended=given.ended,
    )


def _act(actor: Actor, name: str, act: Act, **details: object) -> Response:
    """Do it, note it, and go on to where the outcome is shown."""
    with transaction() as session:
        changed = act(session, _ids(session, actor))
        audit.note(
            session,
            f"alert.{name}",
            actor=actor.viewer.actor,
            subject=actor.subject,
            changed=len(changed),
            **details,
        )
    return RedirectResponse(f"{_back(actor)}did={name}&changed={len(changed)}", status_code=303)


def _ids(session: Session, actor: Actor) -> Sequence[int]:
    if actor.alert_id is None:
        assert actor.storm_id is not None
        return alert_acts.of_storm(session, actor.storm_id)
    alert_acts.must_be(session, actor.alert_id)
    return [actor.alert_id]


def _back(actor: Actor) -> str:
    """To the list that the act was made in, else to the alert or storm itself."""
    back = actor.form.get("back", "")
    address = back if back.startswith((f"{HERE}?", f"{HERE}/storms/")) or back == HERE else actor.address
    return address + ("&" if "?" in address else "?")


def _again(request: Request, actor: Actor, name: FormName, wrong: dict[str, str]) -> Response:
    """The page once more, with the form that needs another look."""
    typed = TypedForm(name, actor.form, wrong)
    if actor.alert_id is not None:
        return show_alert(request, actor.viewer, actor.alert_id, typed=typed)
    assert actor.storm_id is not None
    return show_storm(request, actor.viewer, actor.storm_id, typed=typed)
