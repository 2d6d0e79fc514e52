"""Moments at which rules must be looked at: put with the fact, consumed with the decisions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from retention.records.database import Base, Counter, Moment as Instant, Session
from retention.vocabulary import Trigger

SIGNALS = "SELECT event_id FROM moments WHERE batch_id = :batch AND event_id IS NOT NULL ORDER BY id"
PUT_SCORE_UPDATES = """
INSERT INTO moments (tutor_number, trigger, event_time, known_at, batch_id)
SELECT tutor, :trigger, :at, :at, :batch FROM unnest(CAST(:tutors AS int[])) AS tutor
"""


class Moment(Base):
    """One moment of one tutor, e.g. a completed session."""

    __tablename__ = "moments"
    __table_args__ = (
        Index("ix_moments_tutor", "tutor_number", "id"),
        Index("ix_moments_batch", "batch_id", postgresql_where="batch_id IS NOT NULL"),
    )

    id: Mapped[Counter]
    tutor_number: Mapped[int]
    trigger: Mapped[str]
    session_id: Mapped[str | None]
    event_id: Mapped[str | None]  # the raw row behind it, for hop times
    event_time: Mapped[Instant]
    known_at: Mapped[Instant]
    batch_id: Mapped[UUID | None]  # the evaluation that has claimed it, with the marks of its tutor


def put(session: Session, moments: Sequence[dict[str, Any]]) -> None:
    """Put moments to be judged: tutor_number, trigger, session_id, event_id, event_time, known_at."""
    session.execute(
        text(
            "INSERT INTO moments (tutor_number, trigger, session_id, event_id, event_time, known_at)"
            " SELECT tutor_number, trigger, session_id, event_id, event_time, known_at"
            " FROM json_populate_recordset(CAST(NULL AS moments), CAST(:moments AS json))"
        ),
        {"moments": orjson.dumps(moments).decode()},
    )


def signals_of(session: Session, batch_id: str) -> list[str]:
    """The raw rows behind a batch's moments."""
    return list(session.scalars(text(SIGNALS), {"batch": batch_id}))


def put_score_updates(session: Session, tutors: Collection[int], *, batch_id: str, at: datetime) -> None:
    """Put a moment for each tutor whose score has changed, into the batch that is at work on them."""
    if tutors:
        wanted = {"tutors": sorted(tutors), "batch": batch_id, "at": at, "trigger": Trigger.SCORE_UPDATED}
        session.execute(text(PUT_SCORE_UPDATES), wanted)
