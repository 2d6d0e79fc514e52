"""What follows from new raw rows, in their transaction: tutors and their leaves, sessions as they stand."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from retention.messages.ingestion import AnyRecord, LeaveRecord, OnboardedRecord, SessionRecord
from retention.records import behaviour, sessions, tutor_news, tutors
from retention.records.announcements import Channel, wake
from retention.records.database import Session
from retention.records.raw_rows import Arrival


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
    session: Session,
    records: Iterable[AnyRecord],
    *,
    new: Collection[str],
    numbers: Mapping[str, int],
    arrival: Arrival,
) -> None:
    """Bring what is derived from raw rows up to those records whose event ids are new."""
    if not new:
        return
    stored = [record for record in records if record.event_id in new]
    changed = {one.session_id for one in stored if isinstance(one, SessionRecord)}
    if changed:
        sessions.project(session, changed, now=arrival.now)
    away = {numbers[one.tutor_id] for one in stored if isinstance(one, LeaveRecord)}
    if away:
        tutors.follow_leave(session, away, at=arrival.now)
        tutor_news.tell_leaves(session, away, at=arrival.now)
    if arrival.live:
        wake(session, Channel.DIRTY)
