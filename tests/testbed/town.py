"""Mainstay whole, as processes of its own, for journeys and faults: each can be killed and started again."""

import os
import signal
import sys
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from temporalio.client import Client

from local import children, places, ports, temporal_binary
from local.children import Child
from local.processes import SERVICES
from local.temporal_server import TemporalServer, start_temporal
from retention.clock import Clock
from retention.records import schema, world
from retention.records.database import engine_for
from retention.temporal import namespaces
from retention.temporal.connection import connect
from tests.testbed.postgres import clone, drop
from tests.testbed.waiting import eventually

# How long the work of a killed worker waits for another (guides: seconds instead of minutes).
QUICK = {"TEMPORAL_STICKY_SECONDS": "1", "LOG_FORMAT": "text", "ENVIRONMENT": "test"}
ALL = tuple(one.name for one in SERVICES if one.exists)
TAIL = 3_000  # characters of each log that a failing test shows


@dataclass
class Town:
    """Running processes with a database and namespaces of their own."""

    folder: Path
    environment: Mapping[str, str] = field(repr=False)
    cases: Client
    upkeep: Client
    engine: Engine
    running: dict[str, Child] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the pages and the API answer."""
        return self.environment["PUBLIC_URL"]

    @contextmanager
    def records(self) -> Iterator[Session]:
        """One transaction in the town's database."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def start(self, *names: str) -> None:
        """Start some kinds of process."""
        processes = {service.name: service for service in SERVICES}
        for name in names:
            self.run(name, processes[name].module, *processes[name].arguments)

    def run(self, name: str, module: str, *arguments: str) -> None:
        """Start a module as a process of this town."""
        command = [sys.executable, "-m", module, *arguments]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = children.start(
                command, log=log, environment=self.environment, folder=places.CHECKOUT
            )

    def kill(self, *names: str) -> None:
        """End some kinds of process as a crash would."""
        ended = [self.running.pop(name) for name in names]
        for child in ended:
            child.send_signal(signal.SIGKILL)
        for child in ended:
            child.wait()

    def stop(self) -> None:
        """End everything, kindly and all at once."""
        for child in self.running.values():
            child.terminate()
        for child in self.running.values():
            children.stop(child, patience=15)
        self.running.clear()

    def logs(self) -> str:
        """The ends of all logs, for a test that failed."""
        ends = [
            (log.name, log.read_text(errors="replace")[-TAIL:]) for log in sorted(self.folder.glob("*.log"))
        ]
        return "\n".join(f"--- {name}\n{end}" for name, end in ends)

    async def open_for_business(self) -> None:
        """Wait until the pages answer."""

        def answers() -> bool:
            if self.running["api"].poll() is not None:
                pytest.fail(f"The API ended:\n{self.logs()}")
            return ports.answers(int(self.environment["API_PORT"]))

        await eventually(answers, within=120)


@asynccontextmanager
async def a_town(
    addresses: Mapping[str, str],
    *,
    temporal: str,
    folder: Path,
    processes: Collection[str] = ALL,
    clock: Clock | None = None,
    told: dict[str, str] | None = None,
) -> AsyncIterator[Town]:
    """A town with these processes running; `temporal` is the address of its server.

    Without a `clock` it lives in real time; `told` is put into the environment of its processes.
    """
    mark = uuid4().hex[:12]
    database = _database(addresses, mark)
    own = {"OUTBOX_FOLDER": str(folder / "outbox")} | (told or {})
    environment = _environment(mark, database=database, temporal=temporal) | own
    cases, upkeep = await _namespaces(environment)
    engine = engine_for(database, pool=2)
    town = Town(folder, os.environ | environment, cases, upkeep, engine)
    _begin(town, clock)
    try:
        town.start(*processes)
        await town.open_for_business()
        yield town
    finally:
        town.stop()
        engine.dispose()
        drop(addresses, f"town_{mark}")


def _begin(town: Town, clock: Clock | None) -> None:
    """Let the town's time begin; without a clock it is real time."""
    if clock is not None:
        with town.records() as records:
            world.begin(records, clock)


def _database(addresses: Mapping[str, str], mark: str) -> str:
    """A database of its own, with the guides; the address of the processes' role."""
    cloned = clone(addresses, f"town_{mark}")
    schema.publish_guides(cloned["mainstay_owner"])
    return cloned["mainstay_app"]


def _environment(mark: str, *, database: str, temporal: str) -> dict[str, str]:
    port = str(ports.free_port())
    return QUICK | {
        "DATABASE_URL": database,
        "TEMPORAL_ADDRESS": temporal,
        "TEMPORAL_NAMESPACE": f"cases-{mark}",
        "TEMPORAL_UPKEEP_NAMESPACE": f"upkeep-{mark}",
        "API_HOST": ports.LOOPBACK,
        "API_PORT": port,
        "PUBLIC_URL": f"http://{ports.LOOPBACK}:{port}",
        "SESSION_SECRET": mark * 4,
    }


async def _namespaces(environment: Mapping[str, str]) -> list[Client]:
    names = environment["TEMPORAL_NAMESPACE"], environment["TEMPORAL_UPKEEP_NAMESPACE"]
    clients = [await connect(environment["TEMPORAL_ADDRESS"], name) for name in names]
    for client in clients:
        await namespaces.prepare(client, client.namespace, attributes=True)
    return clients


@dataclass
class OwnServer:
    """A dev server that can be stopped and started again; it remembers what it knew."""

    folder: Path
    port: int = field(default_factory=ports.free_port)
    running: TemporalServer | None = None

    @property
    def address(self) -> str:
        """Where it is, or will be again."""
        return f"{ports.LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.running is None:
            program = temporal_binary.provide()
            self.running = start_temporal(self.folder, program=program, port=self.port, ui=False)

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self.running is not None:
            self.running.stop()
            self.running = None


@pytest.fixture(scope="session")
def town_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    """The Temporal of the town, apart from the other tests': it may be taken away."""
    server = OwnServer(tmp_path_factory.mktemp("temporal"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def lasting_town(
    addresses: Mapping[str, str], town_server: OwnServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    async with a_town(addresses, temporal=town_server.address, folder=folder) as town:
        yield town


@pytest.fixture
def town(request: pytest.FixtureRequest, lasting_town: Town, town_server: OwnServer) -> Iterator[Town]:
    """The run's one town. Each test has its own tutors and colleagues; what it kills is started again."""
    yield lasting_town
    request.node.add_report_section("teardown", "processes", lasting_town.logs())
    town_server.start()
    lasting_town.start(*(name for name in ALL if name not in lasting_town.running))
