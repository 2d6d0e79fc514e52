"""The evaluation is started by marks and by the schedule, and there is never more than one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from activities import evaluation, model, rules, work
from activities.serving import worker_of as activities_of
from retention.clock import Clock, real_time
from retention.messages.evaluation import EvaluationInput, EvaluationReport
from retention.records import watermarks
from retention.records.announcements import Channel, wake
from retention.records.database import transaction
from retention.records.dirty_days import DirtyDay
from retention.temporal.queues import MODEL, RULES, UPKEEP, WORK
from switchboard import evaluation_wake, schedules
from tests.factories import platform
from tests.testbed.temporal import TwoNamespaces
from tests.testbed.waiting import eventually
from workflows.evaluation import BATCHES_A_RUN, EVALUATION_ID
from workflows.registry import UPKEEP_WORKFLOWS, worker_of

pytestmark = pytest.mark.devserver


@pytest.fixture
async def machinery(data: str, temporal: TwoNamespaces) -> AsyncIterator[TwoNamespaces]:
    """The workers of the evaluation."""
    client = temporal.upkeep
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(worker_of(client, UPKEEP, UPKEEP_WORKFLOWS))
        for queue, known in ((WORK, work), (MODEL, model), (RULES, rules)):
            await stack.enter_async_context(activities_of(client, queue, known.ACTIVITIES, slots=1))
        yield temporal


def a_marked_tutor() -> None:
    at = datetime.now(UTC)
    with transaction() as session:
        number, _ = platform.a_tutor(session, at=at - timedelta(days=40))
        session.add(DirtyDay(tutor_number=number, day=at.date(), known_at=at))
        wake(session, Channel.DIRTY)


def marks() -> int:
    with transaction() as session:
        return len(session.scalars(select(DirtyDay.id)).all())


async def test_a_mark_is_worked_off_by_an_evaluation_that_then_ends(machinery: TwoNamespaces) -> None:
    watching = asyncio.create_task(evaluation_wake.run(machinery.upkeep))
    a_marked_tutor()
    await eventually(lambda: marks() == 0)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    handle = machinery.upkeep.get_workflow_handle(EVALUATION_ID, result_type=EvaluationReport)
    report = await handle.result()
    assert (report.batches, report.tutors) == (1, 1)


async def test_days_that_an_outage_left_undone_are_each_done(machinery: TwoNamespaces) -> None:
    now = datetime.now(UTC)
    with transaction() as session:
        platform.a_tutor(session, at=now - timedelta(days=40))
        watermarks.begin(session, now - timedelta(days=3))
    await evaluation_wake.start(machinery.upkeep, EvaluationInput(clock=real_time()))
    handle = machinery.upkeep.get_workflow_handle(EVALUATION_ID, result_type=EvaluationReport)
    report = await handle.result()
    assert report.batches >= 3
    with transaction() as session:
        assert watermarks.due_periods(session, now) == []
    events = len((await handle.fetch_history()).events)
    assert events <= 500


async def test_a_long_evaluation_goes_on_in_a_new_run_with_its_count(
    machinery: TwoNamespaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "BATCH_TUTORS", 1)
    tutors = BATCHES_A_RUN + 2
    for _ in range(tutors):
        a_marked_tutor()
    await evaluation_wake.start(machinery.upkeep, EvaluationInput(clock=real_time()))
    handle = machinery.upkeep.get_workflow_handle(EVALUATION_ID, result_type=EvaluationReport)
    first = (await handle.describe()).run_id
    report = await handle.result()
    assert (report.batches, report.tutors) == (tutors, tutors)
    earlier = machinery.upkeep.get_workflow_handle(EVALUATION_ID, run_id=first)
    assert len((await earlier.fetch_history()).events) <= 500


async def test_the_tick_of_the_schedule_starts_the_evaluation_or_wakes_it(
    machinery: TwoNamespaces,
) -> None:
    fast = Clock(origin_real=datetime.now(UTC), origin=datetime.now(UTC), speed=1_000)
    await schedules.ensure(machinery.upkeep, fast)
    await schedules.ensure(machinery.upkeep, fast)
    handle = machinery.upkeep.get_schedule_handle(schedules.SCHEDULE_ID)
    await handle.trigger()
    started = machinery.upkeep.get_workflow_handle(EVALUATION_ID)

    async def ran() -> bool | None:
        with suppress(Exception):
            return bool(await started.describe())
        return False

    look: Callable[[], Awaitable[bool | None]] = ran
    assert await eventually(look)
    await handle.delete()


def test_the_schedule_beats_on_the_quarters_at_speed_one_and_never_faster_than_five_seconds() -> None:
    [calendar] = schedules.spec(real_time()).calendars
    assert calendar.minute[0].step == 15
    fast = Clock(origin_real=datetime.now(UTC), origin=datetime.now(UTC), speed=1_440)
    [interval] = schedules.spec(fast).intervals
    assert interval.every == timedelta(seconds=5)
