"""Tutors: who they are, and whether they are with us."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import CheckConstraint, Identity, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import NotFound
from retention.records.database import Base, Counter, Moment, Session, Words


class Tutor(Base):
    """One tutor; `number` is our id, `external_id` the platform's."""

    __tablename__ = "tutors"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'on_leave', 'churned')", name="status"),
        CheckConstraint("origin IN ('real', 'synthetic')", name="origin"),
        CheckConstraint("baseline_sessions_per_week > 0", name="baseline"),
    )

    number: Mapped[int] = mapped_column(Integer, Identity(start=10_001), primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    subjects: Mapped[Words]
    education_level: Mapped[str | None]
    location: Mapped[str | None]
    baseline_sessions_per_week: Mapped[float]
    onboarded_at: Mapped[Moment]
    status: Mapped[str] = mapped_column(default="active", index=True)
    status_since: Mapped[Moment]
    profile_time: Mapped[Moment]  # event_time of the newest profile: an older one does not overwrite it
    origin: Mapped[str]


class Spell(Base):
    """A stay of a tutor: from onboarding or return until churn. A return never un-writes the end."""

    __tablename__ = "spells"
    __table_args__ = (
        CheckConstraint("ended_at > started_at", name="ends_after_start"),
        CheckConstraint("(ended_at IS NULL) = (reason IS NULL)", name="end_has_reason"),
        CheckConstraint("reason IN ('resignation', 'inactivity', 'reduced_activity')", name="reason"),
    )

    id: Mapped[Counter]
    tutor_number: Mapped[int] = mapped_column(index=True)
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    reason: Mapped[str | None]


def numbers_of(session: Session, external_ids: Collection[str]) -> dict[str, int]:
    """The numbers of these tutors; one that is unknown is left out."""
    found = session.execute(
        text("SELECT external_id, number FROM tutors WHERE external_id = ANY(:ids)"),
        {"ids": sorted(set(external_ids))},
    )
    return {row.external_id: row.number for row in found}


def name_of(session: Session, number: int) -> str:
    """The tutor's name. Raises NotFound."""
    found = session.get(Tutor, number)
    if found is None:
        raise NotFound("There is no such tutor.", instead="Look for the tutor by name in the tasks.")
    return found.name


def with_us(session: Session) -> list[int]:
    """The numbers of everybody who has not left."""
    return list(session.scalars(text("SELECT number FROM tutors WHERE status <> 'churned' ORDER BY number")))


PROFILE = (
    "name", "email", "time_zone", "subjects", "education_level", "location", "baseline_sessions_per_week",
)  # fmt: skip
GIVEN = "json_populate_recordset(CAST(NULL AS tutors), CAST(:profiles AS json))"
WELCOME = f"""
INSERT INTO tutors (external_id, {", ".join(PROFILE)}, profile_time, origin, onboarded_at, status,
    status_since)
SELECT DISTINCT ON (external_id) external_id, {", ".join(PROFILE)}, profile_time, origin,
    profile_time, 'active', profile_time
FROM {GIVEN} ORDER BY external_id, profile_time DESC
ON CONFLICT (external_id) DO UPDATE
SET profile_time = excluded.profile_time, {", ".join(f"{name} = excluded.{name}" for name in PROFILE)}
WHERE excluded.profile_time > tutors.profile_time
"""  # noqa: S608 (names of our own columns)
SINCE = f"""
UPDATE tutors SET onboarded_at = given.first
FROM (SELECT external_id, min(profile_time) AS first FROM {GIVEN} GROUP BY external_id) AS given
WHERE given.external_id = tutors.external_id AND given.first < tutors.onboarded_at
"""  # noqa: S608
FIRST_SPELL = """
INSERT INTO spells (tutor_number, started_at)
SELECT number, onboarded_at FROM tutors
WHERE external_id = ANY(:ids) AND NOT EXISTS (SELECT FROM spells WHERE tutor_number = tutors.number)
"""
HOLD = "SELECT number FROM tutors WHERE number = ANY(:numbers) ORDER BY number FOR NO KEY UPDATE"
LEAVE = """
UPDATE tutors SET status = stands.status, status_since = stands.since
FROM (
    SELECT DISTINCT ON (tutor_number) tutor_number, event_time AS since,
        CASE WHEN kind = 'leave_started' AND (until IS NULL OR until > :at) THEN 'on_leave' ELSE 'active'
        END AS status
    FROM behaviour_events
    WHERE tutor_number = ANY(:numbers) AND kind IN ('leave_started', 'leave_ended')
    ORDER BY tutor_number, event_time DESC, kind
) AS stands
WHERE tutors.number = stands.tutor_number AND tutors.status NOT IN ('churned', stands.status)
"""


def onboard(session: Session, profiles: Sequence[Mapping[str, Any]]) -> None:
    """Take on new tutors and renew the profiles of known ones; the newest profile wins, in any order."""
    given = {"profiles": orjson.dumps(list(profiles)).decode()}
    session.execute(text(WELCOME), given)
    session.execute(text(SINCE), given)
    session.execute(text(FIRST_SPELL), {"ids": sorted({str(one["external_id"]) for one in profiles})})


def hold(session: Session, numbers: Collection[int]) -> None:
    """Until the end of the transaction nobody else opens a case of these tutors, or hears of their leaves.

    So the later of two sees what the earlier has written. Held in order of the numbers.
    """
    session.execute(text(HOLD), {"numbers": sorted(set(numbers))})


def follow_leave(session: Session, numbers: Collection[int], *, at: datetime) -> None:
    """Put tutors on leave or back, as the newest of their leave records says. A churned one stays churned."""
    hold(session, numbers)
    session.execute(text(LEAVE), {"numbers": sorted(set(numbers)), "at": at})
