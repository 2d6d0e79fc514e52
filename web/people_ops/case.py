"""One case: why it was opened, what has been done, what is waited for, and its trace in Temporal."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from retention.records import audit, case_story
from retention.records.case_story import CaseLine, CaseStory, CaseTask
from retention.records.database import transaction
from retention.settings import settings
from retention.vocabulary import CaseState, TaskState
from web.access import CurrentViewer, admitted
from web.pages import is_refresh, page
from web.people_ops.history import Row, case_row, task_row_of_case
from web.people_ops.reasons import in_a_sentence, leaves

router = APIRouter(prefix="/people-ops/cases", include_in_schema=False, dependencies=[Depends(admitted)])


@router.get("/{case_id:path}", response_class=HTMLResponse)
def case(request: Request, viewer: CurrentViewer, case_id: str) -> HTMLResponse:
    """The page of one case."""
    with transaction() as session:
        story = case_story.case_story(session, case_id)
        lines = case_story.lines_of(session, case_id)
        tasks = case_story.tasks_of(session, case_id)
        if not is_refresh(request):
            audit.note(session, "case.viewed", actor=viewer.actor, subject=f"case/{case_id}")
    return page(
        request,
        "people_ops/case.html",
        part="case",
        case=story,
        explanation=leaves(story.explanation),
        why=in_a_sentence(story.reason) if story.explanation else story.reason,
        rows=_rows(story, lines, tasks),
        tasks=list({task.task_id: task for task in tasks}.values()),
        temporal=temporal_address(case_id),
    )


def temporal_address(workflow_id: str) -> str:
    """Where the Temporal UI shows this workflow's newest run."""
    named = settings()
    namespace = f"{named.temporal_ui_url}/namespaces/{named.temporal_namespace}"
    return f"{namespace}/workflows/{quote(workflow_id, safe='')}"


def _rows(story: CaseStory, lines: Sequence[CaseLine], tasks: Sequence[CaseTask]) -> list[Row]:
    """What was done, oldest first; then what is waited for now; then what comes after."""
    why = Row(
        icon="git-branch",
        tone="",
        title="Decided by a rule",
        note=in_a_sentence(story.reason),
        at=story.decided_at,
    )
    told = [line for line in lines if line.words != f"Waiting for {story.waiting_for}."]
    dated: list[tuple[datetime, Row]] = [(story.decided_at, why)] + [
        (line.at, case_row(line)) for line in told
    ]
    dated += [(task.at, task_row_of_case(task)) for task in tasks if task.at is not None]
    done = [row for _, row in sorted(dated, key=lambda pair: pair[0])]
    if story.state == CaseState.CLOSED:
        return done
    waiting = next((task for task in reversed(tasks) if task.state == TaskState.CREATED), None)
    now = Row(
        icon="circle-dot",
        tone="now",
        title=f"Now: waiting for {story.waiting_for}" if story.waiting_for else "Now: in progress",
        note=f"Taken by {waiting.assignee_name}." if waiting is not None and waiting.assignee_name else "",
        actor="at the latest" if story.waiting_until else "",
        at=story.waiting_until,
        link=f"/people-ops/tasks/{waiting.task_id}" if waiting else "",
        link_text="Open the task",
    )
    return [*done, now, Row(icon="flag", tone="next", title="Then the case closes with its outcome")]
