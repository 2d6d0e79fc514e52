"""A leave that becomes known while its tutor is being judged is told to the case that is opened just then."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from activities import churn, judgement, measurement, situations
from retention.messages.evaluation import Step
from retention.records import database
from retention.records.commands import Command
from rules.situation import Situation
from tests.activities.evaluated import HOUR, NOON, a_tutor, next_batch, posted
from tests.factories import platform, wire
from tests.testbed.waiting import eventually

BEFORE = timedelta(minutes=1)
WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


@pytest.fixture
def poor(data: str) -> str:
    """A tutor whose first session was poor; a review is about to be opened."""
    _, tutor_id = a_tutor()
    posted(wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR))
    return tutor_id


def away(tutor_id: str) -> wire.Json:
    return platform.an_act(tutor_id, "leave_started", at=NOON - BEFORE)


def heard() -> list[str]:
    with database.transaction() as session:
        signals = select(Command.name).where(Command.target.startswith("first_session_review/"))
        return list(session.scalars(signals.order_by(Command.seq)))


def measured() -> Step:
    batch = next_batch(NOON)
    step = Step(batch_id=batch.batch_id, as_of=batch.as_of)
    measurement.measure(step)
    churn.score(step)
    return step


def somebody_waits() -> bool:
    with database.transaction() as session:
        return bool(session.scalar(text(WAITING)))


def test_a_leave_that_came_after_the_facts_were_read(poor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = situations.situations_of

    def and_then_a_leave(session: database.Session, step: Step) -> Sequence[Situation]:
        known = looked(session, step)
        posted([away(poor)])
        return known

    monkeypatch.setattr(situations, "situations_of", and_then_a_leave)
    judgement.judge(measured())
    assert heard() == ["FirstSessionReview", "leave_started"]


async def test_a_leave_that_is_not_written_yet_is_waited_for(poor: str) -> None:
    step = measured()
    with database.transaction() as session:
        platform.known(session, [away(poor)], now=NOON)
        judging = asyncio.get_running_loop().run_in_executor(None, judgement.judge, step)
        await eventually(somebody_waits)
    await judging
    assert heard() == ["FirstSessionReview", "leave_started"]
