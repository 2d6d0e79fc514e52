"""Two people at one task: the first one's answer counts, and the second loses nothing."""

import asyncio

import pytest

from tests.factories.tasks import NOTES
from tests.journeys.scenes import a_poor_first_session, answering, closed_case, tasks_of
from tests.testbed.town import Town
from tests.testbed.visitors import Hire
from tests.testbed.waiting import eventually

pytestmark = [pytest.mark.devserver, pytest.mark.browser]


async def test_of_two_at_the_same_moment_one_is_first_and_the_other_reads_who(
    town: Town, visitors: Hire
) -> None:
    ada, ben = await visitors(town), await visitors(town, "Ben Moor")
    scene = await a_poor_first_session(town)
    for colleague in (ada, ben):
        await answering(colleague, scene)
    await asyncio.gather(ada.press("Complete"), ben.press("Complete"))
    await eventually(lambda: closed_case(town, scene.session_id))
    (task,) = tasks_of(town, scene.session_id)
    first, second = (ada, ben) if task.completed_by == str(ada.account.id) else (ben, ada)
    await first.read("Completed.")
    await second.read(f"{first.account.name} completed this task")
    await second.read(NOTES)


async def test_who_still_writes_sees_at_once_that_a_colleague_was_first_and_loses_nothing(
    town: Town, visitors: Hire
) -> None:
    ada, ben = await visitors(town), await visitors(town, "Ben Moor")
    scene = await a_poor_first_session(town)
    for colleague in (ada, ben):
        await answering(colleague, scene)
    await ada.press("Complete")
    await ben.read(f"{ada.account.name} completed this task")
    await ben.read(NOTES)
