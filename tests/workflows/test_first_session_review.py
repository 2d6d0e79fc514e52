"""The review of a first session, from the open task to the tutor's next first session."""

from datetime import timedelta
from typing import Any

import pytest

from retention.messages.cases import StartCase
from retention.messages.tasks import Complete, Withdraw
from retention.policy import FOLLOW_UP_WINDOW
from retention.programmes.first_session_review import ReviewTerms, StartReview
from retention.records.database import transaction
from retention.vocabulary import CaseState, FollowUp, FollowUpWish, Outcome, TaskState
from tests.factories import platform, wire
from tests.factories.cases import ADDED, a_finding, an_opened_case
from tests.factories.tasks import NOTES
from tests.testbed.casework import SECOND, Office, notes_of, row_of, story_of, task_of, tutor_of, words_of

pytestmark = pytest.mark.timeskipping
DAY = timedelta(days=1)


async def completed(office: Office, case: StartCase, wish: FollowUpWish) -> None:
    done = Complete(
        command_id="done",
        actor="7",
        outcome=Outcome.CONTACTED_STUDENT,
        form={"notes": NOTES, "follow_up": wish},
    )
    await office.tell("complete", done, task_id=task_of(case).task_id)


async def taught_first_session(office: Office, case: StartCase, **words: Any) -> str:
    """A first session of the tutor's that ended now, and what its student said."""
    now = await office.skipper.now()
    session = wire.a_session(tutor_of(case), start=now - wire.AN_HOUR, session_number=1)
    with transaction() as records:
        platform.known(records, [session, wire.feedback_on(session, at=now, **words)], now=now)
    return str(session["session_id"])


@pytest.mark.recorded("closed-at-once")
async def test_a_review_that_watches_nothing_ends_with_its_task(office: Office) -> None:
    case = await office.opened()
    assert row_of(case).waiting_for == "People Ops to answer: review a poor first session"
    await completed(office, case, FollowUpWish.CLOSE_NOW)
    result = await office.result(case)
    assert (result.outcome, result.follow_up, result.late) == (Outcome.CONTACTED_STUDENT, None, False)
    assert row_of(case).state == CaseState.CLOSED


@pytest.mark.parametrize(
    ("words", "follow_up"),
    [
        ({"rating": 4}, FollowUp.SUCCEEDED),
        ({"rating": 3}, FollowUp.NEUTRAL),
        ({"rating": 2}, FollowUp.FAILED_AGAIN),
        ({"rating": 5, "would_work_again": "no"}, FollowUp.FAILED_AGAIN),
    ],
)
@pytest.mark.recorded("next-session-found")
async def test_the_next_first_session_is_found_and_judged(
    office: Office, words: dict[str, Any], follow_up: FollowUp
) -> None:
    case = await office.opened()
    await completed(office, case, FollowUpWish.WATCH_NEXT)
    watching = row_of(case)
    assert (watching.state, watching.outcome) == (CaseState.FOLLOWING_UP, Outcome.CONTACTED_STUDENT)
    await office.skipper.move(3 * DAY)
    assert row_of(case).state == CaseState.FOLLOWING_UP
    session_id = await taught_first_session(office, case, **words)
    await office.skipper.move(DAY + SECOND)
    result = await office.result(case)
    assert (result.outcome, result.follow_up) == (Outcome.CONTACTED_STUDENT, follow_up)
    assert session_id in row_of(case).note


async def test_without_another_first_session_the_watch_ends_after_30_days(office: Office) -> None:
    case = await office.opened()
    await completed(office, case, FollowUpWish.WATCH_NEXT)
    begun = await office.skipper.now()
    await office.until(begun + FOLLOW_UP_WINDOW - timedelta(minutes=5))
    assert row_of(case).state == CaseState.FOLLOWING_UP
    await office.until(begun + FOLLOW_UP_WINDOW + timedelta(minutes=5))
    assert (await office.result(case)).follow_up is FollowUp.NONE_YET
    assert row_of(case).note == "No first session within 30 days."


async def test_a_watch_lasts_as_long_as_policy_said_when_its_case_began(office: Office) -> None:
    with transaction() as records:
        told = an_opened_case(records, at=await office.skipper.now())
    case = StartReview.model_validate(told.model_dump() | {"terms": ReviewTerms(watch_for=2 * DAY)})
    await office.begun(case)
    await completed(office, case, FollowUpWish.WATCH_NEXT)
    await office.skipper.move(DAY + SECOND)
    assert row_of(case).state == CaseState.FOLLOWING_UP
    await office.skipper.move(DAY + SECOND)
    assert (await office.result(case)).follow_up is FollowUp.NONE_YET
    assert row_of(case).note == "No first session within 2 days."


async def test_a_task_taken_back_closes_its_case_as_withdrawn(office: Office) -> None:
    case = await office.opened()
    task = task_of(case)
    handle = office.skipper.client.get_workflow_handle(f"task/{task.task_id}")
    await handle.signal("withdraw", Withdraw(command_id="w", actor="mainstay", reason="A mistake."))
    await office.skipper.rest()
    assert (await office.result(case)).outcome is Outcome.WITHDRAWN
    assert (task_of(case).state, task_of(case).close_reason) == (TaskState.CANCELED, "A mistake.")


@pytest.mark.recorded("cancelled")
async def test_a_case_cancelled_in_the_temporal_ui_takes_its_task_with_it(office: Office) -> None:
    case = await office.opened()
    await office.skipper.client.get_workflow_handle(case.case_id).cancel()
    await office.skipper.rest()
    assert (await office.result(case)).outcome is Outcome.WITHDRAWN
    assert task_of(case).state == TaskState.CANCELED
    assert story_of(task_of(case)) == ["opened", "withdrawn"]


@pytest.mark.recorded("also-found-in-review")
async def test_another_poor_first_session_is_told_to_whoever_reviews(office: Office) -> None:
    case = await office.opened()
    for _ in range(2):
        await office.found(case, "found")
    assert notes_of(task_of(case)) == [("mainstay", ADDED)]
    await completed(office, case, FollowUpWish.WATCH_NEXT)
    await office.found(case, "found later")
    assert words_of(case).count(ADDED) == 2
    assert row_of(case).state == CaseState.FOLLOWING_UP
    assert len(notes_of(task_of(case))) == 1


async def test_what_is_added_in_the_same_moment_as_the_start_waits_for_the_task(office: Office) -> None:
    finding = a_finding("found", at=await office.skipper.now())
    case = await office.opened(start_signal="also_found", start_signal_args=[finding])
    assert notes_of(task_of(case)) == [("mainstay", ADDED)]
    assert words_of(case)[1:] == [ADDED]
