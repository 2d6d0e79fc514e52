"""Facts posted and evaluated as the evaluation does it, and what is on record then."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from activities import churn, judgement, measurement
from retention.messages.evaluation import Batch, Step, StepReport
from retention.records import database
from tests.factories import platform, wire

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def posted(records: Sequence[wire.Json], *, now: datetime = NOON) -> None:
    with database.transaction() as session:
        platform.known(session, records, now=now)


def a_tutor(**details: Any) -> tuple[int, str]:
    with database.transaction() as session:
        begun, known = NOON - timedelta(days=90), NOON - timedelta(days=1)
        return platform.a_tutor(session, at=begun, now=known, **details)


def next_batch(as_of: datetime) -> Batch:
    with database.transaction() as session:
        return platform.claimed(session, as_of=as_of)


def evaluated(as_of: datetime = NOON) -> StepReport:
    """One batch goes all the way, as the evaluation does it."""
    batch = next_batch(as_of)
    step = Step(batch_id=batch.batch_id, as_of=batch.as_of)
    measurement.measure(step)
    churn.score(step)
    return judgement.judge(step)


def every(table: Any) -> list[Any]:
    with database.transaction() as session:
        return list(session.scalars(select(table)))


def count(table: Any) -> int:
    with database.transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
