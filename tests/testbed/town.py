"""Mainstay whole, as processes of its own, for journeys and faults: each can be killed and started again."""

import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local import children, places, ports
from local.children import Child
from local.processes import SERVICES, Process
from tests.testbed.temporal import TwoNamespaces
from tests.testbed.waiting import eventually

QUICK = {"TEMPORAL_STICKY_SECONDS": "1", "LOG_FORMAT": "text", "SESSION_SECRET": "t" * 32}
TAIL = 4_000  # characters of a log that a failing test shows


@dataclass
class Town:
    """The running processes of one test."""

    folder: Path
    environment: dict[str, str] = field(repr=False)
    running: dict[str, Child] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the pages and the API answer."""
        return self.environment["PUBLIC_URL"]

    def start(self, name: str) -> None:
        """Start one kind of process."""
        process = next(service for service in SERVICES if service.name == name)
        with (self.folder / f"{name}.log").open("ab") as log:
            command = _command(process)
            self.running[name] = children.start(
                command, log=log, environment=self.environment, folder=places.CHECKOUT
            )

    def kill(self, name: str) -> None:
        """End one kind of process as a crash would."""
        child = self.running.pop(name)
        child.send_signal(signal.SIGKILL)
        child.wait()

    def stop(self) -> None:
        """End everything, kindly and all at once."""
        for child in self.running.values():
            child.terminate()
        for child in self.running.values():
            children.stop(child, patience=10)
        self.running.clear()

    def logs(self) -> str:
        """The ends of all logs, for a test that failed."""
        ends = [
            (log.name, log.read_text(errors="replace")[-TAIL:]) for log in sorted(self.folder.glob("*.log"))
        ]
        return "\n".join(f"--- {name}\n{end}" for name, end in ends)

    async def open_for_business(self) -> None:
        """Wait until the pages answer."""
        port = int(self.environment["API_PORT"])

        def answers() -> bool:
            if self.running["api"].poll() is not None:
                pytest.fail(f"The API ended:\n{self.logs()}")
            return ports.answers(port)

        await eventually(answers, within=30)


def _command(process: Process) -> list[str]:
    return [sys.executable, "-m", process.module, *process.arguments]


@contextmanager
def a_town(folder: Path, **wishes: str) -> Iterator[Town]:
    """An empty town; processes are started by the test."""
    port = ports.free_port()
    addresses = {
        "API_HOST": ports.LOOPBACK,
        "API_PORT": str(port),
        "PUBLIC_URL": f"http://{ports.LOOPBACK}:{port}",
    }
    town = Town(folder, os.environ | QUICK | addresses | wishes)
    try:
        yield town
    finally:
        town.stop()


@pytest.fixture
async def town(
    request: pytest.FixtureRequest, data: str, temporal: TwoNamespaces, tmp_path: Path
) -> AsyncIterator[Town]:
    """Every process, on this test's own database and namespaces."""
    with a_town(tmp_path) as everything:
        for service in SERVICES:
            if service.exists:
                everything.start(service.name)
        await everything.open_for_business()
        yield everything
        request.node.add_report_section("teardown", "processes", everything.logs())


@pytest.fixture
async def counter(request: pytest.FixtureRequest, data: str, tmp_path: Path) -> AsyncIterator[Town]:
    """Only the API and its pages, with Temporal out of reach."""
    nowhere = f"{ports.LOOPBACK}:{ports.free_port()}"
    with a_town(tmp_path, TEMPORAL_ADDRESS=nowhere) as api_alone:
        api_alone.start("api")
        await api_alone.open_for_business()
        yield api_alone
        request.node.add_report_section("teardown", "processes", api_alone.logs())
