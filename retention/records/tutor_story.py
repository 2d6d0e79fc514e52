"""One tutor as people-ops see them: standing, score, trends, and everything that happened. Staff only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text

from retention.errors import NotFound
from retention.policy import FIRST_SESSION_AHEAD
from retention.records.database import Session
from retention.records.first_session_forecasts import AHEAD, LOOK

TREND_DAYS = 90  # days of score and metrics in the charts
LINES = 50  # of the timeline on one page


class Show(StrEnum):
    """Which lines of the timeline."""

    ALL = "all"
    SESSIONS = "sessions"
    FEEDBACK = "feedback"
    DECISIONS = "decisions"
    CASES = "cases"
    ALERTS = "alerts"


@dataclass(frozen=True)
class TutorStory:
    """The tutor with their standing, newest score, trends by day and open tasks."""

    number: int
    external_id: str
    name: str
    email: str
    time_zone: str
    subjects: list[str]
    education_level: str | None
    location: str | None
    baseline_sessions_per_week: float
    onboarded_at: datetime
    status: str
    status_since: datetime
    origin: str
    standing_as_of: datetime | None
    rating_last_30: float | None
    rated_last_30: int | None
    last_session_at: datetime | None
    last_login_at: datetime | None
    flags: list[str]
    trends: dict[str, float | None]
    tier_provisional: str | None
    tier_official: str | None
    score: int | None
    band: str | None
    band_since: date | None
    score_as_of: datetime | None
    score_source: str | None
    score_version: str | None
    p1: float | None
    p7: float | None
    p30: float | None
    smoothed_p30: float | None  # which a model's score is of
    p90: float | None
    relative: dict[str, float] | None  # days of a window -> risk against the usual
    window_days: int | None
    fallback: str | None
    component_score: int | None
    components: dict[str, float]
    patterns: dict[str, str]
    factors: list[dict[str, Any]]
    scores: list[dict[str, Any]]  # day, score
    metrics: list[dict[str, Any]]  # day and the columns of tutor_metrics over 30 days
    tasks: list[dict[str, Any]]  # task_id, kind, due_at, assignee_name
    alerts: list[dict[str, Any]]  # those not over, the worst first: id, title, severity, state
    firsts_ahead: list[dict[str, Any]]  # first sessions to come, as in `first_session_forecasts.AHEAD`
    firsts_looked_at: datetime | None
    firsts_version: int | None  # that has looked at them; None: nobody could, and the reason says why
    firsts_reason: str | None
    vetoes: list[dict[str, Any]]  # those in force: id, programme, reason, until, put_by
    set_asides: list[dict[str, Any]]  # those in force: id, reason, until, put_by
    snoozes: list[dict[str, Any]]  # those in force: id, programme (None: everything), reason, until, put_by


@dataclass(frozen=True)
class Happening:
    """One line of the timeline; which words it has depends on its kind."""

    kind: str  # session, feedback, decision, trial (shadow rule), case_opened, case_closed, alert, behaviour
    at: datetime
    word: str  # session state, verdict, outcome, act, behaviour kind
    title: str  # subject, rule, programme, alert
    note: str
    number: int | None  # rating, session number, alert
    case_id: str | None


_STORY = f"""
SELECT tutor.number, tutor.external_id, tutor.name, tutor.email, tutor.time_zone, tutor.subjects,
       tutor.education_level, tutor.location, tutor.baseline_sessions_per_week, tutor.onboarded_at,
       tutor.status, tutor.status_since, tutor.origin, standing.as_of AS standing_as_of,
       standing.rating_last_30, standing.rated_last_30, standing.last_session_at, standing.last_login_at,
       coalesce(standing.flags, '{{}}') AS flags, coalesce(standing.trends, '{{}}'::jsonb) AS trends,
       standing.tier_provisional, standing.tier_official, score.score, score.band, score.band_since,
       score.as_of AS score_as_of, score.source AS score_source, score.version AS score_version,
       score.p1, score.p7, score.p30, score.smoothed_p30, score.p90, score.relative, score.window_days,
       score.fallback, score.component_score,
       coalesce(score.components, '{{}}'::jsonb) AS components,
       coalesce(score.patterns, '{{}}'::jsonb) AS patterns, coalesce(score.factors, '[]'::jsonb) AS factors,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('day', day, 'score', past.score) ORDER BY day), '[]')
        FROM churn_scores AS past
        WHERE past.tutor_number = tutor.number AND day > :since) AS scores,
       (SELECT coalesce(jsonb_agg(to_jsonb(m) - 'tutor_number' - 'computed_at' ORDER BY day), '[]')
        FROM tutor_metrics AS m
        WHERE m.tutor_number = tutor.number AND m.window_days = 30 AND day > :since) AS metrics,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('task_id', task_id, 'kind', kind, 'due_at', due_at,
               'assignee_name', coalesce(account.name, '')) ORDER BY due_at), '[]')
        FROM tasks LEFT JOIN accounts AS account ON CAST(account.id AS text) = tasks.assignee
        WHERE tasks.tutor_number = tutor.number AND tasks.state = 'created') AS tasks,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', alert.id, 'title', title, 'severity', severity,
               'state', state) ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], severity),
               raised_at DESC), '[]')
        FROM alerts AS alert
        WHERE alert.tutor_number = tutor.number AND alert.state <> 'resolved') AS alerts,
       (SELECT coalesce(jsonb_agg(to_jsonb(ahead) ORDER BY scheduled_start, session_id), '[]')
        FROM ({AHEAD}) AS ahead) AS firsts_ahead,
       look.as_of AS firsts_looked_at, look.version_id AS firsts_version, look.reason AS firsts_reason,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', veto.id, 'programme', programme, 'reason', reason,
               'until', until, 'put_by', account.name) ORDER BY until, veto.id), '[]')
        FROM vetoes AS veto JOIN accounts AS account ON account.id = veto.put_by
        WHERE veto.tutor_number = tutor.number AND lifted_at IS NULL AND until > :at) AS vetoes,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', entry.id, 'reason', reason, 'until', until,
               'put_by', account.name) ORDER BY until, entry.id), '[]')
        FROM set_asides AS entry JOIN accounts AS account ON account.id = entry.put_by
        WHERE entry.tutor_number = tutor.number AND lifted_at IS NULL AND until > :at) AS set_asides,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', entry.id, 'programme', programme, 'reason', reason,
               'until', until, 'put_by', account.name) ORDER BY until, entry.id), '[]')
        FROM snoozes AS entry JOIN accounts AS account ON account.id = entry.put_by
        WHERE entry.tutor_number = tutor.number AND lifted_at IS NULL AND until > :at) AS snoozes
FROM tutors AS tutor
LEFT JOIN standings AS standing ON standing.tutor_number = tutor.number
LEFT JOIN LATERAL (
    SELECT * FROM churn_scores WHERE tutor_number = tutor.number ORDER BY day DESC LIMIT 1
) AS score ON true
LEFT JOIN LATERAL ({LOOK}) AS look ON true
WHERE tutor.number = :number
"""  # noqa: S608 (our own words)

# One part for each source, each already cut to the page, so that none is read whole.
_PARTS = {
    Show.SESSIONS: """
        SELECT 'session' AS kind, last_event_time AS at, state AS word, subject AS title,
               CASE WHEN late_start_minutes > 10 THEN late_start_minutes || ' min late' ELSE '' END AS note,
               session_number AS number, CAST(NULL AS text) AS case_id
        FROM sessions WHERE tutor_number = :number AND last_event_time < :before AND state <> 'booked'
        ORDER BY last_event_time DESC LIMIT :size""",
    Show.FEEDBACK: """
        SELECT 'feedback', event_time, coalesce(first_experience, ''), '', coalesce(free_text, ''),
               CAST(overall_rating AS integer), CAST(NULL AS text)
        FROM feedback WHERE tutor_number = :number AND event_time < :before
        ORDER BY event_time DESC LIMIT :size""",
    Show.DECISIONS: """
        SELECT CASE WHEN shadow THEN 'trial' ELSE 'decision' END, as_of, verdict, rule_id, reason,
               CAST(NULL AS integer), case_id
        FROM decisions WHERE tutor_number = :number AND as_of < :before
        ORDER BY as_of DESC LIMIT :size""",
    Show.CASES: """
        SELECT 'case_opened', opened_at, '', programme, reason, CAST(NULL AS integer), case_id
        FROM cases WHERE tutor_number = :number AND opened_at < :before
        UNION ALL
        SELECT 'case_closed', closed_at, outcome, programme, note, CAST(NULL AS integer), case_id
        FROM cases WHERE tutor_number = :number AND closed_at < :before""",
    Show.ALERTS: """
        SELECT 'alert', line.at, line.act, alert.title, '', CAST(alert.id AS integer), CAST(NULL AS text)
        FROM alerts AS alert JOIN alert_acts AS line ON line.alert_id = alert.id
        WHERE alert.tutor_number = :number AND line.at < :before
          AND line.act IN ('raised', 'reopened', 'acknowledged', 'resolved')
        ORDER BY line.at DESC LIMIT :size""",
    Show.ALL: """
        SELECT 'behaviour', event_time, kind, '', '', CAST(NULL AS integer), CAST(NULL AS text)
        FROM behaviour_events WHERE tutor_number = :number AND event_time < :before
          AND kind IN ('onboarded', 'resignation_notice', 'leave_started', 'leave_ended')""",
}


def tutor_story(session: Session, number: int, *, since: date, at: datetime) -> TutorStory:
    """Everything about one tutor but the timeline, in one statement. Raises NotFound."""
    ahead = at + FIRST_SESSION_AHEAD
    asked = {"number": number, "since": since, "at": at, "ahead": ahead}
    row = session.execute(text(_STORY), asked).mappings().first()
    if row is None:
        raise NotFound("There is no such tutor.", instead="Look for the tutor by name in the tasks.")
    return TutorStory(**row)


def timeline(
    session: Session, number: int, *, before: datetime, show: Show = Show.ALL
) -> Sequence[Happening]:
    """What happened before an instant, newest first; one statement whatever is shown."""
    parts = list(_PARTS.values()) if show is Show.ALL else [_PARTS[show]]
    union = " UNION ALL ".join(f"({part})" for part in parts)
    named = f"SELECT * FROM ({union}) AS line (kind, at, word, title, note, number, case_id)"  # noqa: S608 (fixed words)
    query = text(f"{named} ORDER BY at DESC, kind LIMIT :size")
    rows = session.execute(query, {"number": number, "before": before, "size": LINES}).mappings()
    return [Happening(**row) for row in rows]
