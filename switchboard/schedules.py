"""The schedule, made or mended at every start: a look at everybody each quarter hour."""

import hashlib
import logging
from collections.abc import Awaitable, Callable

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
from temporalio.service import RPCError, RPCStatusCode

from retention.clock import Clock
from retention.messages.evaluation import EvaluationInput
from retention.policy import QUARTER_HOUR
from retention.temporal.queues import UPKEEP

SCHEDULE_ID = "evaluation-every-quarter-hour"
TICK_ID = "evaluation-tick"
FORMER = ("model-training-daily",)  # each day's end asks for a training now (retention/records/model_days.py)

log = logging.getLogger("mainstay.switchboard")


async def ensure(client: Client, clock: Clock) -> None:
    """Make the schedule, or bring it up to date when this world's differs. Repeatable."""
    await _ensure(client, SCHEDULE_ID, _schedule(clock))
    for schedule_id in FORMER:
        await _forget(client, schedule_id)


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


async def _forget(client: Client, schedule_id: str) -> None:
    try:
        await client.get_schedule_handle(schedule_id).delete()
    except RPCError as fault:
        if fault.status is not RPCStatusCode.NOT_FOUND:
            raise


def spec(clock: Clock) -> ScheduleSpec:
    """Quarters of the hour on the wall at speed 1; in faster worlds their interval, never under 5 s."""
    if clock.speed == 1:
        quarters = [ScheduleRange(0, 59, int(QUARTER_HOUR.total_seconds() // 60))]
        return ScheduleSpec(calendars=[ScheduleCalendarSpec(minute=quarters, hour=[ScheduleRange(0, 23)])])
    return ScheduleSpec(intervals=[ScheduleIntervalSpec(every=clock.real_interval(QUARTER_HOUR))])


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
