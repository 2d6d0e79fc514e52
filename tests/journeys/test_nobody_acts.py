"""A task that nobody does: reminded, overdue, offered to the ops manager, and still completed, late."""

from datetime import timedelta

import pytest

from retention import calendars
from retention.messages.cases import StartCase
from retention.messages.tasks import Complete
from retention.records.tasks import Task
from retention.vocabulary import CaseState, Outcome, OwnerGroup, SlaState, TaskState
from tests.factories.tasks import NOTES
from tests.testbed.casework import SECOND, Office, row_of, story_of, task_of

pytestmark = pytest.mark.timeskipping
WEEKS = timedelta(days=40)
LATE_ANSWER = Complete(
    command_id="done",
    actor="7",
    outcome=Outcome.NO_ACTION_NEEDED,
    form={"notes": NOTES, "follow_up": "close_now"},
)


async def climbed(office: Office, case: StartCase, act: str) -> Task:
    """The task after its next step, which came neither a moment early nor late."""
    before = task_of(case)
    assert before.next_act == act
    assert before.next_at is not None
    await office.until(before.next_at - 5 * SECOND)
    assert task_of(case).version == before.version
    await office.until(before.next_at + SECOND)
    assert story_of(before)[-1] == act
    return task_of(case)


@pytest.mark.recorded("nobody-acts")
async def test_nobody_acts_until_it_is_late(office: Office) -> None:
    case = await office.opened()
    task = task_of(case)
    assert task.due_at == calendars.add_business_days(calendars.office(), task.opened_at, 1)
    assert story_of(task) == ["opened"]
    for act in ("reminded", "reminded", "breached", "escalated"):
        task = await climbed(office, case, act)
    assert (task.sla_state, task.escalation_level) == (SlaState.BREACHED, 1)
    assert task.candidate_groups == [OwnerGroup.PEOPLE_OPS, OwnerGroup.OPS_MANAGER]
    assert (task.next_at, task.state) == (None, TaskState.CREATED)

    await office.until(task.due_at + WEEKS)  # it waits for as long as it takes; nothing ends it by itself
    assert task_of(case).version == task.version

    await office.tell("complete", LATE_ANSWER, task_id=task.task_id)
    result = await office.result(case)
    assert (result.outcome, result.late) == (Outcome.NO_ACTION_NEEDED, True)
    closed = row_of(case)
    assert (closed.state, closed.outcome, closed.waiting_for) == (CaseState.CLOSED, result.outcome, "")
