"""First sessions as known at an instant: those that took place with what was said, and those booked.

Put together from the transitions known then, like tutors' days (`cubes`), for the same reason: what became
known later must not change what a model was asked with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Row, text

from retention.measures.cube import FAR, Ints
from retention.measures.first_sessions import UNTOLD, FirstSessions, nothing
from retention.measures.periods import day_of, start_of
from retention.records.cubes import Span
from retention.records.database import Session
from retention.records.sessions import FIRST, STANDING

LEAST = timedelta(microseconds=1)  # from one instant to the next
NO_ZONE = "UTC"  # of whoever has stated none
TOOK_PLACE, BOOKED = ["completed"], ["booked", "moved"]
ROWS = f"""
WITH asked AS (
    SELECT DISTINCT session_id FROM session_events WHERE known_at <= :cutoff AND {FIRST}
        AND tutor_number = ANY(:numbers) AND scheduled_start >= :starts AND scheduled_start < :ends
), standing AS (
    {STANDING.format(condition="known_at <= :cutoff AND session_id IN (SELECT session_id FROM asked)")}
) SELECT s.session_id, s.tutor_number, s.scheduled_start, s.subject, s.student_age_band,
    said.stars, said.last_at
FROM standing s CROSS JOIN LATERAL (
    SELECT min(overall_rating) AS stars, max(event_time) AS last_at FROM feedback f
    WHERE f.session_id = s.session_id AND f.tutor_number = s.tutor_number AND f.known_at <= :cutoff
) said
WHERE {FIRST} AND state = ANY(:states) AND s.tutor_number = ANY(:numbers)
    AND s.scheduled_start >= :starts AND s.scheduled_start < :ends
ORDER BY s.tutor_number, s.scheduled_start, s.session_id
"""  # noqa: S608 (our own words)
ZONES = """
SELECT DISTINCT ON (tutor_number) tutor_number, details ->> 'time_zone' AS zone FROM behaviour_events
WHERE kind = 'onboarded' AND known_at <= :cutoff AND tutor_number = ANY(:numbers)
ORDER BY tutor_number, event_time DESC, event_id
"""


@dataclass(frozen=True)
class BookedFirstSessions:
    """First sessions to come, and what names each of them."""

    rows: FirstSessions
    ids: list[str]
    starts: list[datetime]


def took_place(
    session: Session, numbers: Sequence[int], span: Span, *, first: date | None = None
) -> FirstSessions:
    """These tutors' first sessions of a span, as known at its cutoff; days count from `first` or its own."""
    starts, ends = start_of(span.first), start_of(span.last) + timedelta(days=1)
    asked = {"numbers": list(numbers), "cutoff": span.cutoff, "starts": starts, "ends": ends}
    rows = session.execute(text(ROWS), asked | {"states": TOOK_PLACE}).all()
    return _arrays(rows, _zones(session, numbers, span.cutoff), first=first or span.first)


def booked(
    session: Session, numbers: Sequence[int], *, cutoff: datetime, until: datetime, first: date
) -> BookedFirstSessions:
    """These tutors' first sessions that begin after the cutoff and by `until`; days count from `first`."""
    asked = {"numbers": list(numbers), "cutoff": cutoff, "starts": cutoff + LEAST, "ends": until + LEAST}
    rows = session.execute(text(ROWS), asked | {"states": BOOKED}).all()
    return BookedFirstSessions(
        rows=_arrays(rows, _zones(session, numbers, cutoff), first=first),
        ids=[row.session_id for row in rows],
        starts=[row.scheduled_start for row in rows],
    )


def _zones(session: Session, numbers: Sequence[int], cutoff: datetime) -> dict[int, str | None]:
    """The time zone of each tutor, as their newest onboarding record says that was known by then."""
    rows = session.execute(text(ZONES), {"numbers": list(numbers), "cutoff": cutoff})
    return {row.tutor_number: row.zone for row in rows}


def _arrays(rows: Sequence[Row[Any]], zones: Mapping[int, str | None], *, first: date) -> FirstSessions:
    if not rows:
        return nothing()
    local = [row.scheduled_start.astimezone(ZoneInfo(zones.get(row.tutor_number) or NO_ZONE)) for row in rows]
    return FirstSessions(
        tutor=_whole([row.tutor_number for row in rows]),
        day=_whole([_index(row.scheduled_start, first) for row in rows]),
        hour=_whole([at.hour for at in local]),
        weekday=_whole([at.weekday() for at in local]),
        subject=np.array([row.subject for row in rows]),
        age_band=np.array([row.student_age_band or "" for row in rows]),
        said_on=_whole([FAR if row.last_at is None else _index(row.last_at, first) for row in rows]),
        stars=_whole([row.stars or UNTOLD for row in rows]),
        true_chance=np.full(len(rows), np.nan),
    )


def _index(at: datetime, first: date) -> int:
    return (day_of(at.astimezone(UTC)) - first).days


def _whole(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
