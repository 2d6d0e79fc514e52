"""A task that has lived long begins a new run, and remembers everything in it."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from retention.messages.tasks import Claim, Complete, OpenTask, TaskResult, TaskSnapshot
from retention.records.database import transaction
from retention.temporal.queues import CASES
from retention.vocabulary import Outcome, SlaState, TaskState
from tests.factories import platform
from tests.factories.tasks import GOOD_FORM, a_plan, a_task
from tests.testbed.casework import Office
from workflows import task_acts

pytestmark = pytest.mark.timeskipping
ADA, BEN = "7", "8"
EARLIER = Claim(command_id="earlier", actor=ADA)


async def a_second_run(office: Office) -> OpenTask:
    """A task as continue-as-new hands it over: Ada has claimed it in the run before."""
    now = await office.skipper.now()
    with transaction() as session:
        tutor_number, _ = platform.a_tutor(session, at=now)
    task = a_task(opened_at=now, plan=a_plan(now), tutor_number=tutor_number)
    claimed = task_acts.claim(task_acts.opened(task), EARLIER, at=now)
    await office.skipper.client.start_workflow(
        "HumanTask",
        task.model_copy(update={"state": claimed}),
        id=f"task/{task.task_id}",
        task_queue=CASES,
    )
    office.skipper.watch(f"task/{task.task_id}")
    await office.skipper.rest()
    return task


async def test_a_command_of_the_run_before_has_its_answer_and_acts_no_second_time(office: Office) -> None:
    task = await a_second_run(office)
    answer = await office.tell("claim", EARLIER, task_id=task.task_id)
    assert (answer.state.version, answer.state.assignee) == (2, ADA)


async def test_who_had_the_task_still_has_it(office: Office) -> None:
    task = await a_second_run(office)
    with pytest.raises(WorkflowUpdateFailedError):
        await office.tell("claim", Claim(command_id="later", actor=BEN), task_id=task.task_id)


async def test_the_ladder_goes_on_where_it_was(office: Office) -> None:
    task = await a_second_run(office)
    await office.until(task.plan.due_at + timedelta(seconds=1))
    handle = office.skipper.client.get_workflow_handle(f"task/{task.task_id}")
    snapshot: TaskSnapshot = await handle.query("snapshot", result_type=TaskSnapshot)
    assert snapshot.state.sla_state is SlaState.BREACHED
    assert snapshot.state.version == 5
    done = Complete(command_id="done", actor=ADA, outcome=Outcome.COACHED_TUTOR, form=GOOD_FORM)
    await office.tell("complete", done, task_id=task.task_id)
    result = TaskResult.model_validate(await handle.result())
    assert (result.state, result.late) == (TaskState.COMPLETED, True)
