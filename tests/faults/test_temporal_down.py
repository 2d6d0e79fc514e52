"""Temporal is away while a person completes a task: kept, said so, and applied when it is back."""

import pytest

from tests.journeys.scenes import a_task_in_hand, completed_once
from tests.testbed.town import OwnServer, Town
from tests.testbed.visitors import Hire
from tests.testbed.waiting import eventually

pytestmark = [pytest.mark.devserver, pytest.mark.browser]


async def test_a_completion_outlives_temporal(town: Town, town_server: OwnServer, visitors: Hire) -> None:
    ada, scene = await a_task_in_hand(town, visitors)
    town_server.stop()
    await ada.press("Complete")
    await ada.read("Saved, not yet applied.")
    await ada.page.reload()
    await ada.read("Saved, not yet applied.")
    town_server.start()
    await ada.read("Completed.")
    await eventually(lambda: completed_once(town, scene), within=30)
