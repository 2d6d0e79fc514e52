"""Sessions: the transitions as posted, and each session as it stands."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from retention import policy
from retention.messages.ingestion import SessionRecord
from retention.records.database import Base, Moment, Numbers, Session
from retention.vocabulary import SessionState

STATES = "('booked', 'moved', 'cancelled', 'no_show', 'completed')"
PARTIES = "('tutor', 'student', 'platform')"
FIRST = "session_number = 1"
AGE_BANDS = "('under_13', '13_to_15', '16_to_18', 'over_18')"


class SessionEvent(Base):
    """One transition of a session, as posted. Never changed."""

    __tablename__ = "session_events"
    __table_args__ = (
        CheckConstraint(f"transition IN {STATES}", name="transition"),
        CheckConstraint(f"initiated_by IN {PARTIES}", name="initiated_by"),
        CheckConstraint("scheduled_end > scheduled_start", name="end_after_start"),
        CheckConstraint("engagement_score BETWEEN 0 AND 1", name="engagement_score"),
        CheckConstraint("session_number >= 1", name="session_number"),
        CheckConstraint("duration_minutes >= 0", name="duration"),
        CheckConstraint("session_kind IN ('1-on-1', 'group')", name="session_kind"),
        CheckConstraint(f"student_age_band IN {AGE_BANDS}", name="student_age_band"),
        CheckConstraint("origin IN ('real', 'synthetic')", name="origin"),
        Index("ix_session_events_tutor_time", "tutor_number", "event_time"),
        Index("ix_session_events_session", "session_id", "event_time"),
        Index("ix_session_events_known", "known_at", postgresql_using="brin"),
        Index("ix_session_events_first", "tutor_number", "scheduled_start", postgresql_where=FIRST),
    )

    event_id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    student_numbers: Mapped[Numbers]
    transition: Mapped[str]
    event_time: Mapped[Moment]
    known_at: Mapped[Moment]
    origin: Mapped[str]
    session_number: Mapped[int]
    subject: Mapped[str]
    student_age_band: Mapped[str | None]
    session_kind: Mapped[str]
    scheduled_start: Mapped[Moment]
    scheduled_end: Mapped[Moment]
    previous_start: Mapped[Moment | None]
    initiated_by: Mapped[str | None]
    reason: Mapped[str | None]
    actual_start: Mapped[Moment | None]
    duration_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    engagement_score: Mapped[float | None]
    objectives_met: Mapped[bool | None]
    technical_issues: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[bytes] = mapped_column(
        LargeBinary
    )  # of the posted body: tells a repeat from a contradiction


class TutoringSession(Base):
    """A session as it stands: the newest transition decides. Rebuilt from its events."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"initiated_by IN {PARTIES}", name="initiated_by"),
        CheckConstraint("scheduled_end > scheduled_start", name="end_after_start"),
        CheckConstraint("moves >= tutor_moves AND tutor_moves >= 0", name="moves"),
        CheckConstraint(f"student_age_band IN {AGE_BANDS}", name="student_age_band"),
        CheckConstraint("origin IN ('real', 'synthetic')", name="origin"),
        Index("ix_sessions_tutor_start", "tutor_number", "scheduled_start"),
    )

    session_id: Mapped[str] = mapped_column(primary_key=True)
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    student_numbers: Mapped[Numbers]
    state: Mapped[str]
    session_number: Mapped[int]
    subject: Mapped[str]
    student_age_band: Mapped[str | None]
    session_kind: Mapped[str]
    scheduled_start: Mapped[Moment]
    scheduled_end: Mapped[Moment]
    moves: Mapped[int] = mapped_column(default=0)
    tutor_moves: Mapped[int] = mapped_column(default=0)
    initiated_by: Mapped[str | None]  # who cancelled, or who was absent
    actual_start: Mapped[Moment | None]
    late_start_minutes: Mapped[int | None]
    duration_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    engagement_score: Mapped[float | None]
    objectives_met: Mapped[bool | None]
    technical_issues: Mapped[bool] = mapped_column(default=False)
    last_event_time: Mapped[Moment]
    origin: Mapped[str]


STANDS = (
    "tutor_number", "student_numbers", "session_number", "subject", "student_age_band", "session_kind",
    "scheduled_start", "scheduled_end", "actual_start", "duration_minutes", "engagement_score",
    "objectives_met", "technical_issues", "origin",
)  # fmt: skip
DERIVED = ("state", "initiated_by", "late_start_minutes", "moves", "tutor_moves", "last_event_time")
NEWEST = "transition IN ('booked', 'moved'), event_time DESC, transition = 'booked', event_id"
# Sessions as the transitions that meet a condition make them.
STANDING = f"""
    SELECT DISTINCT ON (session_id) session_id, {", ".join(STANDS)},
        transition AS state,
        CASE WHEN transition IN ('cancelled', 'no_show') THEN initiated_by END AS initiated_by,
        CASE WHEN transition = 'completed'
            THEN greatest(0, ceil(extract(epoch FROM actual_start - scheduled_start) / 60))
            END AS late_start_minutes,
        count(*) FILTER (WHERE transition = 'moved') OVER life AS moves,
        count(*) FILTER (WHERE transition = 'moved' AND initiated_by = 'tutor') OVER life AS tutor_moves,
        max(event_time) OVER life AS last_event_time
    FROM session_events WHERE {{condition}}
    WINDOW life AS (PARTITION BY session_id)
    ORDER BY session_id, {NEWEST}
"""  # noqa: S608 (names of our own columns)
PROJECT = f"""
WITH life AS (
    INSERT INTO sessions (session_id, {", ".join(STANDS + DERIVED)})
    {STANDING.format(condition="session_id = ANY(string_to_array(:ids, ','))")}
    ON CONFLICT (session_id) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in STANDS + DERIVED)}
    RETURNING tutor_number, scheduled_start, state
), due AS (
    SELECT * FROM life
    UNION SELECT tutor_number, scheduled_start, state -- as they stood before this statement
    FROM sessions WHERE session_id = ANY(string_to_array(:ids, ','))
)
INSERT INTO dirty_days (tutor_number, day, known_at)
SELECT DISTINCT tutor_number, CAST(scheduled_start AT TIME ZONE 'UTC' AS date), CAST(:now AS timestamptz)
FROM due WHERE state NOT IN ('booked', 'moved')
"""  # noqa: S608 (names of our own columns)


def row_of(record: SessionRecord, *, students: Mapping[str, int]) -> dict[str, Any]:
    """A transition as a raw row, but for what all raw rows have.

    What came later to the record is left out where it is not given: a repeat of an older one has its print.
    """
    start = record.scheduled_start.astimezone(UTC)
    given_since = {} if record.student_age_band is None else {"student_age_band": record.student_age_band}
    return given_since | {
        "session_id": record.session_id,
        "student_numbers": [students[one] for one in record.student_ids],
        "transition": record.transition,
        "session_number": record.session_number,
        "subject": record.subject,
        "session_kind": record.session_type,
        "scheduled_start": start,
        "scheduled_end": start + timedelta(minutes=record.scheduled_minutes),
        "previous_start": record.previous_start and record.previous_start.astimezone(UTC),
        "initiated_by": record.initiated_by,
        "reason": record.reason,
        "actual_start": record.actual_start and record.actual_start.astimezone(UTC),
        "duration_minutes": record.duration_minutes,
        "engagement_score": record.engagement_score,
        "objectives_met": record.learning_objectives_met,
        "technical_issues": record.technical_issues,
    }


def project(session: Session, session_ids: Iterable[str], *, now: datetime) -> None:
    """Rebuild these sessions from their transitions: an end outweighs what is not one, then the newest wins.

    Marks the days on which they had ended, and now do. A lateness is rounded up, so that "more than
    10 minutes" holds from the first second on.
    """
    session.execute(text(PROJECT), {"ids": ",".join(session_ids), "now": now})


# Rows lie in the order in which they became known, which is what a BRIN index is for.
HEARD = """
SELECT EXISTS (SELECT FROM session_events WHERE known_at > :since AND known_at <= :as_of
    AND (CAST(:transition AS text) IS NULL OR transition = :transition))
"""
FRESH = """
SELECT EXISTS (SELECT FROM session_events
    WHERE known_at > :since AND known_at <= :as_of AND event_time > :since)
"""


def facts_are_fresh(session: Session, *, as_of: datetime) -> bool:
    """Whether anything that happened of late was known; a feed that lags by days tells old news only."""
    told = {"since": as_of - policy.SILENT_AFTER, "as_of": as_of}
    return bool(session.scalar(text(FRESH), told))


def heard_lately(session: Session, *, as_of: datetime, transition: SessionState | None = None) -> bool:
    """Whether anybody's session became known of late; else the platform is silent, not its tutors.

    `transition`: whether that was heard of, e.g. a booking.
    """
    told = {"since": as_of - policy.SILENT_AFTER, "as_of": as_of, "transition": transition}
    return bool(session.scalar(text(HEARD), told))
