"""Whole coaching cases with real workflows, records and letters, under a clock that moves when told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from retention.messages.cases import AlsoFound, RuleResolved, StartCase
from retention.messages.letters import AnswerReceipt, TutorAnswer
from retention.messages.tasks import Complete, SetDueDate
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.programmes.coaching import TAKEN_UP_BY_PEOPLE_OPS
from retention.records import action_items
from retention.records.database import transaction
from retention.records.tasks import Task
from retention.vocabulary import CaseState, ChurnReason, LetterState, Outcome, TaskKind, TaskState
from tests.testbed.casework import SECOND, Office, letters_of, notes_of, row_of, words_of
from tests.testbed.post_office import come_to
from tests.testbed.waiting import eventually
from tests.workflows.coaching_people import DAY, GOOD_CALL, HOUR, LOOKED, WORDS, times
from workflows.task_acts import STAYS
from workflows.tutor_side import WAKING_HOURS

pytestmark = pytest.mark.timeskipping
OFFER, CALL, FOLLOW_UP = TaskKind.COACHING_OFFER, TaskKind.COACHING_CALL, TaskKind.COACHING_FOLLOW_UP
NEW_TIMES, PHONE, DECISION = TaskKind.COACHING_TIMES, TaskKind.COACHING_PHONE, TaskKind.COACHING_DECISION
MINUTE = timedelta(minutes=1)


def open_task(case: StartCase) -> Task:
    """The one task of the case that waits."""
    with transaction() as session:
        wanted = select(Task).where(Task.case_id == case.case_id, Task.state == TaskState.CREATED)
        return session.scalars(wanted).one()


def written(case: StartCase) -> list[tuple[str, str]]:
    """The case's letters and what became of them."""
    return [(one.letter, one.state) for one in letters_of(case)]


async def answered(office: Office, case: StartCase, kind: TaskKind, outcome: str, **form: Any) -> None:
    """Whoever has the task answers it."""
    task = open_task(case)
    assert task.kind == kind
    done = Complete(command_id=f"done {task.task_id}", actor="7", outcome=outcome, form=form)
    await office.tell("complete", done, task_id=task.task_id)


async def said(office: Office, case: StartCase, step: str, choice: str) -> AnswerReceipt:
    """The tutor answers a letter."""
    at = await office.skipper.now()
    answer = TutorAnswer(command_id=f"{step} {at}", letter_key="k", step=step, choice=choice, at=at)
    handle = office.skipper.client.get_workflow_handle(case.case_id)
    receipt: AnswerReceipt = await handle.execute_update("answer", answer, result_type=AnswerReceipt)
    await office.skipper.rest()
    return receipt


async def told(office: Office, case: StartCase, signal: str, message: Any) -> None:
    await office.skipper.client.get_workflow_handle(case.case_id).signal(signal, message)
    await office.skipper.rest()


async def accepted(office: Office, *, ahead: timedelta = 2 * DAY) -> tuple[StartCase, datetime]:
    """A case that a manager has taken on, and the time that they offered."""
    case = await office.opened(OFFER)
    slot = await office.skipper.now() + ahead
    await answered(office, case, OFFER, "accepted", **times(slot, slot + HOUR))
    return case, slot


async def scheduled(office: Office) -> tuple[StartCase, datetime]:
    """A case whose call has a time."""
    case, slot = await accepted(office)
    assert (await said(office, case, "times_1", "slot_1")).taken
    return case, slot


async def offered_again(office: Office, case: StartCase, step: str) -> datetime:
    """Other times have been offered, and the tutor has chosen the first."""
    slot = await office.skipper.now() + 2 * DAY
    await answered(office, case, NEW_TIMES, "times_offered", **times(slot))
    assert (await said(office, case, step, "slot_1")).taken
    return slot


@pytest.mark.recorded("coaching-appointment-first")
async def test_a_coaching_case_from_its_recommendation_to_its_outcome(post_office: Office) -> None:
    case, slot = await scheduled(post_office)
    assert (row_of(case).step, open_task(case).kind) == ("scheduled", CALL)
    await post_office.until(slot + HOUR)
    await answered(post_office, case, CALL, "held", **GOOD_CALL)
    await said(post_office, case, "actions_1", "confirmed")
    assert (row_of(case).step, row_of(case).acted_at) == ("actions_open", slot)
    await post_office.until(slot + 14 * DAY - MINUTE)
    assert row_of(case).step == "actions_open"
    await post_office.until(slot + 14 * DAY + MINUTE)
    await answered(post_office, case, FOLLOW_UP, "looked_at", **LOOKED)
    result = await post_office.result(case)
    assert result.outcome is Outcome.NOT_MEASURABLE  # nothing is known of this tutor's score
    with transaction() as session:
        left = action_items.open_items(session, case.tutor_number)
        assert [(item.words, item.confirmed_at is not None) for item in left] == [("Ask for one goal", True)]
    assert [letter for letter, _ in written(case)] == [
        "coaching_times",
        "coaching_scheduled",
        "coaching_actions",
    ]
    assert {state for _, state in written(case)} == {LetterState.SENT}


@pytest.mark.recorded("coaching-evaluation-behind")
async def test_a_case_closes_once_the_evaluation_has_come_to_its_follow_up(post_office: Office) -> None:
    case, slot = await scheduled(post_office)
    await post_office.until(slot + HOUR)
    await answered(post_office, case, CALL, "held", **GOOD_CALL)
    await post_office.until(slot + 14 * DAY + MINUTE)
    come_to(slot)
    await answered(post_office, case, FOLLOW_UP, "looked_at", **LOOKED)
    await eventually(lambda: row_of(case).waiting_for.startswith("the evaluation to come to "))
    come_to(slot + 14 * DAY)
    await post_office.until(slot + 14 * DAY + HOUR)
    assert (await post_office.result(case)).outcome is Outcome.NOT_MEASURABLE
    assert "What it was before is not known." in row_of(case).note


@pytest.mark.recorded("coaching-superseded")
async def test_a_silent_tutor_is_reminded_called_and_handed_on(post_office: Office) -> None:
    case, _ = await accepted(post_office, ahead=20 * DAY)
    await waited(post_office, case)
    assert written(case)[-1] == ("coaching_times_reminder", LetterState.SENT)
    await waited(post_office, case)
    await answered(post_office, case, PHONE, "unreachable")
    await waited(post_office, case)
    await answered(post_office, case, DECISION, "retention_interview", reason=WORDS)
    assert (await post_office.result(case)).outcome is Outcome.SUPERSEDED


async def waited(office: Office, case: StartCase) -> None:
    """Nobody has answered for as long as the case waits."""
    row = row_of(case)
    assert row.waiting_for == "the tutor to choose a time"
    assert row.waiting_until is not None
    await office.until(row.waiting_until + SECOND)
    row = row_of(case)
    if row.waiting_for == WAKING_HOURS:  # the server's day may stand at any hour
        assert row.waiting_until is not None
        await office.until(row.waiting_until + SECOND)


def _open_kinds(case: StartCase) -> list[str]:
    with transaction() as session:
        wanted = select(Task.kind).where(Task.case_id == case.case_id, Task.state == TaskState.CREATED)
        return list(session.scalars(wanted))


@pytest.mark.recorded("coaching-missed-twice")
async def test_a_tutor_who_misses_two_calls(post_office: Office) -> None:
    case, slot = await scheduled(post_office)
    await post_office.until(slot + HOUR)
    await answered(post_office, case, CALL, "tutor_no_show")
    again = await offered_again(post_office, case, "times_2")
    await post_office.until(again + HOUR)
    await answered(post_office, case, CALL, "tutor_no_show")
    assert (await post_office.result(case)).outcome is Outcome.EXPIRED
    assert row_of(case).step == "tutor_no_show"


@pytest.mark.recorded("coaching-leave")
async def test_a_leave_moves_the_call_and_stops_the_clocks(post_office: Office) -> None:
    case, slot = await scheduled(post_office)
    at = await post_office.skipper.now()
    await told(post_office, case, "leave_started", LeaveStarted(command_id="away", at=at))
    assert row_of(case).waiting_for == "the tutor to come back from leave"
    assert written(case)[-1] == ("coaching_called_off", LetterState.SENT)
    await post_office.until(slot + 5 * DAY)
    at = await post_office.skipper.now()
    back = LeaveEnded(command_id="back", at=at, clocks_resume_at=at + DAY)
    await told(post_office, case, "leave_ended", back)
    await offered_again(post_office, case, "times_2")
    assert open_task(case).kind == CALL
    left = TutorLeft(command_id="left", at=at, reason=ChurnReason.RESIGNATION)
    await told(post_office, case, "tutor_left", left)
    assert (await post_office.result(case)).outcome is Outcome.CHURNED
    assert _open_kinds(case) == []
    assert words_of(case)[-1] == "The tutor has left: resignation."


@pytest.mark.recorded("coaching-due-date-told")
async def test_a_due_date_set_by_hand_survives_a_leave(post_office: Office) -> None:
    case = await post_office.opened(OFFER)
    task, at = open_task(case), await post_office.skipper.now()
    by_hand = SetDueDate(command_id="hand", actor="7", due_at=at + 3 * DAY, reason="Asked for by the tutor.")
    await post_office.tell("set_due_date", by_hand, task_id=task.task_id)
    await told(post_office, case, "leave_started", LeaveStarted(command_id="away", at=at + HOUR))
    await post_office.until(at + DAY)
    back = LeaveEnded(command_id="back", at=at + DAY, clocks_resume_at=at + 2 * DAY)
    await told(post_office, case, "leave_ended", back)
    assert open_task(case).due_at == by_hand.due_at
    assert [words for _, words in notes_of(task)].count(STAYS) == 2
    assert row_of(case).waiting_until == by_hand.due_at
    await answered(post_office, case, OFFER, "declined", reason=WORDS)
    assert (await post_office.result(case)).outcome is Outcome.DECLINED_BY_MANAGER


@pytest.mark.recorded("coaching-declined-by-manager")
async def test_a_manager_declines(post_office: Office) -> None:
    case = await post_office.opened(OFFER)
    await answered(post_office, case, OFFER, "declined", reason=WORDS)
    assert (await post_office.result(case)).outcome is Outcome.DECLINED_BY_MANAGER


@pytest.mark.recorded("coaching-not-needed-after-critical")
async def test_a_score_that_was_critical_and_has_fallen_takes_the_offer_back(post_office: Office) -> None:
    case = await post_office.opened(OFFER)
    due_at, at = open_task(case).due_at, await post_office.skipper.now()
    critical = AlsoFound(command_id="worse", at=at, rule_id=TAKEN_UP_BY_PEOPLE_OPS, reason="It rose to 81.")
    await told(post_office, case, "also_found", critical)
    last_month = LeaveEnded(command_id="old", at=at - 30 * DAY, clocks_resume_at=at - 29 * DAY)
    await told(post_office, case, "leave_ended", last_month)
    assert open_task(case).due_at == due_at
    better = RuleResolved(command_id="better", at=at, reason="The score fell to 38.")
    await told(post_office, case, "rule_resolved", better)
    assert (await post_office.result(case)).outcome is Outcome.NOT_NEEDED
    assert row_of(case).note == "The score fell to 38."


@pytest.mark.recorded("coaching-declined-by-tutor")
async def test_a_tutor_wants_other_times_and_then_no_call(post_office: Office) -> None:
    case, _ = await accepted(post_office)
    await said(post_office, case, "times_1", "none_suits")
    slot = await post_office.skipper.now() + 3 * DAY
    await answered(post_office, case, NEW_TIMES, "times_offered", **times(slot))
    assert (await said(post_office, case, "times_2", "no_thanks")).taken
    assert (await post_office.result(case)).outcome is Outcome.DECLINED_BY_TUTOR


@pytest.mark.recorded("coaching-cancelled")
async def test_a_case_cancelled_in_the_temporal_ui_stops(post_office: Office) -> None:
    case, _ = await scheduled(post_office)
    await post_office.skipper.client.get_workflow_handle(case.case_id).cancel()
    await post_office.skipper.rest()
    assert (await post_office.result(case)).outcome is Outcome.WITHDRAWN
    assert (row_of(case).state, _open_kinds(case)) == (CaseState.CLOSED, [])
    assert written(case)[-1] == ("coaching_called_off", LetterState.SENT)
