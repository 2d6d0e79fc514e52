"""What follows from new raw rows, in their transaction: tutors, sessions as they stand, days, moments."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from retention.messages.ingestion import (
    AnyRecord,
    FeedbackRecord,
    LeaveRecord,
    OnboardedRecord,
    SessionRecord,
)
from retention.records import behaviour, dirty_days, hops, moments, sessions, tutors
from retention.records.announcements import Channel, wake
from retention.records.database import Session
from retention.records.raw_rows import Arrival
from retention.vocabulary import Hop, SessionState, Trigger

TRIGGERS = {
    SessionState.COMPLETED: Trigger.SESSION_COMPLETED,
    SessionState.NO_SHOW: Trigger.NO_SHOW,
    SessionState.MOVED: Trigger.RESCHEDULE,
}
Marks = set[tuple[int, date]]


def tutors_of(session: Session, records: Sequence[AnyRecord], *, arrival: Arrival) -> dict[str, int]:
    """The numbers of these records' tutors, after taking on those whom the batch itself introduces."""
    introduced = [record for record in records if isinstance(record, OnboardedRecord)]
    known = behaviour.already_stored(session, {one.event_id for one in introduced}) if introduced else set()
    profiles = [
        behaviour.profile_of(one, origin=arrival.origin) for one in introduced if one.event_id not in known
    ]
    if profiles:
        tutors.onboard(session, profiles)
    return tutors.numbers_of(session, {record.tutor_id for record in records})


def follow(
    session: Session, new: Sequence[AnyRecord], *, tutors: Mapping[str, int], arrival: Arrival
) -> None:
    """Bring everything that is derived from raw rows up to these new ones, or mark it to be."""
    if not new:
        return
    marks = {(tutors[record.tutor_id], record.event_time.date()) for record in new}
    marks |= _lives(session, new)
    _leaves(session, new, numbers=tutors, now=arrival.now)
    dirty_days.mark(session, marks, known_at=arrival.now)
    if arrival.live:
        _put_moments(session, new, numbers=tutors, now=arrival.now)
        wake(session, Channel.DIRTY)


def _lives(session: Session, new: Sequence[AnyRecord]) -> Marks:
    """Rebuild the sessions that were spoken of; the days on which they had ended, and now do."""
    changed = {one.session_id for one in new if isinstance(one, SessionRecord)}
    if not changed:
        return set()
    before = sessions.days_of(session, changed)
    sessions.project(session, changed)
    return before | sessions.days_of(session, changed)


def _leaves(session: Session, new: Iterable[AnyRecord], *, numbers: Mapping[str, int], now: datetime) -> None:
    away = {numbers[one.tutor_id] for one in new if isinstance(one, LeaveRecord)}
    if away:
        tutors.follow_leave(session, away, at=now)


def _put_moments(
    session: Session, new: Iterable[AnyRecord], *, numbers: Mapping[str, int], now: datetime
) -> None:
    rows: list[dict[str, Any]] = []
    for record in new:
        trigger = _trigger(record)
        if trigger is not None and isinstance(record, SessionRecord | FeedbackRecord):
            told = {"trigger": trigger, "session_id": record.session_id, "event_id": record.event_id}
            times = {"event_time": record.event_time, "known_at": now}
            rows.append({"tutor_number": numbers[record.tutor_id]} | told | times)
    if rows:
        moments.put(session, rows)
        hops.reached(session, [row["event_id"] for row in rows], Hop.KNOWN, at=datetime.now(UTC))


def _trigger(record: AnyRecord) -> Trigger | None:
    if isinstance(record, FeedbackRecord):
        return Trigger.FEEDBACK_RECEIVED
    return TRIGGERS.get(record.transition) if isinstance(record, SessionRecord) else None
