"""The relay dies between handing a command to Temporal and writing that down: it acts once all the same."""

from datetime import UTC, datetime, timedelta

import pytest

from retention.records import command_queue
from retention.vocabulary import CommandState
from switchboard.delivery import deliver
from tests.journeys.scenes import a_task_in_hand, completed_once
from tests.testbed.town import Town
from tests.testbed.visitors import Hire
from tests.testbed.waiting import eventually

pytestmark = [pytest.mark.devserver, pytest.mark.browser]
LEASE = timedelta(seconds=2)


async def test_a_command_delivered_but_not_written_down_acts_once(town: Town, visitors: Hire) -> None:
    ada, scene = await a_task_in_hand(town, visitors)
    town.kill("switchboard")
    await ada.press("Complete")
    await ada.read("Saved, not yet applied.")
    with town.records() as records:
        now = datetime.now(UTC)
        (held,) = command_queue.take(records, at=now, held_until=now + LEASE, most=1)
    assert (await deliver(town.cases, held)).state is CommandState.APPLIED
    town.start("switchboard")
    await ada.read("Completed.")
    await eventually(lambda: completed_once(town, scene), within=30)
    with town.records() as records:
        assert command_queue.health(records).pending == 0
