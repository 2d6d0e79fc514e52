"""Alerts as the evaluation follows them: raised, seen again, grouped in a storm, settled.

Everything here is set-based and goes with the transaction of the judgement. A lock lets one judgement at a
time raise alerts, so that a storm is counted once; people's acts do not wait for it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text

from retention import policy
from retention.records.alerts import note_acts
from retention.records.database import Session
from retention.vocabulary import AlertAct, AlertCategory, AlertEnd, AlertSeverity, OwnerGroup

RAISING_LOCK = 7_305  # advisory
TOLD = """
WITH told AS (SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (tutor_number int, rule_id text,
    episode text, decision_id bigint, category text, severity text, title text, advice text,
    owner_group text, lasting boolean, case_id text))
"""
# One that is not over is the same alert; one that ended lately is open again; else there is a new one.
# News is what somebody may have to hear of at once: new, back after a day, or worse than it was.
RAISE = f"""
{TOLD}, again AS (
    UPDATE alerts a SET times = a.times + 1, last_seen_at = :at, decision_id = t.decision_id,
        category = t.category, severity = t.severity, title = t.title, advice = t.advice,
        case_id = coalesce(t.case_id, a.case_id),
        snoozed_until = CASE WHEN t.severity = 'critical' AND b.severity <> 'critical' THEN NULL
            ELSE a.snoozed_until END
    FROM told t JOIN alerts b USING (tutor_number, rule_id)
    WHERE a.id = b.id AND b.state <> 'resolved'
    RETURNING a.id, a.tutor_number, a.rule_id, a.severity = 'critical' AND b.severity <> 'critical' AS worse
), latest AS (
    SELECT DISTINCT ON (a.tutor_number, a.rule_id) a.id, a.tutor_number, a.rule_id, a.resolved_at,
        a.raised_at
    FROM alerts a JOIN told USING (tutor_number, rule_id)
    ORDER BY a.tutor_number, a.rule_id, a.raised_at DESC, a.id DESC
), reopened AS (
    UPDATE alerts a SET state = 'open', raised_at = :at, last_seen_at = :at, times = a.times + 1,
        reopenings = a.reopenings + 1, decision_id = t.decision_id, category = t.category,
        severity = t.severity, title = t.title, advice = t.advice, case_id = t.case_id, storm_id = NULL,
        acknowledged_by = NULL, acknowledged_at = NULL, ended = NULL, resolved_by = NULL, resolved_at = NULL,
        note = '', snoozed_until = NULL
    FROM latest l JOIN told t USING (tutor_number, rule_id)
    WHERE a.id = l.id AND a.state = 'resolved' AND a.resolved_at > :reopens_since
    RETURNING a.id, a.tutor_number, a.rule_id, l.raised_at <= :told_before AS late
), raised AS (
    INSERT INTO alerts (tutor_number, rule_id, episode, decision_id, category, severity, title, advice,
        owner_group, lasting, state, opened_at, raised_at, last_seen_at, times, reopenings, case_id, note,
        rating)
    SELECT t.tutor_number, t.rule_id, t.episode, t.decision_id, t.category, t.severity, t.title, t.advice,
        t.owner_group, t.lasting, 'open', :at, :at, :at, 1, 0, t.case_id, '', ''
    FROM told t
    WHERE NOT EXISTS (SELECT FROM again a WHERE (a.tutor_number, a.rule_id) = (t.tutor_number, t.rule_id))
        AND NOT EXISTS (
            SELECT FROM reopened r WHERE (r.tutor_number, r.rule_id) = (t.tutor_number, t.rule_id))
    ORDER BY t.tutor_number, t.rule_id ON CONFLICT DO NOTHING
    RETURNING id, rule_id
)
SELECT id, rule_id, 'raised_again' AS act, worse AS news FROM again
UNION ALL SELECT id, rule_id, 'reopened', late FROM reopened
UNION ALL SELECT id, rule_id, 'raised', true FROM raised ORDER BY id
"""  # noqa: S608 (fixed words)
STORMY = """
SELECT rule_id FROM alerts
WHERE rule_id = ANY(:rules) AND raised_at > :since AND raised_at <= :at AND state <> 'resolved'
GROUP BY rule_id HAVING count(DISTINCT tutor_number) >= :from_tutors ORDER BY rule_id
"""
GO_ON = """
UPDATE alert_storms SET last_at = :at WHERE id = (
    SELECT id FROM alert_storms WHERE rule_id = :rule AND last_at >= :since AND begun_at > :begun_since
    ORDER BY begun_at DESC, id DESC LIMIT 1
) RETURNING id
"""
BEGIN = "INSERT INTO alert_storms (rule_id, begun_at, last_at) VALUES (:rule, :at, :at) RETURNING id"
GATHER = """
UPDATE alerts SET storm_id = :storm
WHERE rule_id = :rule AND raised_at > :since AND raised_at <= :at AND state <> 'resolved'
    AND storm_id IS DISTINCT FROM :storm RETURNING id
"""
SEEN = """
UPDATE alerts a SET last_seen_at = :at
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS seen (tutor_number int, rule_id text)
WHERE a.tutor_number = seen.tutor_number AND a.rule_id = seen.rule_id AND a.state <> 'resolved'
    AND a.last_seen_at < :at
"""
ENDED = "state = 'resolved', resolved_at = :at, resolved_by = NULL"
SETTLE = f"""
UPDATE alerts a SET {ENDED}, ended = 'settled'
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS over (tutor_number int, rule_id text)
WHERE a.tutor_number = over.tutor_number AND a.rule_id = over.rule_id AND a.state <> 'resolved'
RETURNING a.id
"""  # noqa: S608 (fixed words)
ESCALATE = """
UPDATE alerts a SET owner_group = up.owner_group, escalated_at = :at, state = 'open', snoozed_until = NULL,
    case_id = coalesce(a.case_id, up.case_id)
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS up (tutor_number int, rule_id text, owner_group text,
    case_id text)
WHERE a.tutor_number = up.tutor_number AND a.rule_id = up.rule_id AND a.state <> 'resolved'
RETURNING a.id
"""
# What no rule watches any more would stay for ever: the rule was withdrawn, or its condition was edited and
# holds no longer. What is settled has been by its decision.
UNWATCHED = f"""
UPDATE alerts a SET {ENDED}, ended = 'rule_changed'
WHERE a.tutor_number = ANY(:tutors) AND a.state <> 'resolved' AND (
    a.rule_id <> ALL(:raising) OR a.lasting AND NOT EXISTS (
        SELECT FROM rule_states s WHERE s.tutor_number = a.tutor_number AND s.rule_id = a.rule_id
            AND s.state ->> 'opened_at' IS NOT NULL))
RETURNING a.id
"""  # noqa: S608 (fixed words)
LEFT = f"""
UPDATE alerts SET {ENDED}, ended = 'tutor_left'
WHERE tutor_number = ANY(:tutors) AND state <> 'resolved' RETURNING id
"""  # noqa: S608 (fixed words)


@dataclass(frozen=True, kw_only=True)
class Firing:
    """A rule that raises alerts has fired about a tutor."""

    tutor_number: int
    rule_id: str
    episode: str
    decision_id: int
    category: AlertCategory
    severity: AlertSeverity
    title: str
    advice: str
    owner_group: OwnerGroup
    lasting: bool
    case_id: str | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of a rule that has raised an alert: settled, or handed to another group."""

    tutor_number: int
    rule_id: str
    owner_group: OwnerGroup | None = None  # None: it is settled
    case_id: str | None = None  # the review that was opened because it lasted


Event = Firing | Change


def follow(session: Session, events: Sequence[Event], *, at: datetime) -> list[str]:
    """Bring the alerts up to what rules came to, in order; the new ones that are critical: alert/7, storm/2.

    Repeatable only with its decisions: those that are stored already are not to be told again.
    """
    if not events:
        return []
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": RAISING_LOCK})
    urgent: list[str] = []
    for wave in _waves(events):
        _settle(session, [one for one in wave if isinstance(one, Change)], at=at)
        urgent += _raise(session, [one for one in wave if isinstance(one, Firing)], at=at)
    return list(dict.fromkeys(urgent))


def seen(session: Session, pairs: Collection[tuple[int, str]], *, at: datetime) -> None:
    """Note that the conditions of these alerts (tutor, rule) still hold."""
    if pairs:
        session.execute(text(SEEN), {"rows": _rows(pairs), "at": at})


def drop_unwatched(
    session: Session, tutors: Collection[int], raising: Collection[str], *, at: datetime
) -> None:
    """End the alerts of these tutors that no rule watches any more; `raising`: those that raise any."""
    given = {"tutors": sorted(tutors), "raising": sorted(raising), "at": at}
    over = session.scalars(text(UNWATCHED), given)
    note_acts(session, [(one, AlertAct.RESOLVED, AlertEnd.RULE_CHANGED) for one in over], at=at)


def tutors_left(session: Session, tutors: Collection[int], *, at: datetime) -> None:
    """End every alert about tutors who are gone. Repeatable."""
    over = session.scalars(text(LEFT), {"tutors": sorted(tutors), "at": at})
    note_acts(session, [(one, AlertAct.RESOLVED, AlertEnd.TUTOR_LEFT) for one in over], at=at)


def _waves(events: Sequence[Event]) -> Iterator[list[Event]]:
    """The events one after the other for each alert: a rule may be settled and fire within one judgement."""
    waves: list[list[Event]] = []
    told: dict[tuple[int, str], int] = {}
    for event in events:
        pair = event.tutor_number, event.rule_id
        number = told[pair] = told.get(pair, -1) + 1
        if number == len(waves):
            waves.append([])
        waves[number].append(event)
    yield from waves


def _settle(session: Session, changes: Sequence[Change], *, at: datetime) -> None:
    over = [(one.tutor_number, one.rule_id) for one in changes if one.owner_group is None]
    up = [asdict(one) for one in changes if one.owner_group is not None]
    if over:
        ended = session.scalars(text(SETTLE), {"rows": _rows(over), "at": at})
        note_acts(session, [(one, AlertAct.RESOLVED, AlertEnd.SETTLED) for one in ended], at=at)
    if up:
        risen = session.scalars(text(ESCALATE), {"rows": orjson.dumps(up).decode(), "at": at})
        note_acts(session, [(one, AlertAct.ESCALATED, "") for one in risen], at=at)


def _raise(session: Session, firings: Sequence[Firing], *, at: datetime) -> list[str]:
    if not firings:
        return []
    given = {
        "rows": orjson.dumps([asdict(one) for one in firings]).decode(),
        "at": at,
        "reopens_since": at - policy.ALERT_REOPENS_WITHIN,
        "told_before": at - policy.ALERT_TOLD_AGAIN_AFTER,
    }
    rows = session.execute(text(RAISE), given).all()
    note_acts(session, [(row.id, AlertAct(row.act), "") for row in rows], at=at)
    fresh = {row.rule_id for row in rows if row.act != AlertAct.RAISED_AGAIN}
    storms = _gather(session, fresh, at=at)
    critical = {one.rule_id for one in firings if one.severity is AlertSeverity.CRITICAL}
    alone = [
        f"alert/{row.id}"
        for row in rows
        if row.news and row.rule_id in critical and row.rule_id not in storms
    ]
    return alone + [f"storm/{storm}" for rule, (storm, new) in storms.items() if rule in critical and new]


def _gather(session: Session, rules: Collection[str], *, at: datetime) -> dict[str, tuple[int, bool]]:
    """Put the alerts of each rule that storms together: rule -> the storm, and whether it has just begun.

    A storm goes on until an hour has passed without an alert; the hourly look is just within.
    """
    since = at - policy.ALERT_STORM_WITHIN
    given: dict[str, Any] = {"rules": sorted(rules), "at": at, "since": since}
    stormy = set(session.scalars(text(STORMY), given | {"from_tutors": policy.ALERT_STORM_FROM}))
    found = {}
    for rule in sorted(rules):
        told = {"rule": rule, "at": at, "since": since, "begun_since": at - policy.ALERT_STORM_LASTS}
        known = session.scalar(text(GO_ON), told)
        if known is None and rule not in stormy:
            continue
        storm: int = known or session.scalars(text(BEGIN), told).one()
        session.execute(text(GATHER), told | {"storm": storm})
        found[rule] = storm, known is None
    return found


def _rows(pairs: Collection[tuple[int, str]]) -> str:
    return orjson.dumps([{"tutor_number": tutor, "rule_id": rule} for tutor, rule in pairs]).decode()
