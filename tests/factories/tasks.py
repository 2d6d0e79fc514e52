"""Human tasks as their workflows get and remember them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from retention.clock import real_time
from retention.messages.tasks import OpenTask, Rung, TaskMemory, TaskPlan
from retention.vocabulary import OwnerGroup, TaskAct, TaskKind
from workflows import task_acts

OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday morning
DAY = timedelta(days=1)
NOTES = "Spoke to the student at length; the connection broke twice."
GOOD_FORM = {"notes": NOTES, "follow_up": "watch_next"}


def a_plan(opened: datetime = OPENED) -> TaskPlan:
    """Due after a day: reminders after 12 and 19 hours, the ops manager a day later."""
    due = opened + DAY
    return TaskPlan(
        due_at=due,
        at_risk_at=opened + timedelta(hours=19),
        ladder=[
            Rung(at=opened + timedelta(hours=12), act=TaskAct.REMINDED),
            Rung(at=opened + timedelta(hours=19), act=TaskAct.REMINDED),
            Rung(at=due, act=TaskAct.BREACHED),
            Rung(at=due + DAY, act=TaskAct.ESCALATED, group=OwnerGroup.OPS_MANAGER, priority_added=20),
        ],
        calendar="made up: every hour counts",
    )


def a_task(**changes: Any) -> OpenTask:
    """A first-session review, offered to People Ops on a Monday morning."""
    task_id = uuid4().hex
    return OpenTask.model_validate(
        {
            "task_id": task_id,
            "case_id": f"first_session_review/10023/{task_id}",
            "kind": TaskKind.FIRST_SESSION_REVIEW,
            "form_key": "first_session_review",
            "tutor_number": 10_023,
            "title": "Review a poor first session",
            "policy": "first_session_review",
            "group": OwnerGroup.PEOPLE_OPS,
            "opened_at": OPENED,
            "plan": a_plan(),
            "rule_id": "R1",
            "clock": real_time(),
        }
        | changes
    )


def a_memory(**changes: Any) -> TaskMemory:
    """What the task remembers when it has just been opened."""
    return task_acts.opened(a_task()).model_copy(update=changes)
