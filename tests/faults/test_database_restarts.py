"""The database drops every connection, as at a restart: pages, relay and workers find their way back."""

from collections.abc import Mapping

import psycopg
import pytest
from sqlalchemy import make_url

from tests.journeys.scenes import a_poor_first_session, a_task_in_hand, completed_once
from tests.testbed.postgres import in_libpq
from tests.testbed.town import Town
from tests.testbed.visitors import Hire
from tests.testbed.waiting import eventually

pytestmark = [pytest.mark.devserver, pytest.mark.browser]


def drop_connections(town: Town, addresses: Mapping[str, str]) -> int:
    """End every connection to the town's database; how many there were."""
    name = make_url(town.environment["DATABASE_URL"]).database
    with psycopg.connect(in_libpq(addresses["postgres"]), autocommit=True) as door:
        ended = door.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", [name]
        ).fetchone()
    return int(ended[0]) if ended else 0


async def test_a_completion_and_the_next_signal_outlive_dropped_connections(
    town: Town, addresses: Mapping[str, str], visitors: Hire
) -> None:
    ada, scene = await a_task_in_hand(town, visitors)
    ben = await visitors(town, "Ben Moor")
    assert drop_connections(town, addresses) > 0
    await ada.press("Complete")
    await ada.read("Completed.")
    await eventually(lambda: completed_once(town, scene), within=30)
    another = await a_poor_first_session(town)
    await ben.see_task_of(another.tutor_name)  # heard through a new ear, in a page that nobody reloaded
