"""Temporal is away while a person completes a task: kept, said so, and applied when it is back."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from local import ports, temporal_binary
from local.temporal_server import TemporalServer, start_temporal
from tests.faults.test_processes_killed import once_in_effect
from tests.journeys.scenes import a_task_in_hand
from tests.testbed.town import Town, a_town
from tests.testbed.visitors import Hire
from tests.testbed.waiting import eventually

pytestmark = [pytest.mark.devserver, pytest.mark.browser]


@dataclass
class OwnServer:
    """A dev server that a test may stop and start again; it remembers what it knew."""

    folder: Path
    port: int
    running: TemporalServer | None = None

    def start(self) -> None:
        program = temporal_binary.provide()
        self.running = start_temporal(self.folder, program=program, port=self.port, ui=False)

    def stop(self) -> None:
        if self.running is not None:
            self.running.stop()
            self.running = None


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[OwnServer]:
    server = OwnServer(tmp_path / "temporal", ports.free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def town_of_its_own(
    addresses: Mapping[str, str], own_server: OwnServer, tmp_path: Path
) -> AsyncIterator[Town]:
    address = f"{ports.LOOPBACK}:{own_server.port}"
    async with a_town(addresses, temporal=address, folder=tmp_path) as town:
        yield town


async def test_a_completion_outlives_temporal(
    town_of_its_own: Town, own_server: OwnServer, visitors: Hire
) -> None:
    ada = await a_task_in_hand(town_of_its_own, visitors)
    own_server.stop()
    await ada.press("Complete")
    await ada.read("Saved, not yet applied.")
    await ada.page.reload()
    await ada.read("Saved, not yet applied.")
    own_server.start()
    await ada.read("Completed.")
    await eventually(lambda: once_in_effect(town_of_its_own), within=30)
