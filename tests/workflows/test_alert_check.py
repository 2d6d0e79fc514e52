"""The check on a quiet or absent tutor: answered by a person, or mended by itself before anybody began."""

import pytest

from retention.messages.cases import RuleResolved, StartCase
from retention.messages.tasks import Claim, Complete
from retention.vocabulary import CaseState, Outcome, TaskKind, TaskState
from tests.factories.cases import ADDED
from tests.factories.tasks import NOTES
from tests.testbed.casework import Office, notes_of, row_of, story_of, task_of, words_of

pytestmark = pytest.mark.timeskipping
TAUGHT_AGAIN = "The tutor has taught again."


async def mended(office: Office, case: StartCase) -> None:
    handle = office.skipper.client.get_workflow_handle(case.case_id)
    at = await office.skipper.now()
    await handle.signal("rule_resolved", RuleResolved(command_id="r", at=at, reason=TAUGHT_AGAIN))
    await office.skipper.rest()


async def test_a_check_ends_with_what_the_person_learnt(office: Office) -> None:
    case = await office.opened(TaskKind.INACTIVITY_CHECK)
    done = Complete(command_id="done", actor="7", outcome=Outcome.EXPLAINED_ABSENCE, form={"notes": NOTES})
    await office.tell("complete", done, task_id=task_of(case).task_id)
    assert (await office.result(case)).outcome is Outcome.EXPLAINED_ABSENCE
    assert row_of(case).state == CaseState.CLOSED


@pytest.mark.recorded("mended")
async def test_a_check_that_nobody_began_goes_when_its_cause_is_gone(office: Office) -> None:
    case = await office.opened(TaskKind.INACTIVITY_CHECK)
    await mended(office, case)
    assert (await office.result(case)).outcome is Outcome.RECOVERED_BY_ITSELF
    task = task_of(case)
    assert (task.state, task.close_reason) == (TaskState.CANCELED, TAUGHT_AGAIN)
    assert row_of(case).note == TAUGHT_AGAIN


@pytest.mark.recorded("mended-while-taken")
async def test_a_check_that_somebody_has_begun_stays_with_them(office: Office) -> None:
    case = await office.opened(TaskKind.NO_SHOW_CHECK)
    task = task_of(case)
    await office.tell("claim", Claim(command_id="mine", actor="7"), task_id=task.task_id)
    await mended(office, case)
    assert task_of(case).state == TaskState.CREATED
    done = Complete(command_id="done", actor="7", outcome=Outcome.TUTOR_CONTACTED, form={"notes": NOTES})
    await office.tell("complete", done, task_id=task.task_id)
    assert (await office.result(case)).outcome is Outcome.TUTOR_CONTACTED
    assert story_of(task) == ["opened", "claimed", "commented", "completed"]  # the good news is on the task


@pytest.mark.recorded("also-found")
async def test_what_is_added_to_a_check_is_in_its_story_and_on_its_task_once(office: Office) -> None:
    case = await office.opened(TaskKind.INACTIVITY_CHECK)
    for _ in range(2):
        await office.found(case, "found")
    assert words_of(case).count(ADDED) == 1
    assert notes_of(task_of(case)) == [("mainstay", ADDED)]
    assert row_of(case).waiting_for.startswith("People Ops to answer: ")


@pytest.mark.recorded("mended-with-more-to-ask")
async def test_a_check_to_which_something_was_added_is_not_taken_back(office: Office) -> None:
    case = await office.opened(TaskKind.INACTIVITY_CHECK)
    await office.found(case, "found")
    await mended(office, case)
    task = task_of(case)
    assert (task.state, row_of(case).state) == (TaskState.CREATED, CaseState.OPEN)
    assert notes_of(task) == [("mainstay", ADDED), ("mainstay", TAUGHT_AGAIN)]
    done = Complete(command_id="done", actor="7", outcome=Outcome.TUTOR_CONTACTED, form={"notes": NOTES})
    await office.tell("complete", done, task_id=task.task_id)
    assert (await office.result(case)).outcome is Outcome.TUTOR_CONTACTED
