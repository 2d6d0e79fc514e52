"""One alert with everything that explains it, and one storm with its members. Staff only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from retention.errors import NotFound
from retention.records.alert_list import ListedAlert
from retention.records.database import Session
from retention.records.task_story import StoryLine

MEMBERS = 50  # of a storm on one page


@dataclass(frozen=True)
class AlertStory:
    """The alert with its tutor, the decision that raised it last, and what goes on beside it."""

    id: int
    rule_id: str
    category: str
    severity: str
    title: str
    advice: str
    owner_group: str
    state: str
    opened_at: datetime
    raised_at: datetime
    last_seen_at: datetime
    times: int
    reopenings: int
    escalated_at: datetime | None
    storm_id: int | None
    assignee: int | None
    assignee_name: str
    acknowledged_by_name: str
    acknowledged_at: datetime | None
    snoozed_until: datetime | None
    ended: str | None
    resolved_by_name: str
    resolved_by: int | None
    resolved_at: datetime | None
    note: str
    useful: bool | None
    rating: str
    rated_by_name: str
    rated_at: datetime | None
    tutor_number: int
    tutor_name: str
    tutor_status: str
    tier: str | None
    subjects: list[str]
    score: int | None
    band: str | None
    reason: str  # the newest decision's sentence
    explanation: list[dict[str, Any]]
    decided_at: datetime
    rulebook_version: int
    case_id: str | None
    case_state: str | None
    case_programme: str | None
    tasks: list[dict[str, Any]]  # open ones of the tutor: task_id, kind, due_at, assignee_name
    others: list[dict[str, Any]]  # other alerts of the tutor that are not over: id, title, severity, state


@dataclass(frozen=True)
class Storm:
    """Alerts of one rule about many tutors within an hour."""

    id: int
    rule_id: str
    category: str
    severity: str
    title: str
    advice: str
    begun_at: datetime
    last_at: datetime
    members: int
    open: int
    acknowledged: int
    resolved: int


_STORY = """
SELECT a.id, a.rule_id, a.category, a.severity, a.title, a.advice, a.owner_group, a.state, a.opened_at,
       a.raised_at, a.last_seen_at, a.times, a.reopenings, a.escalated_at, a.storm_id, a.assignee,
       coalesce(owner.name, '') AS assignee_name, coalesce(seer.name, '') AS acknowledged_by_name,
       a.acknowledged_at, a.snoozed_until, a.ended, a.resolved_by,
       coalesce(closer.name, '') AS resolved_by_name, a.resolved_at, a.note, a.useful, a.rating,
       coalesce(rater.name, '') AS rated_by_name, a.rated_at, a.tutor_number, t.name AS tutor_name,
       t.status AS tutor_status, coalesce(s.tier_official, s.tier_provisional) AS tier, t.subjects,
       c.score, c.band, d.reason, d.explanation, d.as_of AS decided_at, d.rulebook_version,
       a.case_id, own.state AS case_state, own.programme AS case_programme,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('task_id', task_id, 'kind', kind, 'due_at', due_at,
               'assignee_name', coalesce(holder.name, '')) ORDER BY due_at), '[]')
        FROM tasks LEFT JOIN accounts holder ON CAST(holder.id AS text) = tasks.assignee
        WHERE tasks.tutor_number = a.tutor_number AND tasks.state = 'created') AS tasks,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'title', o.title, 'severity', o.severity,
               'state', o.state) ORDER BY o.raised_at DESC), '[]')
        FROM alerts o
        WHERE o.tutor_number = a.tutor_number AND o.id <> a.id AND o.state <> 'resolved') AS others
FROM alerts a
JOIN tutors t ON t.number = a.tutor_number
JOIN decisions d ON d.id = a.decision_id
LEFT JOIN standings s ON s.tutor_number = a.tutor_number
LEFT JOIN cases own ON own.case_id = a.case_id
LEFT JOIN accounts owner ON owner.id = a.assignee
LEFT JOIN accounts seer ON seer.id = a.acknowledged_by
LEFT JOIN accounts closer ON closer.id = a.resolved_by
LEFT JOIN accounts rater ON rater.id = a.rated_by
LEFT JOIN LATERAL (
    SELECT score, band FROM churn_scores WHERE tutor_number = a.tutor_number ORDER BY day DESC LIMIT 1
) c ON true
WHERE a.id = :id
"""
_LINES = """
SELECT l.at, l.act, l.actor, coalesce(account.name, '') AS actor_name, l.note
FROM alert_acts l LEFT JOIN accounts account ON CAST(account.id AS text) = l.actor
WHERE l.alert_id = :id ORDER BY l.at DESC, l.id DESC
"""
_STORM = """
SELECT g.id, g.rule_id, g.begun_at, g.last_at, newest.category, newest.severity, newest.title, newest.advice,
    count(*) AS members, count(*) FILTER (WHERE a.state = 'open') AS open,
    count(*) FILTER (WHERE a.state = 'acknowledged') AS acknowledged,
    count(*) FILTER (WHERE a.state = 'resolved') AS resolved
FROM alert_storms g JOIN alerts a ON a.storm_id = g.id
CROSS JOIN LATERAL (
    SELECT category, severity, title, advice FROM alerts WHERE storm_id = g.id
    ORDER BY raised_at DESC, id DESC LIMIT 1
) newest
WHERE g.id = :id GROUP BY g.id, newest.category, newest.severity, newest.title, newest.advice
"""
_MEMBERS = """
SELECT a.id, a.rule_id, a.category, a.severity, a.title, a.state, a.raised_at, a.last_seen_at, a.times,
    a.reopenings, a.escalated_at, a.snoozed_until, a.ended, a.resolved_at,
    coalesce(owner.name, '') AS assignee_name, a.tutor_number, t.name AS tutor_name
FROM alerts a JOIN tutors t ON t.number = a.tutor_number LEFT JOIN accounts owner ON owner.id = a.assignee
WHERE a.storm_id = :id ORDER BY a.state = 'resolved', a.raised_at DESC, a.id LIMIT :size OFFSET :skipped
"""


def alert_story(session: Session, alert_id: int) -> AlertStory:
    """Everything about one alert but its history. Raises NotFound."""
    row = session.execute(text(_STORY), {"id": alert_id}).mappings().first()
    if row is None:
        raise NotFound("There is no such alert.", instead="Look for it in the list of alerts.")
    return AlertStory(**row)


def lines_of(session: Session, alert_id: int) -> Sequence[StoryLine]:
    """What happened to an alert, the newest first."""
    return [StoryLine(**row) for row in session.execute(text(_LINES), {"id": alert_id}).mappings()]


def storm(session: Session, storm_id: int) -> Storm:
    """One storm. Raises NotFound for one that is not there, or whose alerts have all come back alone."""
    row = session.execute(text(_STORM), {"id": storm_id}).mappings().first()
    if row is None:
        raise NotFound("There is no such group of alerts.", instead="Look for it in the list of alerts.")
    return Storm(**row)


def members_of(session: Session, storm_id: int, *, page: int = 1) -> Sequence[ListedAlert]:
    """A part of a storm's alerts: those that are not over first, then the newest."""
    given = {"id": storm_id, "size": MEMBERS, "skipped": (page - 1) * MEMBERS}
    return [ListedAlert(**row) for row in session.execute(text(_MEMBERS), given).mappings()]
