"""The product's main job: a first session goes badly, and a person hears of it in seconds and acts."""

import pytest

from retention.messages.cases import CaseResult
from retention.vocabulary import Hop, Outcome
from tests.factories.tasks import NOTES
from tests.journeys.scenes import ANSWERS, a_poor_first_session, closed_case, hops, tasks_of
from tests.testbed.town import Town
from tests.testbed.visitors import Hire, a_platform
from tests.testbed.waiting import eventually

pytestmark = [pytest.mark.devserver, pytest.mark.browser]


async def test_a_poor_first_session_is_reviewed_by_a_person(town: Town, visitors: Hire) -> None:
    ada = await visitors(town)
    scene = await a_poor_first_session(town)
    await ada.see_task_of(scene.tutor_name)
    await ada.open_task_of(scene.tutor_name)
    await ada.read("What the student said")
    await ada.press("Claim")
    await ada.read("This task is yours.")
    await ada.fill_in(NOTES, **ANSWERS)
    await ada.press("Complete")
    await ada.read("Completed.")

    case = await eventually(lambda: closed_case(town, scene.session_id))
    assert case.outcome == Outcome.CONTACTED_STUDENT
    result = await town.cases.get_workflow_handle(case.case_id, result_type=CaseResult).result()
    assert (result.outcome, result.late) == (Outcome.CONTACTED_STUDENT, False)
    stations = [hops(town, str(record["event_id"])) for record in (scene.session, scene.said)]
    assert set(Hop) in stations  # of the record that tipped the scales; known together, either may


async def test_the_same_records_posted_again_are_one_case_and_one_task(town: Town, visitors: Hire) -> None:
    ada = await visitors(town)
    scene = await a_poor_first_session(town)
    async with a_platform(town) as platform:
        again = await platform.post(scene.session, scene.said)
        await ada.see_task_of(scene.tutor_name)
        late = await platform.post(scene.session, scene.said)
        assert all(status in (200, 201) for status in again + late)
        assert await platform.post(scene.said | {"overall_rating": 5}) == [409]
    assert len(tasks_of(town, scene.session_id)) == 1
