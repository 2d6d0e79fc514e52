"""What people do with alerts: each act changes the rows it fits, and says which those were.

A second click, or two people at once, change nothing twice: an act looks at the state again under the row's
lock. Times are business time.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from retention.errors import NotFound, Refusal
from retention.records.alerts import note_acts
from retention.records.database import Session
from retention.vocabulary import AlertAct, AlertEnd

OF_STORM = "SELECT id FROM alerts WHERE storm_id = :storm ORDER BY id"
ACKNOWLEDGE = """
UPDATE alerts SET state = 'acknowledged', acknowledged_by = :by, acknowledged_at = :at,
    assignee = coalesce(assignee, :by)
WHERE id = ANY(:ids) AND state = 'open' RETURNING id
"""
ASSIGN = """
UPDATE alerts SET assignee = :to WHERE id = ANY(:ids) AND state <> 'resolved'
    AND assignee IS DISTINCT FROM :to RETURNING id
"""
SNOOZE = """
UPDATE alerts SET snoozed_until = :until WHERE id = ANY(:ids) AND state <> 'resolved'
    AND snoozed_until IS DISTINCT FROM :until RETURNING id
"""
# Who calls it a false alarm has said that it was not useful, unless somebody has said so or otherwise before.
RESOLVE = """
UPDATE alerts SET state = 'resolved', ended = :ended, resolved_by = :by, resolved_at = :at, note = :note,
    useful = CASE WHEN :ended = 'false_alarm' THEN coalesce(useful, false) ELSE useful END,
    rating = CASE WHEN :ended = 'false_alarm' AND useful IS NULL THEN :note ELSE rating END,
    rated_by = CASE WHEN :ended = 'false_alarm' THEN coalesce(rated_by, :by) ELSE rated_by END,
    rated_at = CASE WHEN :ended = 'false_alarm' THEN coalesce(rated_at, :at) ELSE rated_at END
WHERE id = ANY(:ids) AND state <> 'resolved' RETURNING id
"""
REOPEN = """
UPDATE alerts a SET state = 'open', ended = NULL, resolved_by = NULL, resolved_at = NULL, note = '',
    acknowledged_by = NULL, acknowledged_at = NULL
WHERE a.id = :id AND a.state = 'resolved' AND NOT EXISTS (
    SELECT FROM alerts b WHERE b.tutor_number = a.tutor_number AND b.rule_id = a.rule_id
        AND b.state <> 'resolved')
RETURNING id
"""
RATE = """
UPDATE alerts SET useful = :useful, rating = :why, rated_by = :by, rated_at = :at WHERE id = :id RETURNING id
"""
KNOWN = "SELECT id FROM alerts WHERE id = :id"


def must_be(session: Session, alert_id: int) -> None:
    """Raises NotFound for an alert that is not there."""
    if session.scalar(text(KNOWN), {"id": alert_id}) is None:
        raise NotFound("There is no such alert.", instead="Look for it in the list of alerts.")


def of_storm(session: Session, storm_id: int) -> Sequence[int]:
    """The alerts of a storm. Raises NotFound for a storm that is not there."""
    found = session.scalars(text(OF_STORM), {"storm": storm_id}).all()
    if not found:
        raise NotFound("There is no such group of alerts.", instead="Look for it in the list of alerts.")
    return found


def acknowledge(session: Session, ids: Collection[int], *, by: int, at: datetime) -> list[int]:
    """Take note: whoever does sees to it, unless it was given to somebody. Those that were open."""
    told = {"ids": list(ids), "by": by, "at": at}
    return _done(session, ACKNOWLEDGE, told, AlertAct.ACKNOWLEDGED, by=by, at=at)


def assign(session: Session, ids: Collection[int], to: int, *, by: int, at: datetime) -> list[int]:
    """Give alerts that are not over to a colleague."""
    return _done(session, ASSIGN, {"ids": list(ids), "to": to}, AlertAct.ASSIGNED, by=by, at=at, note=str(to))


def snooze(
    session: Session, ids: Collection[int], until: datetime, *, reason: str, by: int, at: datetime
) -> list[int]:
    """Put alerts that are not over aside until an instant; their rules may go on firing meanwhile."""
    told = {"ids": list(ids), "until": until}
    return _done(session, SNOOZE, told, AlertAct.SNOOZED, by=by, at=at, note=reason)


def wake(session: Session, ids: Collection[int], *, by: int, at: datetime) -> list[int]:
    """Take snoozed alerts up again before their time."""
    return _done(session, SNOOZE, {"ids": list(ids), "until": None}, AlertAct.WOKEN, by=by, at=at)


def resolve(
    session: Session, ids: Collection[int], ended: AlertEnd, *, note: str, by: int, at: datetime
) -> list[int]:
    """End alerts by a person's word; those that were not over. A false alarm counts as not useful."""
    told = {"ids": list(ids), "ended": ended, "note": note, "by": by, "at": at}
    said = f"{ended}: {note}" if note else str(ended)
    return _done(session, RESOLVE, told, AlertAct.RESOLVED, by=by, at=at, note=said)


def reopen(session: Session, alert_id: int, *, by: int, at: datetime) -> None:
    """Take an end back. Raises Refusal when the rule has raised another alert about the tutor meanwhile."""
    if not _done(session, REOPEN, {"id": alert_id}, AlertAct.REOPENED, by=by, at=at):
        raise Refusal(
            "This alert is not over, or its rule has raised another one about this tutor since.",
            instead="Look for the open one on the tutor's page.",
        )


def rate(session: Session, alert_id: int, *, useful: bool, why: str, by: int, at: datetime) -> None:
    """Say whether an alert was useful; the last word counts."""
    told = {"id": alert_id, "useful": useful, "why": why, "by": by, "at": at}
    said = ("useful" if useful else "not useful") + (f": {why}" if why else "")
    _done(session, RATE, told, AlertAct.RATED, by=by, at=at, note=said)


def _done(
    session: Session,
    statement: str,
    told: dict[str, Any],
    act: AlertAct,
    *,
    by: int,
    at: datetime,
    note: str = "",
) -> list[int]:
    changed = list(session.scalars(text(statement), told))
    note_acts(session, [(one, act, note) for one in changed], at=at, actor=str(by))
    return changed
