"""Batches of the evaluation: tutors with something new, claimed together and let go together."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from retention.messages.evaluation import Batch
from retention.records.database import Session

CLAIM_LOCK = 7_302  # advisory: claims come one after the other, so a tutor is never in two batches

UNFINISHED = """
SELECT batch_id::text AS batch_id, tutors, as_of FROM evaluation_batches
WHERE finished_at IS NULL ORDER BY claimed_at LIMIT 1
"""

# One snapshot for marks and moments: what was stored together is claimed together. SKIP LOCKED: a
# claim never waits for whoever is just storing or correcting marks.
CLAIM = """
WITH waiting AS (
    SELECT tutor_number FROM dirty_days WHERE batch_id IS NULL AND known_at <= :as_of
    GROUP BY tutor_number ORDER BY min(id) LIMIT :limit
), marks AS (
    SELECT d.id, d.tutor_number FROM dirty_days d JOIN waiting USING (tutor_number)
    WHERE d.batch_id IS NULL AND d.known_at <= :as_of FOR UPDATE OF d SKIP LOCKED
), claimed AS (
    UPDATE dirty_days d SET batch_id = :batch FROM marks WHERE d.id = marks.id RETURNING d.tutor_number
), brought AS (
    UPDATE moments m SET batch_id = :batch FROM (SELECT DISTINCT tutor_number FROM marks) t
    WHERE m.tutor_number = t.tutor_number AND m.batch_id IS NULL AND m.known_at <= :as_of
)
SELECT count(DISTINCT tutor_number) FROM claimed
"""

WAITING = "SELECT EXISTS (SELECT FROM dirty_days WHERE batch_id IS NULL AND known_at <= :as_of)"
RELEASE = "DELETE FROM dirty_days WHERE batch_id = :batch"
CONSUME = "DELETE FROM moments WHERE batch_id = :batch"
FINISH = "UPDATE evaluation_batches SET finished_at = :at WHERE batch_id = :batch AND finished_at IS NULL"
OPEN = "SELECT finished_at IS NULL FROM evaluation_batches WHERE batch_id = :batch FOR UPDATE"
RECORD = """
INSERT INTO evaluation_batches (batch_id, as_of, claimed_at, tutors) VALUES (:batch, :as_of, :as_of, :tutors)
"""


def claim_batch(session: Session, as_of: datetime, *, limit: int) -> Batch:
    """An unfinished batch with its own instant, else the longest waiting tutors; 0 tutors: none waits.

    Only what was known by `as_of` is taken, so that a day worked off late is judged as it was.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CLAIM_LOCK})
    unfinished = session.execute(text(UNFINISHED)).one_or_none()
    if unfinished is not None:
        return Batch(batch_id=unfinished.batch_id, tutors=unfinished.tutors, as_of=unfinished.as_of)
    batch = uuid4()
    wanted: dict[str, Any] = {"batch": batch, "as_of": as_of, "limit": limit}
    tutors: int = session.scalars(text(CLAIM), wanted).one()
    if tutors:
        session.execute(text(RECORD), {"batch": batch, "as_of": as_of, "tutors": tutors})
    return Batch(batch_id=str(batch), tutors=tutors, as_of=as_of)


def still_open(session: Session, batch_id: str) -> bool:
    """Whether the batch is not finished; it stays so until this transaction ends."""
    return bool(session.scalars(text(OPEN), {"batch": batch_id}).one_or_none())


def finish_batch(session: Session, batch_id: str, *, at: datetime) -> None:
    """Let the tutors go: their marks and moments are done with. Repeatable."""
    for statement in (RELEASE, CONSUME):
        session.execute(text(statement), {"batch": batch_id})
    session.execute(text(FINISH), {"batch": batch_id, "at": at})


def anything_waits(session: Session, as_of: datetime) -> bool:
    """Whether a tutor waits for a batch; to be asked once more before the evaluation ends."""
    return bool(session.scalar(text(WAITING), {"as_of": as_of}))
