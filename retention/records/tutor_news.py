"""What every open case is told about its tutor: gone, on leave, back. Once each, however often it is looked.

The ids of these commands are made of what they tell, so that a second look puts nothing new.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic import BaseModel
from sqlalchemy import text

from retention import calendars, policy
from retention.messages.tasks import SYSTEM
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.records import tutors
from retention.records.commands import NewCommand, put
from retention.records.database import Session
from retention.vocabulary import ChurnReason, CommandKind

NEWS = UUID("6f1f2c52-5d0b-4f57-9a5e-0c8f7d6f1a11")  # the family of these ids; any fixed one will do

OPEN_CASES = """
SELECT case_id, tutor_number FROM cases
WHERE tutor_number = ANY(:numbers) AND state <> 'closed' ORDER BY case_id
"""
# A leave ends when its planned end comes before anything else is said, or when its end is reported. One that
# goes over into another is the same leave, known by its first record: it ends once, where the last one ends.
LEAVES = """
WITH notices AS (
    SELECT tutor_number, event_id, kind, event_time, until,
        lead(kind) OVER told AS next_kind, lead(event_time) OVER told AS next_time
    FROM behaviour_events
    WHERE tutor_number = ANY(:numbers) AND kind IN ('leave_started', 'leave_ended') AND event_time <= :at
    WINDOW told AS (PARTITION BY tutor_number ORDER BY event_time, event_id)
), leaves AS (
    SELECT tutor_number, event_id, event_time AS started_at, until, CASE
            WHEN until <= least(coalesce(next_time, CAST(:at AS timestamptz)), CAST(:at AS timestamptz))
            THEN until
            WHEN next_kind = 'leave_ended' THEN next_time END AS ended_at,
        coalesce(next_kind = 'leave_started' AND coalesce(until > next_time, true), false) AS goes_over
    FROM notices WHERE kind = 'leave_started'
), linked AS (
    SELECT *, coalesce(lag(goes_over) OVER (PARTITION BY tutor_number ORDER BY started_at, event_id), false)
        AS goes_on FROM leaves
), numbered AS (
    SELECT *, count(*) FILTER (WHERE NOT goes_on)
        OVER (PARTITION BY tutor_number ORDER BY started_at, event_id) AS number FROM linked
), whole AS (
    SELECT *, max(ended_at) OVER (PARTITION BY tutor_number, number) AS over_at,
        first_value(event_id) OVER (PARTITION BY tutor_number, number ORDER BY started_at, event_id)
            AS leave_id
    FROM numbered
)
SELECT c.case_id, w.event_id, w.leave_id, w.started_at, w.until, w.ended_at
FROM whole w JOIN cases c ON c.tutor_number = w.tutor_number
WHERE c.state <> 'closed' AND (w.over_at IS NULL OR w.over_at > c.opened_at)
ORDER BY c.case_id, w.started_at
"""


@dataclass(frozen=True)
class Departure:
    """A tutor who is gone: since when, and how."""

    tutor_number: int
    at: datetime
    reason: ChurnReason


def tell_departures(session: Session, departures: Sequence[Departure]) -> None:
    """Tell every open case of these tutors that they are gone. Repeatable."""
    gone = {one.tutor_number: one for one in departures}
    if gone:
        cases = session.execute(text(OPEN_CASES), {"numbers": sorted(gone)})
        put(session, [_departure(row.case_id, gone[row.tutor_number]) for row in cases])


def tell_leaves(session: Session, numbers: Collection[int], *, at: datetime) -> None:
    """Tell every open case of these tutors of the leaves that overlap it, late ones too. Repeatable.

    Called after the cases or the leaves of the same transaction are written, whose tutors it holds.
    """
    if numbers:
        tutors.hold(session, numbers)
        rows = session.execute(text(LEAVES), {"numbers": sorted(set(numbers)), "at": at})
        put(session, [command for row in rows for command in _leave(row)])


def _departure(case_id: str, gone: Departure) -> NewCommand:
    command_id = _id("tutor_left", case_id, gone.at.isoformat())
    said = TutorLeft(command_id=str(command_id), at=gone.at, reason=gone.reason)
    return _signal(command_id, case_id, "tutor_left", said)


def _leave(row: Any) -> Iterator[NewCommand]:
    command_id = _id("leave_started", row.case_id, row.event_id)
    began = LeaveStarted(
        command_id=str(command_id), at=row.started_at, leave_id=row.leave_id, until=row.until
    )
    yield _signal(command_id, row.case_id, "leave_started", began)
    if row.ended_at is not None:
        command_id = _id("leave_ended", row.case_id, row.event_id, row.ended_at.isoformat())
        resume_at = calendars.add_business_days(calendars.office(), row.ended_at, policy.LEAVE_RAMP_UP)
        ended = LeaveEnded(
            command_id=str(command_id),
            at=row.ended_at,
            leave_id=row.leave_id,
            clocks_resume_at=resume_at,
        )
        yield _signal(command_id, row.case_id, "leave_ended", ended)


def _signal(command_id: UUID, case_id: str, name: str, said: BaseModel) -> NewCommand:
    return NewCommand(
        id=command_id,
        target=case_id,
        kind=CommandKind.SIGNAL,
        name=name,
        payload=said.model_dump(mode="json"),
        actor=SYSTEM,
    )


def _id(*told: str) -> UUID:
    return uuid5(NEWS, " ".join(told))
