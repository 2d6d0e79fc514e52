"""Processes die in mid-case: nothing is lost, nothing is doubled, and the page tells the truth."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from retention.records.cases import Case
from retention.records.tasks import Task, TaskLine
from retention.vocabulary import CaseState, TaskState
from tests.factories import wire
from tests.factories.tasks import NOTES
from tests.testbed.town import Town
from tests.testbed.visitors import Colleague, Hire, a_platform
from tests.testbed.waiting import eventually

pytestmark = [pytest.mark.devserver, pytest.mark.browser]
CHOICES = {"outcome": "contacted_student", "follow_up": "close_now"}


async def a_task_in_hand(town: Town, visitors: Hire) -> Colleague:
    """A colleague who has filled in the form of a new task, and has not sent it yet."""
    tutor_name = f"Grace {uuid4().hex[:8]}"
    ada = await visitors(town)
    await poor_session(town, tutor_name)
    await ada.see_task_of(tutor_name)
    await ada.open_task_of(tutor_name)
    await ada.fill_in(NOTES, **CHOICES)
    return ada


async def poor_session(town: Town, tutor_name: str) -> None:
    async with a_platform(town) as platform:
        tutor_id = await platform.tutor(name=tutor_name)
        records = wire.a_poor_first_session(tutor_id, start=datetime.now(UTC) - 2 * wire.AN_HOUR)
        assert await platform.post(*records) == [201, 201]


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
    tutor_name = f"Grace {uuid4().hex[:8]}"
    ada = await visitors(town)
    town.kill(dead)
    await poor_session(town, tutor_name)
    town.start(dead)
    await ada.see_task_of(tutor_name)
    with town.records() as records:
        assert records.scalar(select(func.count()).select_from(Task)) == 1
