"""One task: why it exists, what is known, the form that finishes it, and what happens next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse

from retention.programmes.registry import form_for
from retention.records import accounts, action_items, audit, task_story
from retention.records.accounts import Account
from retention.records.database import Session, transaction
from retention.records.task_story import SessionWords, StoryLine, TaskStory
from retention.vocabulary import TaskKind, TaskState
from web import forms
from web.access import CurrentViewer, admitted
from web.form_fields import Field
from web.pages import is_refresh, page
from web.people_ops import coaching
from web.people_ops.coaching import clock_words
from web.people_ops.history import task_rows
from web.people_ops.next_steps import after, ahead
from web.people_ops.outcome import ActOutcome, outcome_of
from web.people_ops.pre_brief import BRIEFED, Brief, brief_of
from web.people_ops.progress import progress
from web.people_ops.reasons import in_a_sentence, leaves, model_reasons, score_reasons
from web.people_ops.task_forms import CommentForm, DueDateForm, SnoozeForm
from web.viewer import Viewer

router = APIRouter(prefix="/people-ops/tasks", include_in_schema=False, dependencies=[Depends(admitted)])

TaskId = Annotated[str, Path(pattern="^[0-9a-f-]{32,36}$")]


@dataclass(frozen=True)
class Typed:
    """A form that needs another look: which one, what was typed, what is wrong."""

    name: str
    values: Mapping[str, str]
    mistakes: Mapping[str, str]


@dataclass(frozen=True)
class TaskView:
    """What the page shows."""

    task: TaskStory
    lines: Sequence[StoryLine]
    heard: Sequence[SessionWords]
    colleagues: Sequence[Account]
    draft: Mapping[str, Any]
    outcome: ActOutcome | None
    mine: bool
    open: bool
    brief: Brief | None
    agreed: Sequence[str]


@router.get("/{task_id}", response_class=HTMLResponse)
def task(request: Request, viewer: CurrentViewer, task_id: TaskId, act: str = "") -> HTMLResponse:
    """The page of one task."""
    return show_task(request, viewer, task_id, act=act)


def show_task(
    request: Request, viewer: Viewer, task_id: str, *, act: str = "", typed: Typed | None = None
) -> HTMLResponse:
    """The page; with `typed`, as it was sent, with what needs another look."""
    with transaction() as session:
        view = _view(session, viewer, task_id, act=act)
        if not is_refresh(request):
            audit.note(session, "task.viewed", actor=viewer.actor, subject=f"task/{task_id}")
    shown = view.task
    return page(
        request,
        "people_ops/task.html",
        status=422 if typed else 200,
        part="task",
        view=view,
        task=shown,
        explanation=leaves(shown.explanation),
        why=in_a_sentence(shown.reason) if shown.explanation else shown.reason,
        reasons=model_reasons(shown.factors) or score_reasons(shown.factors, shown.components),
        history=task_rows(view.lines, {str(one.id): one.name for one in view.colleagues}),
        ahead=ahead(shown),
        next_words=after(view.outcome, shown),
        marks=progress(shown.case_programme or "", step=shown.case_step, state=shown.case_state or ""),
        clock=clock_words(shown.kind),
        brief=view.brief,
        act_id=act,
        opened=typed.name if typed else "",
        **_forms(view, viewer, typed=typed),
    )


def _forms(view: TaskView, viewer: Viewer, *, typed: Typed | None) -> dict[str, Any]:
    """The forms of the page, and what was answered in the task's own: by whoever finished it, or not sent."""
    task, model = view.task, form_for(view.task.form_key)
    locked = not view.open or (task.assignee is not None and not view.mine)
    unsent = {} if view.open or task.completed_by == viewer.actor else view.draft
    again = typed if typed is not None and typed.name == "complete" else None
    begun = again.values if again else view.draft or coaching.begun(task, viewer)
    return {
        "locked": locked,
        "fields": coaching.fields(
            task,
            forms.fields_of(
                model,
                begun,
                mistakes=again.mistakes if again else None,
                asides=coaching.asides(task, begun, viewer),
                locked=locked,
            ),
            agreed=view.agreed,
        ),
        "answers": forms.answers(model, {**task.form, "outcome": task.outcome}, zone=viewer.zone),
        "kept": forms.answers(model, unsent, zone=viewer.zone),
        "snooze_fields": _fields("snooze", SnoozeForm, typed=typed),
        "comment_fields": _fields("comment", CommentForm, typed=typed),
        "due_fields": _fields("due-date", DueDateForm, typed=typed),
    }


def _fields(name: str, model: Any, *, typed: Typed | None) -> list[Field]:
    again = typed if typed is not None and typed.name == name else None
    return forms.fields_of(model, again.values if again else {}, mistakes=again.mistakes if again else None)


def _view(session: Session, viewer: Viewer, task_id: str, *, act: str) -> TaskView:
    story = task_story.task_story(session, task_id)
    outcome = outcome_of(session, viewer, act)
    draft = task_story.draft_of(session, task_id, viewer.account_id)
    looks_back = story.kind == TaskKind.COACHING_FOLLOW_UP
    return TaskView(
        task=story,
        lines=task_story.lines_of(session, task_id),
        heard=task_story.session_words(session, story.session_id) if story.session_id else (),
        colleagues=accounts.staff(session),
        draft=draft.form if draft else {},
        brief=brief_of(session, story, now=viewer.clock.now()) if story.kind in BRIEFED else None,
        agreed=[one.words for one in action_items.of_case(session, story.case_id)] if looks_back else (),
        outcome=outcome,
        mine=story.assignee == viewer.actor,
        open=story.state == TaskState.CREATED,
    )
