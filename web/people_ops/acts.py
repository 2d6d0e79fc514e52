"""Acting on a task: the command is kept with its cause, delivered at once, and its outcome shown."""

# ruff: noqa: FAST003 (the task of the address is read by the dependency `acting`)

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from retention.errors import NotFound
from retention.messages.forms import FORM_VERSION
from retention.messages.tasks import (
    Assign,
    Claim,
    Comment,
    Complete,
    Delegate,
    SetDueDate,
    Snooze,
    TaskCommand,
    Unclaim,
)
from retention.programmes.registry import form_for
from retention.records import accounts, audit, commands, task_story
from retention.records.commands import NewCommand
from retention.records.database import Session, transaction
from retention.vocabulary import CommandKind, CommandState
from web import forms
from web.access import CurrentViewer, Posted, admitted
from web.delivering import deliver
from web.people_ops.task import TaskId, Typed, show_task
from web.people_ops.task_forms import AssignForm, CommentForm, DueDateForm, SnoozeForm, until
from web.viewer import Viewer

INBOX = "/people-ops/tasks"
LONGEST_VERSION = 10  # digits
router = APIRouter(prefix=INBOX, include_in_schema=False, dependencies=[Depends(admitted)])


@dataclass(frozen=True)
class Actor:
    """Who acts on which task with what they posted."""

    viewer: Viewer
    task_id: str
    form: dict[str, str]
    command_id: UUID  # the id that the form was made with: sent twice, it acts once

    def said(self) -> dict[str, Any]:
        """The beginning of every command."""
        return {"command_id": str(self.command_id), "actor": self.viewer.actor}


def acting(task_id: TaskId, viewer: CurrentViewer, form: Posted) -> Actor:
    """The actor of a posted form."""
    try:
        command_id = UUID(form.get("request_id", ""))
    except ValueError:
        command_id = uuid4()
    return Actor(viewer, task_id, form, command_id)


Acting = Annotated[Actor, Depends(acting)]


@router.post("/{task_id}/claim")
def claim(actor: Acting) -> Response:
    """Take the task."""
    return _act(actor, "claim", Claim(**actor.said()))


@router.post("/{task_id}/unclaim")
def unclaim(actor: Acting) -> Response:
    """Put the task back."""
    return _act(actor, "unclaim", Unclaim(**actor.said()))


@router.post("/{task_id}/assign")
def assign(request: Request, actor: Acting) -> Response:
    """Give the task to somebody."""
    given, mistakes = forms.read(AssignForm, actor.form)
    if given is None:
        return _again(request, actor, "assign", mistakes)
    return _act(actor, "assign", Assign(assignee=_colleague(given), **actor.said()))


@router.post("/{task_id}/delegate")
def delegate(request: Request, actor: Acting) -> Response:
    """Hand the task on; it comes back when the colleague puts it back."""
    given, mistakes = forms.read(AssignForm, actor.form)
    if given is None:
        return _again(request, actor, "assign", mistakes)
    return _act(actor, "delegate", Delegate(assignee=_colleague(given), **actor.said()))


@router.post("/{task_id}/due-date")
def set_due_date(request: Request, actor: Acting) -> Response:
    """Give the task another due date."""
    viewer = actor.viewer
    given, mistakes = forms.read(DueDateForm, actor.form, zone=viewer.zone, at=viewer.clock.now())
    if given is None:
        return _again(request, actor, "due-date", mistakes)
    said = SetDueDate(due_at=given.due_at, reason=given.due_reason, **actor.said())
    return _act(actor, "set_due_date", said)


@router.post("/{task_id}/snooze")
def snooze(request: Request, actor: Acting) -> Response:
    """Put the task aside."""
    given, mistakes = forms.read(SnoozeForm, actor.form)
    if given is None:
        return _again(request, actor, "snooze", mistakes)
    wake = until(given.rest, actor.viewer)
    return _act(actor, "snooze", Snooze(until=wake, reason=given.reason, **actor.said()))


@router.post("/{task_id}/comment")
def comment(request: Request, actor: Acting) -> Response:
    """Say something about the task."""
    given, mistakes = forms.read(CommentForm, actor.form)
    if given is None:
        return _again(request, actor, "comment", mistakes)
    return _act(actor, "comment", Comment(text=given.text, **actor.said()))


@router.post("/{task_id}/complete")
def complete(request: Request, actor: Acting) -> Response:
    """Fill in the form and finish the task. What was typed is kept until the workflow has taken it."""
    with transaction() as session:
        task = task_story.task_story(session, actor.task_id)
    model = form_for(task.form_key)
    viewer = actor.viewer
    given, mistakes = forms.read(model, actor.form, zone=viewer.zone, at=viewer.clock.now())
    if given is None:
        return _again(request, actor, "complete", mistakes)
    answers = given.model_dump(mode="json")
    seen = actor.form.get("version", "")
    said = Complete(
        expected_version=int(seen) if seen.isdecimal() and len(seen) < LONGEST_VERSION else None,
        form_version=FORM_VERSION,
        outcome=answers.pop("outcome"),
        form=answers,
        **actor.said(),
    )
    return _act(actor, "complete", said, also=lambda session: _keep(session, actor, forms.inputs_of(model)))


@router.post("/{task_id}/draft", status_code=204)
def draft(actor: Acting) -> None:
    """Keep what has been typed so far."""
    with transaction() as session:
        task = task_story.task_story(session, actor.task_id)
        _keep(session, actor, forms.inputs_of(form_for(task.form_key)))


def _colleague(given: AssignForm) -> str:
    """The account that a task goes to. Raises NotFound: nobody would ever see the task again."""
    with transaction() as session:
        known = {str(one.id) for one in accounts.staff(session)}
    if given.assignee not in known:
        raise NotFound("There is no such colleague.", instead="Choose somebody from the list.")
    return given.assignee


def _keep(session: Session, actor: Actor, names: list[str]) -> None:
    typed = {name: actor.form[name] for name in names if name in actor.form}
    task_id, account = actor.task_id, actor.viewer.account_id
    task_story.keep_draft(session, task_id, account, form=typed, at=datetime.now(UTC))


def _act(
    actor: Actor, name: str, said: TaskCommand, *, also: Callable[[Session], None] | None = None
) -> Response:
    """Keep the command and what goes with it, deliver it, and go on to where its outcome is shown."""
    command = NewCommand(
        id=actor.command_id,
        target=f"task/{actor.task_id}",
        kind=CommandKind.UPDATE,
        name=name,
        payload=said.model_dump(mode="json"),
        actor=actor.viewer.actor,
    )
    with transaction() as session:
        commands.put(session, [command])
        subject = f"task/{actor.task_id}"
        audit.note(
            session, f"task.{name}", actor=actor.viewer.actor, subject=subject, command=str(command.id)
        )
        if also is not None:
            also(session)
    if deliver(command.id) is CommandState.APPLIED and name == "complete":
        with transaction() as session:
            task_story.drop_draft(session, actor.task_id, actor.viewer.account_id)
    return RedirectResponse(f"{_back(actor)}act={command.id}", status_code=303)


def _back(actor: Actor) -> str:
    """To the list that the act was made in, else to the task itself."""
    back = actor.form.get("back", "")
    address = back if back.startswith(INBOX) else f"{INBOX}/{actor.task_id}"
    return address + ("&" if "?" in address else "?")


def _again(request: Request, actor: Actor, name: str, mistakes: dict[str, str]) -> Response:
    return show_task(request, actor.viewer, actor.task_id, typed=Typed(name, actor.form, mistakes))
