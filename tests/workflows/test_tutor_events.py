"""What the cases of one task do when their tutor is gone, on leave, or back."""

from datetime import timedelta

import pytest

from retention.messages.tasks import Claim, Complete
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.vocabulary import CaseState, ChurnReason, FollowUp, Outcome, TaskKind, TaskState
from tests.factories.tasks import GOOD_FORM, NOTES
from tests.testbed.casework import Office, notes_of, row_of, story_of, task_of, words_of

pytestmark = pytest.mark.timeskipping
BOTH = [TaskKind.FIRST_SESSION_REVIEW, TaskKind.NO_SHOW_CHECK]
DAY = timedelta(days=1)
RESIGNED = "The tutor has left: resigned (since "


async def gone(office: Office, command_id: str = "gone") -> TutorLeft:
    now = await office.skipper.now()
    return TutorLeft(command_id=command_id, at=now, reason=ChurnReason.RESIGNATION)


@pytest.mark.recorded("tutor-gone")
@pytest.mark.parametrize("kind", BOTH)
async def test_a_case_that_nobody_has_begun_ends_with_its_tutor(office: Office, kind: TaskKind) -> None:
    case = await office.opened(kind)
    await office.said(case, "tutor_left", await gone(office))
    assert (await office.result(case)).outcome is Outcome.CHURNED
    task, row = task_of(case), row_of(case)
    assert (task.state, row.state) == (TaskState.CANCELED, CaseState.CLOSED)
    assert task.close_reason == row.note
    assert row.note.startswith(RESIGNED)


@pytest.mark.recorded("tutor-gone-while-taken")
@pytest.mark.parametrize("kind", BOTH)
async def test_what_somebody_has_begun_is_theirs_to_end(office: Office, kind: TaskKind) -> None:
    case = await office.opened(kind)
    task = task_of(case)
    await office.tell("claim", Claim(command_id="mine", actor="7"), task_id=task.task_id)
    for command_id in ("gone", "gone", "gone again"):
        await office.said(case, "tutor_left", await gone(office, command_id))
    assert (task_of(case).state, row_of(case).state) == (TaskState.CREATED, CaseState.OPEN)
    assert [note.startswith(RESIGNED) for _, note in notes_of(task)] == [True]  # said once
    form = {"notes": NOTES} if kind is TaskKind.NO_SHOW_CHECK else GOOD_FORM | {"follow_up": "close_now"}
    done = Complete(command_id="done", actor="7", outcome=Outcome.NO_ACTION_NEEDED, form=form)
    await office.tell("complete", done, task_id=task.task_id)
    assert (await office.result(case)).outcome is Outcome.NO_ACTION_NEEDED


@pytest.mark.recorded("tutor-gone-while-watched")
async def test_nobody_watches_for_the_next_session_of_a_tutor_who_is_gone(office: Office) -> None:
    case = await office.opened()
    done = Complete(command_id="done", actor="7", outcome=Outcome.COACHED_TUTOR, form=GOOD_FORM)
    await office.tell("complete", done, task_id=task_of(case).task_id)
    await office.skipper.move(3 * DAY)
    assert row_of(case).state == CaseState.FOLLOWING_UP
    await office.said(case, "tutor_left", await gone(office))
    result = await office.result(case)
    assert (result.outcome, result.follow_up) == (Outcome.COACHED_TUTOR, FollowUp.NONE_YET)
    assert row_of(case).note.startswith(RESIGNED)
    assert story_of(task_of(case)) == ["opened", "completed"]


async def test_a_tutor_who_is_gone_when_the_case_begins_ends_it(office: Office) -> None:
    left = await gone(office)
    case = await office.opened(start_signal="tutor_left", start_signal_args=[left])
    assert (await office.result(case)).outcome is Outcome.CHURNED
    assert story_of(task_of(case)) == ["opened", "withdrawn"]


@pytest.mark.recorded("leave")
@pytest.mark.parametrize("kind", BOTH)
async def test_a_leave_is_remarked_once_and_changes_nothing(office: Office, kind: TaskKind) -> None:
    case = await office.opened(kind)
    waiting, due = row_of(case).waiting_for, task_of(case).due_at
    now = await office.skipper.now()
    for _ in range(2):
        await office.said(case, "leave_started", LeaveStarted(command_id="away", at=now))
    back = LeaveEnded(command_id="back", at=now + DAY, clocks_resume_at=now + 4 * DAY)
    for _ in range(2):
        await office.said(case, "leave_ended", back)
    told = [words.split(" since")[0] for words in words_of(case)[1:]]
    assert told == ["The tutor is on leave", "The tutor is back from leave"]
    assert (row_of(case).waiting_for, task_of(case).due_at) == (waiting, due)
    assert row_of(case).state == CaseState.OPEN
