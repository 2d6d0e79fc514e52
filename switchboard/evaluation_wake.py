"""Starts the evaluation within a second of a fact that needs it. A running one is left to work."""

import asyncio
import logging
from contextlib import suppress

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from retention.messages.evaluation import EvaluationInput
from retention.records import batches, world
from retention.records.announcements import Channel, heard
from retention.records.database import Session
from retention.temporal.queues import UPKEEP
from switchboard.delivery import PATIENCE
from switchboard.relay import in_transaction
from workflows.evaluation import EVALUATION_ID, SUMMARY

LOOK_EVERY = 1.0  # seconds, when nothing wakes it
SHORTEST_PAUSE = 0.2  # seconds between two starts, however much comes in

log = logging.getLogger("mainstay.switchboard")


async def run(client: Client) -> None:
    """Watch for marks for ever."""
    news = asyncio.Event()
    ear = asyncio.create_task(_listen(news))
    try:
        while True:
            news.clear()
            given = await in_transaction(due)
            if given is not None:
                await start(client, given)
            await asyncio.sleep(SHORTEST_PAUSE)
            with suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), LOOK_EVERY - SHORTEST_PAUSE)
    finally:
        ear.cancel()
        await asyncio.gather(ear, return_exceptions=True)


async def start(client: Client, given: EvaluationInput) -> None:
    """Start the evaluation unless it runs; without Temporal it is tried again a second later."""
    try:
        await client.start_workflow(
            "Evaluation",
            given,
            id=EVALUATION_ID,
            task_queue=UPKEEP,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=SUMMARY,
            rpc_timeout=PATIENCE,
        )
    except (RPCError, RuntimeError) as away:
        log.warning("The evaluation could not be started yet: %s", str(away)[:200])


def due(session: Session) -> EvaluationInput | None:
    """What the evaluation starts with, when a tutor waits for it."""
    clock = world.the_clock(session)
    return EvaluationInput(clock=clock) if batches.anything_waits(session, clock.now()) else None


async def _listen(news: asyncio.Event) -> None:
    async for _ in heard(Channel.DIRTY, listening=news.set):
        news.set()
