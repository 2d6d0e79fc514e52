"""Temporal with a clock that only moves when told: weeks of waiting in milliseconds, to the second."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.empty_pb2 import Empty
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.testservice.v1 import SleepRequest
from temporalio.client import Client
from temporalio.service import RPCError

from local.time_skipping_server import TimeSkippingServer, start_time_skipping
from retention.temporal.connection import connect
from retention.temporal.search_attributes import TYPES
from tests.testbed.settling import settled, unfinished

NAMESPACE = "default"  # the only one this server has
PROBE = timedelta(seconds=60)
PROBE_PATIENCE = 2.0  # seconds; a healthy server answers in 5 ms
MOVE_PATIENCE = 60.0
FIRST_START = 30.0


@dataclass
class Skipper:
    """A server whose time stands still, and the workflows to wait for before and after moving it."""

    client: Client
    watched: list[str] = field(default_factory=list)

    def watch(self, workflow_id: str) -> None:
        """Let this workflow and its children come to rest before time moves on."""
        self.watched.append(workflow_id)

    async def now(self) -> datetime:
        """The server's time."""
        answer = await self.client.test_service.get_current_time(Empty())
        return answer.time.ToDatetime(tzinfo=UTC)

    async def rest(self) -> None:
        """Wait until every watched workflow waits for nothing but the world."""
        await settled(self.client, *self.watched)

    async def move(self, by: timedelta) -> None:
        """Let everything come to rest, move time, let everything that this caused come to rest."""
        await self.rest()
        await _sleep(self.client, by, patience=MOVE_PATIENCE)
        await self.rest()

    async def open_runs(self) -> list[str]:
        """The watched workflows that have not ended, and their children, children first."""
        return await unfinished(self.client, *self.watched)


async def _sleep(client: Client, by: timedelta, *, patience: float) -> None:
    length = Duration()
    length.FromTimedelta(by)
    await asyncio.wait_for(
        client.test_service.unlock_time_skipping_with_sleep(SleepRequest(duration=length)), patience
    )


class Servers:
    """The test process's one server, replaced when its clock no longer moves."""

    def __init__(self) -> None:
        self._server: TimeSkippingServer | None = None

    async def client(self) -> Client:
        """A client of a server whose clock is known to move."""
        client = await self._connected()
        with suppress(TimeoutError, RPCError):
            await _sleep(client, PROBE, patience=PROBE_PATIENCE)
            return client
        self.stop()
        return await self._connected()

    async def _connected(self) -> Client:
        if self._server is not None:
            return await connect(self._server.address, NAMESPACE)
        self._server = start_time_skipping()
        client = await asyncio.wait_for(_patiently(self._server.address), FIRST_START)
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=NAMESPACE, search_attributes=TYPES)
        )
        return client

    def stop(self) -> None:
        """End the server; the next test gets a new one."""
        if self._server is not None:
            self._server.stop()
            self._server = None


async def _patiently(address: str) -> Client:
    while True:
        with suppress(RuntimeError):
            return await connect(address, NAMESPACE)
        await asyncio.sleep(0.05)


@pytest.fixture(scope="session")
def time_skipping_servers() -> Iterator[Servers]:
    servers = Servers()
    yield servers
    servers.stop()


@pytest.fixture
async def skipper(time_skipping_servers: Servers) -> Skipper:
    """Temporal whose time stands still until `move`."""
    return Skipper(await time_skipping_servers.client())
