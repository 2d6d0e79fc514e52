"""One task with everything that explains it: rule, facts, score, session, history, draft. Staff only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert

from retention.errors import NotFound
from retention.records.database import Session
from retention.records.tasks import TaskDraft


@dataclass(frozen=True)
class TaskStory:
    """The task as its workflow last reported it, with its tutor, case, decision and newest score."""

    task_id: str
    case_id: str
    kind: str
    title: str
    form_key: str
    form_version: int
    opened_at: datetime
    state: str
    assignee: str | None
    assignee_name: str
    owner_name: str
    candidate_groups: list[str]
    priority: int
    due_at: datetime
    follow_up_at: datetime | None
    escalation_level: int
    sla_state: str
    outcome: str | None
    form: dict[str, Any]
    completed_by: str | None
    completed_by_name: str
    completed_at: datetime | None
    close_reason: str | None
    version: int
    next_at: datetime | None
    next_act: str | None
    tutor_number: int
    tutor_name: str
    tutor_status: str
    subjects: list[str]
    onboarded_at: datetime
    session_id: str | None
    reason: str
    case_state: str | None
    case_programme: str | None
    case_step: str
    case_opened_at: datetime | None
    tutor_zone: str
    rule_id: str | None
    rulebook_version: int | None
    explanation: list[dict[str, Any]]
    decided_at: datetime | None
    score: int | None
    band: str | None
    score_as_of: datetime | None
    score_version: str | None
    band_since: date | None
    components: dict[str, float]
    factors: list[dict[str, Any]]


@dataclass(frozen=True)
class StoryLine:
    """One line of a history; `actor_name` is empty for the system."""

    at: datetime
    act: str
    actor: str
    actor_name: str
    note: str


@dataclass(frozen=True)
class SessionWords:
    """A session with one student's feedback on it; a line for each feedback, or one without."""

    session_id: str
    subject: str
    session_number: int
    state: str
    scheduled_start: datetime
    late_start_minutes: int | None
    duration_minutes: int | None
    technical_issues: bool
    overall_rating: int | None
    first_experience: str | None
    would_work_again: str | None
    improvement_areas: list[str]
    free_text: str | None
    said_at: datetime | None


_STORY = """
SELECT task.task_id, task.case_id, task.kind, task.title, task.form_key, task.form_version, task.opened_at,
       task.state, task.assignee, coalesce(assigned.name, '') AS assignee_name,
       coalesce(lent.name, '') AS owner_name, task.candidate_groups, task.priority, task.due_at,
       task.follow_up_at, task.escalation_level, task.sla_state, task.outcome, task.form, task.completed_by,
       coalesce(closer.name, '') AS completed_by_name, task.completed_at, task.close_reason, task.version,
       task.next_at, task.next_act, task.tutor_number, tutor.name AS tutor_name,
       tutor.status AS tutor_status, tutor.subjects, tutor.onboarded_at, c.session_id,
       coalesce(c.reason, '') AS reason, c.state AS case_state, c.programme AS case_programme,
       coalesce(c.step, '') AS case_step, c.opened_at AS case_opened_at, tutor.time_zone AS tutor_zone,
       decision.rule_id, decision.rulebook_version,
       coalesce(decision.explanation, '[]'::jsonb) AS explanation,
       decision.as_of AS decided_at, score.score, score.band, score.as_of AS score_as_of,
       score.version AS score_version, score.band_since,
       coalesce(score.components, '{}'::jsonb) AS components,
       coalesce(score.factors, '[]'::jsonb) AS factors
FROM tasks AS task
JOIN tutors AS tutor ON tutor.number = task.tutor_number
LEFT JOIN cases AS c ON c.case_id = task.case_id
LEFT JOIN decisions AS decision ON decision.id = coalesce(task.decision_id, c.decision_id)
LEFT JOIN accounts AS assigned ON CAST(assigned.id AS text) = task.assignee
LEFT JOIN accounts AS lent ON CAST(lent.id AS text) = task.owner
LEFT JOIN accounts AS closer ON CAST(closer.id AS text) = task.completed_by
LEFT JOIN LATERAL (
    SELECT * FROM churn_scores WHERE tutor_number = task.tutor_number ORDER BY day DESC LIMIT 1
) AS score ON true
WHERE task.task_id = :task_id
"""
_LINES = """
SELECT line.at, line.act, line.actor, coalesce(account.name, '') AS actor_name, line.note
FROM task_events AS line
LEFT JOIN accounts AS account ON CAST(account.id AS text) = line.actor
WHERE line.task_id = :task_id ORDER BY line.version DESC
"""
_SESSION = """
SELECT s.session_id, s.subject, s.session_number, s.state, s.scheduled_start, s.late_start_minutes,
       s.duration_minutes, s.technical_issues, f.overall_rating, f.first_experience, f.would_work_again,
       coalesce(f.improvement_areas, '{}') AS improvement_areas, f.free_text, f.event_time AS said_at
FROM sessions AS s LEFT JOIN feedback AS f ON f.session_id = s.session_id
WHERE s.session_id = :session_id ORDER BY f.event_time
"""


def task_story(session: Session, task_id: str) -> TaskStory:
    """Everything about one task. Raises NotFound."""
    row = session.execute(text(_STORY), {"task_id": task_id}).mappings().first()
    if row is None:
        raise NotFound("There is no such task.", instead="It may have been opened a moment ago: try again.")
    return TaskStory(**row)


def lines_of(session: Session, task_id: str) -> Sequence[StoryLine]:
    """The task's history, newest first."""
    return [StoryLine(**row) for row in session.execute(text(_LINES), {"task_id": task_id}).mappings()]


def session_words(session: Session, session_id: str) -> Sequence[SessionWords]:
    """The session that a task is about, with what its students said."""
    rows = session.execute(text(_SESSION), {"session_id": session_id}).mappings()
    return [SessionWords(**row) for row in rows]


def keep_draft(
    session: Session, task_id: str, account_id: int, *, form: dict[str, Any], at: datetime
) -> None:
    """Keep what a person has typed so far; `at` is real time."""
    values = {"task_id": task_id, "account_id": account_id, "form": form, "saved_at": at}
    session.execute(
        insert(TaskDraft)
        .values(values)
        .on_conflict_do_update(index_elements=["task_id", "account_id"], set_={"form": form, "saved_at": at})
    )


def draft_of(session: Session, task_id: str, account_id: int) -> TaskDraft | None:
    """What this person had typed, if anything."""
    return session.get(TaskDraft, (task_id, account_id))


def drop_draft(session: Session, task_id: str, account_id: int) -> None:
    """Forget what was typed, once it has been taken."""
    session.execute(delete(TaskDraft).where(TaskDraft.task_id == task_id, TaskDraft.account_id == account_id))
