"""The schedules, made or mended at every start: a look at everybody each quarter hour, a model a day."""

import hashlib
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from retention.clock import Clock
from retention.messages.evaluation import EvaluationInput
from retention.messages.training import TrainingInput
from retention.policy import QUARTER_HOUR
from retention.temporal.queues import UPKEEP

SCHEDULE_ID = "evaluation-every-quarter-hour"
TICK_ID = "evaluation-tick"
TRAINING_ID = "model-training-daily"
TRAINING_CATCH_UP = timedelta(hours=12)  # real time
DAY = timedelta(days=1)

log = logging.getLogger("mainstay.switchboard")


async def ensure(client: Client, clock: Clock) -> None:
    """Make the schedules, or bring them up to date when this world's differ. Repeatable."""
    for schedule_id, wanted in {SCHEDULE_ID: _schedule(clock), TRAINING_ID: _training(clock)}.items():
        await _ensure(client, schedule_id, wanted)


async def _ensure(client: Client, schedule_id: str, wanted: Schedule) -> None:
    try:
        await client.create_schedule(schedule_id, wanted)
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle(schedule_id)
        known = await handle.describe()
        if known.schedule.state.note == wanted.state.note:
            return  # an update may drop the tick that is due
        await handle.update(_replace_by(wanted))
    log.info("%s", wanted.state.note)


def spec(clock: Clock) -> ScheduleSpec:
    """Quarters of the hour on the wall at speed 1; in faster worlds their interval, never under 5 s."""
    if clock.speed == 1:
        quarters = [ScheduleRange(0, 59, int(QUARTER_HOUR.total_seconds() // 60))]
        return ScheduleSpec(calendars=[ScheduleCalendarSpec(minute=quarters, hour=[ScheduleRange(0, 23)])])
    return ScheduleSpec(intervals=[ScheduleIntervalSpec(every=clock.real_interval(QUARTER_HOUR))])


def training_spec(clock: Clock) -> ScheduleSpec:
    """Two o'clock UTC, when the day before is rolled up; in faster worlds each of their days."""
    if clock.speed == 1:
        return ScheduleSpec(calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(2)])])
    return ScheduleSpec(intervals=[ScheduleIntervalSpec(every=clock.real_interval(DAY))])


def _training(clock: Clock) -> Schedule:
    """One challenger at a time: while one is in the shadow or waits for a person, no other is learnt."""
    return Schedule(
        action=ScheduleActionStartWorkflow(
            "ModelTraining",
            TrainingInput(clock=clock),
            id="model-training",  # Temporal adds the time
            task_queue=UPKEEP,
            static_summary="A churn model is learnt, and waits for a person's word",
        ),
        spec=training_spec(clock),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=TRAINING_CATCH_UP),
        state=ScheduleState(note=f"Learns a churn model a day (world {_world(clock)})."),
    )


def _world(clock: Clock) -> str:
    return hashlib.sha256(clock.model_dump_json().encode()).hexdigest()[:12]


def _schedule(clock: Clock) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            "EvaluationTick",
            EvaluationInput(clock=clock),
            id=TICK_ID,
            task_queue=UPKEEP,
            static_summary="Every quarter of an hour: everybody is looked at",
        ),
        spec=spec(clock),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=QUARTER_HOUR),
        state=ScheduleState(note=f"Looks at every tutor each quarter of an hour (world {_world(clock)})."),
    )


def _replace_by(wanted: Schedule) -> Callable[[ScheduleUpdateInput], Awaitable[ScheduleUpdate]]:
    async def update(_: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(schedule=wanted)

    return update
