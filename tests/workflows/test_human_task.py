"""The task as its workflow keeps it: acts in order, refused with a sentence, each once in effect."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from retention.messages.tasks import Claim, Comment, Complete, SetDueDate, Snooze, Unclaim
from retention.vocabulary import Outcome, SlaState, TaskState
from tests.factories.tasks import NOTES
from tests.testbed.casework import SECOND, Office, row_of, story_of, task_of

pytestmark = pytest.mark.timeskipping
ADA, BEN = "7", "8"
FORM = {"notes": NOTES, "follow_up": "close_now"}


def completion(actor: str, command_id: str) -> Complete:
    return Complete(command_id=command_id, actor=actor, outcome=Outcome.NO_ACTION_NEEDED, form=FORM)


async def test_who_comes_second_reads_why_and_changes_nothing(office: Office) -> None:
    task = task_of(await office.opened())
    await office.tell("claim", Claim(command_id="ada", actor=ADA), task_id=task.task_id)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await office.tell("claim", Claim(command_id="ben", actor=BEN), task_id=task.task_id)
    cause = refused.value.cause
    assert isinstance(cause, ApplicationError)
    assert (cause.type, cause.message) == ("HeldByAnother", "Somebody else has taken this task.")
    await office.skipper.rest()
    assert story_of(task) == ["opened", "claimed"]


async def test_the_same_command_twice_acts_once_and_answers_twice(office: Office) -> None:
    task = task_of(await office.opened())
    claim = Claim(command_id="ada", actor=ADA)
    first = await office.tell("claim", claim, task_id=task.task_id)
    again = await office.tell("claim", claim, task_id=task.task_id)
    assert (first.state.version, again.state.version) == (2, 2)
    assert story_of(task) == ["opened", "claimed"]


@pytest.mark.recorded("claimed-commented-unclaimed")
async def test_acts_reach_the_inbox_in_their_order(office: Office) -> None:
    task = task_of(await office.opened())
    acts = (
        ("claim", Claim(command_id="1", actor=ADA)),
        ("comment", Comment(command_id="2", actor=BEN, text="The student has called again.")),
        ("unclaim", Unclaim(command_id="3", actor=ADA)),
    )
    for update, command in acts:
        await office.tell(update, command, task_id=task.task_id)
    assert story_of(task) == ["opened", "claimed", "commented", "unclaimed"]


@pytest.mark.recorded("put-aside")
async def test_a_task_put_aside_still_becomes_overdue_and_is_seen_again(office: Office) -> None:
    case = await office.opened()
    task = task_of(case)
    aside = Snooze(
        command_id="s", actor=ADA, until=task.due_at + timedelta(days=2), reason="The student is away."
    )
    await office.tell("snooze", aside, task_id=task.task_id)
    assert task_of(case).follow_up_at == aside.until
    await office.until(task.due_at + SECOND)
    overdue = task_of(case)
    assert (overdue.sla_state, overdue.follow_up_at) == (SlaState.BREACHED, None)


@pytest.mark.recorded("new-due-date-told")
async def test_a_new_due_date_moves_every_reminder(office: Office) -> None:
    case = await office.opened()
    task = task_of(case)
    later = task.due_at + timedelta(days=7)
    wish = SetDueDate(command_id="d", actor=ADA, due_at=later, reason="The student is away.")
    await office.tell("set_due_date", wish, task_id=task.task_id)
    await office.until(task.due_at + SECOND)
    moved = task_of(case)
    assert (moved.due_at, moved.sla_state) == (later, SlaState.ON_TRACK)
    assert row_of(case).waiting_until == later
    await office.until(later + SECOND)
    assert task_of(case).sla_state == SlaState.BREACHED


async def test_a_completed_task_takes_nothing_any_more(office: Office) -> None:
    case = await office.opened()
    task = task_of(case)
    await office.tell("complete", completion(ADA, "done"), task_id=task.task_id)
    assert task_of(case).state == TaskState.COMPLETED
    with pytest.raises(RPCError) as gone:
        await office.tell("complete", completion(BEN, "too late"), task_id=task.task_id)
    assert gone.value.status is RPCStatusCode.NOT_FOUND
    assert task_of(case).completed_by == ADA
