"""The product's main job: a first session goes badly, and a person hears of it in seconds and acts."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from retention.messages.cases import CaseResult
from retention.records.cases import Case
from retention.records.hops import SignalHop
from retention.records.tasks import Task
from retention.vocabulary import CaseState, Hop, Outcome
from tests.factories import wire
from tests.factories.tasks import NOTES
from tests.testbed.town import Town
from tests.testbed.visitors import Hire, a_platform
from tests.testbed.waiting import eventually

pytestmark = [pytest.mark.devserver, pytest.mark.browser]


def a_name() -> str:
    """A tutor's name that no other test uses."""
    return f"Grace {uuid4().hex[:8]}"


async def test_a_poor_first_session_is_reviewed_by_a_person(town: Town, visitors: Hire) -> None:
    tutor_name = a_name()
    ada = await visitors(town)
    async with a_platform(town) as platform:
        tutor_id = await platform.tutor(name=tutor_name)
        session, said = wire.a_poor_first_session(tutor_id, start=datetime.now(UTC) - 2 * wire.AN_HOUR)
        assert await platform.post(session, said) == [201, 201]

    await ada.see_task_of(tutor_name)
    await ada.open_task_of(tutor_name)
    await ada.read("What the student said")
    await ada.press("Claim")
    await ada.read("This task is yours.")
    await ada.fill_in(NOTES, outcome="contacted_student", follow_up="close_now")
    await ada.press("Complete")
    await ada.read("Completed.")

    case = await eventually(lambda: closed_case(town, str(session["session_id"])))
    assert case.outcome == Outcome.CONTACTED_STUDENT
    result = await town.cases.get_workflow_handle(case.case_id, result_type=CaseResult).result()
    assert (result.outcome, result.late) == (Outcome.CONTACTED_STUDENT, False)
    assert {Hop.KNOWN, Hop.JUDGED, Hop.TASK_OPEN} <= hops(town, str(said["event_id"]))


def closed_case(town: Town, session_id: str) -> Case | None:
    with town.records() as records:
        return records.scalars(
            select(Case).where(Case.session_id == session_id, Case.state == CaseState.CLOSED)
        ).one_or_none()


def hops(town: Town, event_id: str) -> set[str]:
    with town.records() as records:
        return set(records.scalars(select(SignalHop.hop).where(SignalHop.event_id == event_id)))


async def test_the_same_records_posted_twice_are_one_case_and_one_task(town: Town, visitors: Hire) -> None:
    tutor_name = a_name()
    ada = await visitors(town)
    async with a_platform(town) as platform:
        tutor_id = await platform.tutor(name=tutor_name)
        session, said = wire.a_poor_first_session(tutor_id, start=datetime.now(UTC) - 2 * wire.AN_HOUR)
        first = await platform.post(session, said)
        assert await platform.post(session, said) == first
        await ada.see_task_of(tutor_name)
        assert await platform.post(session, said) == first
        other_body = said | {"overall_rating": 5}
        assert await platform.post(other_body) == [409]
    assert len(tasks_of(town, str(session["session_id"]))) == 1


def tasks_of(town: Town, session_id: str) -> list[Task]:
    with town.records() as records:
        cases = select(Case.case_id).where(Case.session_id == session_id)
        return list(records.scalars(select(Task).where(Task.case_id.in_(cases))))


async def test_who_completes_second_reads_who_was_first_and_loses_nothing(town: Town, visitors: Hire) -> None:
    tutor_name = a_name()
    ada, ben = await visitors(town), await visitors(town, "Ben Moor")
    async with a_platform(town) as platform:
        tutor_id = await platform.tutor(name=tutor_name)
        await platform.post(*wire.a_poor_first_session(tutor_id, start=datetime.now(UTC) - 2 * wire.AN_HOUR))
    await ada.see_task_of(tutor_name)
    for colleague in (ada, ben):
        await colleague.open_task_of(tutor_name)
        await colleague.fill_in(NOTES, outcome="contacted_student", follow_up="close_now")
    await ada.press("Complete")
    await ada.read("Completed.")
    await ben.press("Complete")
    await ben.read(f"{ada.account.name} completed this task")
    await ben.read(NOTES)
