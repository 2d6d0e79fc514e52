"""The pattern page: every component with made-up content, for whoever builds or checks a page."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from retention.vocabulary import AlertSeverity, RiskBand, TaskState, WorkAgain
from web import forms
from web.access import CurrentViewer, admitted
from web.components.charts import Point
from web.pages import page, viewpoint_of

router = APIRouter(prefix="/patterns", include_in_schema=False, dependencies=[Depends(admitted)])

WAVE = (31, 30, 33, 38, 36, 41, None, None, 47, 52, 55, 58, 61, 66, 64, 71, 78, 77, 74, 69)


class Sample(BaseModel):
    """A form with one field of each kind."""

    line: str = Field(title="A short answer", max_length=80)
    text: str = Field(title="A longer answer", description="Two or three sentences.", max_length=2_000)
    choice: WorkAgain = Field(title="One of a few")
    day: datetime | None = Field(default=None, title="A date and time")
    yes: bool = Field(default=False, title="Tell me when this changes")


@router.get("", response_class=HTMLResponse)
def patterns(request: Request, viewer: CurrentViewer) -> HTMLResponse:
    """Everything on one page."""
    now = viewpoint_of(viewer).now
    return page(
        request,
        "patterns.html",
        current="/patterns",
        bands=[(band, score) for band, score in zip(RiskBand, (12, 38, 64, 88), strict=True)],
        severities=list(AlertSeverity),
        states=list(TaskState),
        deadlines=[now + timedelta(hours=hours) for hours in (-3, 1.5, 20, 90)],
        points=[Point(f"day {number}", value) for number, value in enumerate(WAVE, start=1)],
        rows=_rows(now),
        fields=forms.fields_of(Sample, {"line": "Emily", "text": ""}),
        wrong=forms.fields_of(
            Sample,
            {},
            mistakes={"line": "Please answer this.", "choice": "Please choose one of the answers."},
        ),
        tasks=_tasks(now),
    )


def _rows(now: datetime) -> list[dict[str, Any]]:
    said = (
        ("now", "user-check", "Waiting for Marcus Bell", "Review a poor first session"),
        ("wrong", "alarm-clock", "Due date passed", "Escalated to the ops managers"),
        ("good", "check", "Completed", "Coached the tutor on preparing the first ten minutes."),
        ("next", "timer", "Looks for the tutor's next first session", ""),
    )
    return [
        {
            "tone": tone,
            "icon": icon,
            "title": title,
            "note": note,
            "at": now - timedelta(hours=n),
            "actor": "Mainstay",
            "link": "",
            "link_text": "",
        }
        for n, (tone, icon, title, note) in enumerate(said)
    ]


SOME_TASK = {
    "outcome": None,
    "closed_at": None,
    "version": 1,
    "candidate_groups": ["people_ops"],
    "sla_state": "on_track",
    "follow_up_at": None,
    "state": "created",
}


def _tasks(now: datetime) -> list[dict[str, Any]]:
    return [
        SOME_TASK
        | {
            "task_id": "1",
            "kind": "first_session_review",
            "tutor_name": "Emily Chen",
            "band": "critical",
            "score": 88,
            "reason": "First session rated 2 of 5: would not work again.",
            "due_at": now - timedelta(hours=3),
            "assignee": None,
            "assignee_name": "",
            "escalation_level": 1,
        },
        SOME_TASK
        | {
            "task_id": "2",
            "kind": "no_show_check",
            "tutor_name": "Konstantinos Papadopoulos-Featherstonehaugh",
            "band": "medium",
            "score": 44,
            "reason": "Two no-shows in 7 days.",
            "due_at": now + timedelta(hours=5),
            "assignee": "1",
            "assignee_name": "Marcus Bell",
            "escalation_level": 0,
        },
    ]
