"""A tutor resigns while a case is open: everything that waits for that tutor comes to its end by itself."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from retention.messages.cases import CaseResult
from retention.records.commands import Command
from retention.records.tutors import Tutor
from retention.vocabulary import CommandState, Outcome, TaskState, TutorStatus
from tests.factories import platform as records_of
from tests.journeys.scenes import a_poor_first_session, closed_case, tasks_of
from tests.testbed.town import Town
from tests.testbed.visitors import a_platform
from tests.testbed.waiting import eventually

pytestmark = pytest.mark.devserver


async def test_a_posted_resignation_ends_the_open_case_of_the_tutor(town: Town) -> None:
    scene = await a_poor_first_session(town)
    await eventually(lambda: tasks_of(town, scene.session_id), within=40)
    tutor_id, now = str(scene.session["tutor_id"]), datetime.now(UTC)
    at_once = {"effective_on": now.isoformat()}
    notice = records_of.an_act(tutor_id, "resignation_notice", at=now, **at_once)
    async with a_platform(town) as platform:
        assert await platform.post(notice) == [201]
        case = await eventually(lambda: closed_case(town, scene.session_id), within=40)
        assert await platform.post(notice) == [200]  # once more, and nothing comes of it
    assert case.outcome == Outcome.CHURNED
    result = await town.cases.get_workflow_handle(case.case_id, result_type=CaseResult).result()
    assert result.outcome is Outcome.CHURNED
    (task,) = tasks_of(town, scene.session_id)
    assert (task.state, task.close_reason) == (TaskState.CANCELED, case.note)
    with town.records() as records:
        status = records.scalars(select(Tutor.status).where(Tutor.external_id == tutor_id)).one()
        told = select(Command.state).where(Command.target == case.case_id, Command.name == "tutor_left")
        assert (status, list(records.scalars(told))) == (TutorStatus.CHURNED, [CommandState.APPLIED])
