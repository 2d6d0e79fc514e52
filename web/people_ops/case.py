"""One case: why it was opened, what has been done, what is waited for, and its trace in Temporal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from retention.measures.effects import METRICS
from retention.programmes.registry import PROGRAMMES
from retention.records import action_items, answers, audit, case_story, effect_figures, outbox
from retention.records.case_story import CaseLine, CaseStory, CaseTask
from retention.records.database import Session, transaction
from retention.settings import settings
from retention.vocabulary import CaseState, Programme, TaskState
from web.access import CurrentViewer, admitted
from web.pages import is_refresh, page
from web.people_ops.history import Row, case_row, task_row_of_case
from web.people_ops.letter_words import WORDS as LETTER_WORDS
from web.people_ops.progress import progress
from web.people_ops.reasons import in_a_sentence, leaves

router = APIRouter(prefix="/people-ops/cases", include_in_schema=False, dependencies=[Depends(admitted)])


@router.get("/{case_id:path}", response_class=HTMLResponse)
def case(request: Request, viewer: CurrentViewer, case_id: str) -> HTMLResponse:
    """The page of one case."""
    with transaction() as session:
        story = case_story.case_story(session, case_id)
        lines = case_story.lines_of(session, case_id)
        tasks = case_story.tasks_of(session, case_id)
        beside = _beside(session, case_id)
        if not is_refresh(request):
            audit.note(session, "case.viewed", actor=viewer.actor, subject=f"case/{case_id}")
    return page(
        request,
        "people_ops/case.html",
        part="case",
        case=story,
        explanation=leaves(story.explanation),
        why=in_a_sentence(story.reason) if story.explanation else story.reason,
        rows=_rows(story, lines, tasks, now=viewer.clock.now()),
        tasks=list({task.task_id: task for task in tasks}.values()),
        has_tasks=bool(PROGRAMMES[Programme(story.programme)].tasks),
        temporal=temporal_address(case_id),
        marks=progress(story.programme, step=story.step, state=story.state, been=[one.step for one in lines]),
        **LETTER_WORDS,
        **beside,
    )


def _beside(session: Session, case_id: str) -> dict[str, Any]:
    """What the case has written, heard and agreed, and what became of its tutor so far."""
    figures = effect_figures.figures_of(session, case_id)
    return {
        "letters": outbox.of_case(session, case_id),
        "answers": answers.of_case(session, case_id),
        "actions": action_items.of_case(session, case_id),
        "figures": figures,
        "measured_by": METRICS[figures[0].metric].words if figures else "",
    }


def temporal_address(workflow_id: str) -> str:
    """Where the Temporal UI shows this workflow's newest run."""
    named = settings()
    namespace = f"{named.temporal_ui_url}/namespaces/{named.temporal_namespace}"
    return f"{namespace}/workflows/{quote(workflow_id, safe='')}"


def _rows(
    story: CaseStory, lines: Sequence[CaseLine], tasks: Sequence[CaseTask], *, now: datetime
) -> list[Row]:
    """What was done, oldest first; then what is waited for now; then what comes after."""
    told = [line for line in lines if line.words != f"Waiting for {story.waiting_for}."]
    dated = [(story.decided_at, _decision(story))] + [(line.at, case_row(line)) for line in told]
    dated += [(task.at, task_row_of_case(task)) for task in tasks if task.at is not None]
    done = [row for _, row in sorted(dated, key=lambda pair: pair[0])]
    if story.state == CaseState.CLOSED:
        return done
    last = Row(icon="flag", tone="next", title="Then the case closes with its outcome")
    return [*done, _waiting(story, tasks, now=now), last]


def _decision(story: CaseStory) -> Row:
    why = in_a_sentence(story.reason)
    return Row(icon="git-branch", tone="", title="Decided by a rule", note=why, at=story.decided_at)


def _waiting(story: CaseStory, tasks: Sequence[CaseTask], *, now: datetime) -> Row:
    """What the case waits for, on whom, and until when: a person may have given their task another date."""
    task = next((task for task in reversed(tasks) if task.state == TaskState.CREATED), None)
    until = task.due_at if task is not None and story.waiting_until is not None else story.waiting_until
    late = until is not None and until < now
    return Row(
        icon="circle-dot",
        tone="now",
        title=f"Now: waiting for {story.waiting_for}" if story.waiting_for else "Now: in progress",
        note=f"Taken by {task.assignee_name}." if task is not None and task.assignee_name else "",
        actor="" if until is None else "was due" if late else "at the latest",
        at=until,
        link=f"/people-ops/tasks/{task.task_id}" if task else "",
        link_text="Open the task",
    )
