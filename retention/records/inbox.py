"""The people-ops inbox: which open tasks wait for whom, the least time left first. Staff only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import TextClause, text

from retention.records.database import Session
from retention.vocabulary import OwnerGroup, Role

GROUPS = {  # whose tasks and alerts a role answers for: a manager for the whole team
    Role.PEOPLE_OPS: (OwnerGroup.PEOPLE_OPS,),
    Role.OPS_MANAGER: (OwnerGroup.OPS_MANAGER, OwnerGroup.PEOPLE_OPS),
    Role.ADMIN: (OwnerGroup.OPS_MANAGER, OwnerGroup.PEOPLE_OPS),
}
PAGE = 50  # lines; more makes the page slow to draw (web guide 5)


class View(StrEnum):
    """What of the inbox is looked at."""

    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    SNOOZED = "snoozed"
    DONE = "done"


@dataclass(frozen=True)
class Desk:
    """Whose inbox it is, and when (business time) it is looked at."""

    actor: str
    groups: tuple[str, ...]
    now: datetime


@dataclass(frozen=True)
class QueueLine:
    """One task as a list shows it."""

    task_id: str
    case_id: str
    kind: str
    state: str
    outcome: str | None
    tutor_number: int
    tutor_name: str
    score: int | None
    band: str | None
    reason: str
    due_at: datetime
    follow_up_at: datetime | None
    closed_at: datetime | None
    assignee: str | None
    assignee_name: str
    escalation_level: int
    sla_state: str
    version: int


@dataclass(frozen=True)
class Queue:
    """A page of the inbox, and how many tasks the view holds."""

    lines: list[QueueLine]
    total: int


# Each view as a condition on one task; a snoozed task rests until its time has come.
_OURS = "task.candidate_groups && CAST(:groups AS text[])"
_OPEN = "task.state = 'created'"
_AWAKE = "(task.follow_up_at IS NULL OR task.follow_up_at <= :now)"
CONDITIONS = {
    View.MINE: f"{_OPEN} AND {_AWAKE} AND task.assignee = :actor",
    View.TEAM: f"{_OPEN} AND {_AWAKE} AND {_OURS}",
    View.UNASSIGNED: f"{_OPEN} AND {_AWAKE} AND {_OURS} AND task.assignee IS NULL",
    View.OVERDUE: f"{_OPEN} AND {_AWAKE} AND {_OURS} AND task.due_at < :now",
    View.SNOOZED: f"{_OPEN} AND {_OURS} AND NOT {_AWAKE}",
    View.DONE: f"NOT {_OPEN} AND ({_OURS} OR task.completed_by = :actor)",
}
_LEAST_SLACK_FIRST = "task.due_at, task.priority DESC, task.task_id"
_NEWEST_FIRST = "coalesce(task.completed_at, task.due_at) DESC, task.task_id"

# The page is cut before anything is joined to it, so that a long history costs no more than a short one.
_QUEUE = """
WITH picked AS (
    SELECT task.*, tutor.name AS tutor_name, count(*) OVER () AS total
    FROM tasks AS task
    JOIN tutors AS tutor ON tutor.number = task.tutor_number
    WHERE {condition}
      AND (CAST(:kind AS text) IS NULL OR task.kind = :kind)
      AND (CAST(:like AS text) IS NULL OR tutor.name ILIKE :like OR CAST(tutor.number AS text) = :number)
    ORDER BY {order}
    LIMIT :size OFFSET :skipped
)
SELECT task.task_id, task.case_id, task.kind, task.state, task.outcome, task.tutor_number, task.tutor_name,
       score.score, score.band, coalesce(c.reason, '') AS reason, task.due_at, task.follow_up_at,
       task.completed_at AS closed_at, task.assignee, coalesce(account.name, '') AS assignee_name,
       task.escalation_level, task.sla_state, task.version, task.total
FROM picked AS task
LEFT JOIN cases AS c ON c.case_id = task.case_id
LEFT JOIN accounts AS account ON CAST(account.id AS text) = task.assignee
LEFT JOIN LATERAL (
    SELECT score, band FROM churn_scores WHERE tutor_number = task.tutor_number ORDER BY day DESC LIMIT 1
) AS score ON true
ORDER BY {order}
"""

_COUNTED = [view for view in View if view is not View.DONE]
_PARTS = ", ".join(f"count(*) FILTER (WHERE {CONDITIONS[view]}) AS {view}" for view in _COUNTED)
_COUNTS = text(f"SELECT {_PARTS} FROM tasks AS task WHERE {_OPEN}")  # noqa: S608 (fixed words only)


def counts(session: Session, desk: Desk) -> dict[View, int]:
    """How many open tasks each view holds; what is done is not counted."""
    row = session.execute(_COUNTS, _parameters(desk)).one()
    return {view: getattr(row, view) for view in _COUNTED}


def queue(
    session: Session, desk: Desk, view: View, *, kind: str | None = None, about: str = "", page: int = 1
) -> Queue:
    """A page of one view; `about` is part of a tutor's name, or their number."""
    part = {"kind": kind, "size": PAGE, "skipped": (page - 1) * PAGE}
    rows = session.execute(_queue_of(view), _parameters(desk) | part_of_name(about) | part).mappings()
    lines = [dict(row) for row in rows]
    total = lines[0]["total"] if lines else 0
    return Queue([QueueLine(**{k: v for k, v in line.items() if k != "total"}) for line in lines], total)


@lru_cache
def _queue_of(view: View) -> TextClause:
    order = _NEWEST_FIRST if view is View.DONE else _LEAST_SLACK_FIRST
    return text(_QUEUE.format(condition=CONDITIONS[view], order=order))


def _parameters(desk: Desk) -> dict[str, object]:
    return {"actor": desk.actor, "groups": list(desk.groups), "now": desk.now}


def part_of_name(about: str) -> dict[str, str | None]:
    """What finds a tutor by part of their name or by their number: `like` and `number`."""
    wanted = about.strip()
    return {"like": f"%{_literal(wanted)}%" if wanted else None, "number": wanted.removeprefix("#")}


def _literal(wanted: str) -> str:
    """Typed percent signs and underscores mean themselves."""
    return wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
