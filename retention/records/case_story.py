"""One case with what happened, what is waited for, and the tasks it opened. Staff only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from retention.errors import NotFound
from retention.records.database import Session


@dataclass(frozen=True)
class CaseStory:
    """The case as its workflow last reported it, with its tutor and the decision that opened it."""

    case_id: str
    programme: str
    episode: str
    rule_id: str
    session_id: str | None
    owner_group: str
    reason: str
    opened_at: datetime
    state: str
    step: str
    acted_at: datetime | None
    waiting_for: str
    waiting_until: datetime | None
    outcome: str | None
    follow_up: str | None
    note: str
    closed_at: datetime | None
    version: int
    tutor_number: int
    tutor_name: str
    rulebook_version: int
    explanation: list[dict[str, Any]]
    decided_at: datetime
    known_at: datetime | None


@dataclass(frozen=True)
class CaseLine:
    """One line of the case's story."""

    at: datetime
    state: str
    step: str
    words: str


@dataclass(frozen=True)
class CaseTask:
    """A task of the case with one line of its history; a task without history has an empty act."""

    task_id: str
    kind: str
    state: str
    due_at: datetime
    assignee_name: str
    at: datetime | None
    act: str
    actor_name: str
    note: str


_STORY = """
SELECT c.case_id, c.programme, c.episode, c.rule_id, c.session_id, c.owner_group, c.reason, c.opened_at,
       c.state, c.step, c.acted_at, c.waiting_for, c.waiting_until, c.outcome, c.follow_up, c.note,
       c.closed_at, c.version,
       c.tutor_number, tutor.name AS tutor_name, decision.rulebook_version, decision.explanation,
       decision.as_of AS decided_at, NULL::timestamptz AS known_at
FROM cases AS c
JOIN tutors AS tutor ON tutor.number = c.tutor_number
JOIN decisions AS decision ON decision.id = c.decision_id
WHERE c.case_id = :case_id
"""
_LINES = "SELECT at, state, step, words FROM case_events WHERE case_id = :case_id ORDER BY version"
_TASKS = """
SELECT task.task_id, task.kind, task.state, task.due_at, coalesce(assigned.name, '') AS assignee_name,
       line.at, coalesce(line.act, '') AS act, coalesce(account.name, '') AS actor_name,
       coalesce(line.note, '') AS note
FROM tasks AS task
LEFT JOIN task_events AS line ON line.task_id = task.task_id
LEFT JOIN accounts AS assigned ON CAST(assigned.id AS text) = task.assignee
LEFT JOIN accounts AS account ON CAST(account.id AS text) = line.actor
WHERE task.case_id = :case_id
ORDER BY task.opened_at, line.version
"""


def case_story(session: Session, case_id: str) -> CaseStory:
    """Everything about one case. Raises NotFound."""
    row = session.execute(text(_STORY), {"case_id": case_id}).mappings().first()
    if row is None:
        raise NotFound("There is no such case.", instead="Look for it on its tutor's page.")
    return CaseStory(**row)


def lines_of(session: Session, case_id: str) -> Sequence[CaseLine]:
    """What its workflow reported, oldest first."""
    return [CaseLine(**row) for row in session.execute(text(_LINES), {"case_id": case_id}).mappings()]


def tasks_of(session: Session, case_id: str) -> Sequence[CaseTask]:
    """Its tasks and what happened to them, oldest first."""
    return [CaseTask(**row) for row in session.execute(text(_TASKS), {"case_id": case_id}).mappings()]
