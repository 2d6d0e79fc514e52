"""A town on a Monday morning whose workers are killed where a plan says."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import orjson
import pytest

from retention.clock import Clock
from tests.factories.effects import evaluated
from tests.faults import mortal
from tests.faults.people import monday
from tests.testbed.town import OwnServer, Town, a_town

DAY = timedelta(days=1)
WORKERS = (mortal.WORKFLOWS, *mortal.QUEUES)


@dataclass(frozen=True)
class MortalTown:
    """The town, its clock, and who dies where."""

    town: Town
    clock: Clock

    def plan(self, deaths: Mapping[str, str]) -> None:
        """For each await of `mortal.place`: whose worker dies there, once."""
        written = self.town.folder / "plan.json.new"
        written.write_bytes(orjson.dumps(dict(deaths)))
        written.replace(self.town.folder / "plan.json")

    def died(self) -> int:
        """How many of all planned deaths took place."""
        return len(list(self.town.folder.glob("died-*")))

    def kill_all(self) -> None:
        """Every worker dies at once."""
        for kind in WORKERS:
            mortal.kill(kind, folder=self.town.folder)


@pytest.fixture(scope="session")
async def mortal_town(
    addresses: Mapping[str, str], town_server: OwnServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[MortalTown]:
    """Pages and switchboard as ever, and mortal workers."""
    folder, clock = tmp_path_factory.mktemp("mortal"), monday()
    own = {"MORTAL_FOLDER": str(folder)}
    processes = ("api", "switchboard")
    async with a_town(
        addresses, temporal=town_server.address, folder=folder, processes=processes, clock=clock, told=own
    ) as town:
        here = MortalTown(town, clock)
        with town.records() as records:  # nobody scores or judges here, and no look has to wait for that
            evaluated(records, clock.now() + 30 * DAY)
        here.plan({})
        for kind in WORKERS:
            town.run(f"mortal-{kind}", "tests.faults.mortal", kind)
        yield here
