"""The relay: every pending command is delivered, at once when Temporal answers, in order per target."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from temporalio.client import Client

from retention.records import command_queue, hops
from retention.records.announcements import Channel, heard
from retention.records.command_queue import HeldCommand
from retention.records.database import Session, transaction
from retention.vocabulary import CommandKind, CommandState, Hop
from switchboard.delivery import Answer, deliver

AT_ONCE = 32  # commands in delivery at a time
LEASE = timedelta(seconds=8)  # longer than one attempt; what a killed relay held comes back after it
LOOK_EVERY = 1.0  # seconds, when nothing wakes it
FIRST_PAUSE = timedelta(seconds=0.25)  # before a second attempt; doubles
LONGEST_PAUSE = timedelta(seconds=5)

log = logging.getLogger("mainstay.switchboard")
Got = TypeVar("Got")


class Relay:
    """Delivers commands; remembers what is under way."""

    def __init__(self, clients: dict[str, Client]) -> None:
        self._clients = clients
        self._under_way: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Deliver for ever."""
        ear = asyncio.create_task(self._listen())
        try:
            while True:
                self._news.clear()
                await self._deliver_what_is_due()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), LOOK_EVERY)
        finally:
            ear.cancel()
            await asyncio.gather(ear, *self._under_way, return_exceptions=True)

    async def _listen(self) -> None:
        async for _ in heard(Channel.COMMANDS, listening=self._news.set):
            self._news.set()

    async def _deliver_what_is_due(self) -> None:
        free = AT_ONCE - len(self._under_way)
        if free <= 0:
            return
        for command in await in_transaction(lambda session: _take(session, free)):
            delivery = asyncio.create_task(self._deliver(command))
            self._under_way.add(delivery)
            delivery.add_done_callback(self._ended)

    def _ended(self, delivery: asyncio.Task[None]) -> None:
        self._under_way.discard(delivery)
        self._news.set()  # the next of the same target may go now
        if not delivery.cancelled() and (fault := delivery.exception()) is not None:
            log.error("A delivery failed; the command comes back.", exc_info=fault)

    async def _deliver(self, command: HeldCommand) -> None:
        answer = await deliver(self._clients[command.namespace], command)
        await in_transaction(lambda session: _write_down(session, command, answer))
        said = answer.answer.get("type", "")
        log.info("%s %s to %s: %s %s", command.kind, command.name, command.target, answer.state, said)


def pause_after(attempts: int) -> timedelta:
    """How long a command waits after so many attempts."""
    doubled: int = 2 ** min(attempts - 1, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


async def in_transaction(ask: Callable[[Session], Got]) -> Got:
    """One transaction on a thread of its own, as soon as the database answers."""
    return await asyncio.to_thread(_ask, ask)


def _ask(ask: Callable[[Session], Got]) -> Got:
    with transaction() as session:
        return ask(session)


def _take(session: Session, most: int) -> list[HeldCommand]:
    now = datetime.now(UTC)
    return command_queue.take(session, at=now, held_until=now + LEASE, most=most)


def _write_down(session: Session, command: HeldCommand, answer: Answer) -> None:
    now = datetime.now(UTC)
    if answer.state is CommandState.PENDING:
        command_queue.try_again(session, command, at=now + pause_after(command.attempts))
        return
    command_queue.settle(session, command, answer.state, answer=answer.answer, at=now)
    if command.kind is CommandKind.START and answer.state is CommandState.APPLIED:
        hops.case_reached(session, command.target, Hop.STARTED, at=now)
