"""Processes die in mid-case: nothing is lost, nothing is doubled, and the page tells the truth."""

import pytest
from sqlalchemy import func, select

from retention.records.cases import Case
from retention.records.tasks import Task, TaskLine
from retention.vocabulary import CaseState, TaskState
from tests.journeys.scenes import a_poor_first_session, a_task_in_hand
from tests.testbed.town import Town
from tests.testbed.visitors import Hire
from tests.testbed.waiting import eventually

pytestmark = [pytest.mark.devserver, pytest.mark.browser]


def once_in_effect(town: Town) -> bool:
    """One case, closed; one task, completed; one line of history that says so."""
    with town.records() as records:
        cases = list(records.scalars(select(Case.state)))
        tasks = list(records.scalars(select(Task.state)))
        lines = records.scalar(select(func.count()).select_from(TaskLine).where(TaskLine.act == "completed"))
    return (cases, tasks, lines) == ([CaseState.CLOSED], [TaskState.COMPLETED], 1)


@pytest.mark.parametrize("dead", ["workflows", "activities.work", "switchboard"])
async def test_a_completion_outlives_a_dead_process(doomed_town: Town, visitors: Hire, dead: str) -> None:
    town = doomed_town
    ada = await a_task_in_hand(town, visitors)
    town.kill(dead)
    await ada.press("Complete")
    await ada.read("Saved, not yet applied.")
    town.start(dead)
    await ada.read("Completed.")
    await eventually(lambda: once_in_effect(town), within=30)


@pytest.mark.parametrize("dead", ["workflows", "activities.work", "activities.rules", "switchboard"])
async def test_a_signal_outlives_a_dead_process(doomed_town: Town, visitors: Hire, dead: str) -> None:
    town = doomed_town
    ada = await visitors(town)
    town.kill(dead)
    scene = await a_poor_first_session(town)
    town.start(dead)
    await ada.see_task_of(scene.tutor_name)
    with town.records() as records:
        assert records.scalar(select(func.count()).select_from(Task)) == 1
