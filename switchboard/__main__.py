"""`python -m switchboard`: delivers commands, wakes the evaluation, keeps the schedule, reconciles."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from retention.records import world
from retention.records.commands import CASES, UPKEEP
from retention.settings import settings
from retention.temporal import serving
from retention.temporal.connection import connect
from switchboard import evaluation_wake, model_training, reconciler, schedules
from switchboard.relay import Relay, in_transaction

AGAIN_AFTER = 1.0  # seconds until a part that failed begins anew
RECONCILE_EVERY = 600.0  # seconds

log = logging.getLogger("mainstay.switchboard")


async def main() -> None:
    """All parts, until told to stop. Temporal and the database may be away at the start, and go and come."""
    told = settings()
    cases = await connect(told.temporal_address, told.temporal_namespace, lazy=True)
    upkeep = await connect(told.temporal_address, told.temporal_upkeep_namespace, lazy=True)

    async def keep_schedule() -> None:
        await schedules.ensure(upkeep, await in_transaction(world.the_clock))

    async def reconcile() -> None:
        while True:
            await reconciler.reconcile(cases)
            await model_training.reconcile(upkeep)
            await asyncio.sleep(RECONCILE_EVERY)

    log.info("The switchboard is open.")
    async with asyncio.TaskGroup() as group:
        for name, part in (
            ("relay", Relay({CASES: cases, UPKEEP: upkeep}).run),
            ("evaluation wake", partial(evaluation_wake.run, upkeep)),
            ("schedule", keep_schedule),
            ("reconciler", reconcile),
        ):
            group.create_task(keep_going(name, part))


async def keep_going(name: str, part: Callable[[], Awaitable[None]]) -> None:
    """Run a part; when the database or Temporal goes away under it, begin it anew a little later."""
    while True:
        try:
            await part()
        except Exception as fault:  # noqa: BLE001 (a part that fails must not take the others with it)
            log.warning("The %s begins anew: %s", name, str(fault)[:300])
            await asyncio.sleep(AGAIN_AFTER)
        else:
            return


if __name__ == "__main__":
    serving.serve(main)
