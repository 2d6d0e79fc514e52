"""Processes die in mid-case: nothing is lost, nothing is doubled, and the page tells the truth."""

import pytest

from tests.journeys.scenes import a_poor_first_session, a_task_in_hand, completed_once, tasks_of
from tests.testbed.town import Town
from tests.testbed.visitors import Hire
from tests.testbed.waiting import eventually

pytestmark = [pytest.mark.devserver, pytest.mark.browser]


@pytest.mark.parametrize("dead", ["workflows", "activities.work", "switchboard"])
async def test_a_completion_outlives_a_dead_process(town: Town, visitors: Hire, dead: str) -> None:
    ada, scene = await a_task_in_hand(town, visitors)
    town.kill(dead)
    await ada.press("Complete")
    await ada.read("Saved, not yet applied.")
    town.start(dead)
    await ada.read("Completed.")
    await eventually(lambda: completed_once(town, scene), within=30)


@pytest.mark.parametrize("dead", ["workflows", "activities.work", "activities.rules", "switchboard"])
async def test_a_signal_outlives_a_dead_process(town: Town, visitors: Hire, dead: str) -> None:
    ada = await visitors(town)
    town.kill(dead)
    scene = await a_poor_first_session(town)
    town.start(dead)
    await ada.see_task_of(scene.tutor_name)
    assert len(tasks_of(town, scene.session_id)) == 1
