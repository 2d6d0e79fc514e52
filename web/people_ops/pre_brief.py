"""What a manager reads before speaking with a tutor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from retention.records import action_items, pre_brief
from retention.records.action_items import ActionItem
from retention.records.database import Session
from retention.records.pre_brief import HEARD_BACK
from retention.records.task_story import TaskStory
from retention.vocabulary import TaskKind
from web.people_ops.metrics import CORE, Card, cards

BRIEFED = {TaskKind.COACHING_OFFER, TaskKind.COACHING_PHONE, TaskKind.COACHING_CALL}


@dataclass(frozen=True)
class Brief:
    """The page's words for it; students have no names here."""

    zone: str
    email: str
    days: int
    rated: int
    themes: Sequence[dict[str, Any]]
    low: Sequence[dict[str, Any]]
    metrics: Sequence[Card]
    cases: Sequence[dict[str, Any]]
    open_items: Sequence[ActionItem]
    call_at: datetime | None  # of a task that is about a call with a time


def brief_of(session: Session, task: TaskStory, *, now: datetime) -> Brief:
    """The pre-brief of a task's tutor."""
    known = pre_brief.pre_brief(session, task.tutor_number, case_id=task.case_id, now=now)
    return Brief(
        zone=known.time_zone,
        email=known.email,
        days=HEARD_BACK.days,
        rated=known.rated,
        themes=known.themes,
        low=known.low,
        metrics=cards(CORE, known.metrics),
        cases=known.cases,
        open_items=action_items.open_items(session, task.tutor_number),
        call_at=known.call_at if task.kind == TaskKind.COACHING_CALL else None,
    )
