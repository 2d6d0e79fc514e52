"""The pages of coaching tasks: where the case stands, what to know, times to offer."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from retention.messages.coaching import AgreedAction, AgreedActions
from retention.messages.tasks import OpenTask
from retention.records import action_items
from retention.records.cases import Case
from retention.records.commands import Command
from retention.records.database import transaction
from retention.records.tutors import Tutor
from retention.vocabulary import TaskKind
from simulator.pages import Form, form_for
from tests.web.conftest import HOUR, a_shown_task, show, token_of

MOST_QUERIES = 10  # viewer, task, lines, draft, pre-brief, open actions, similar, colleagues, audit, vetoes
BRIEFED = [TaskKind.COACHING_OFFER, TaskKind.COACHING_PHONE, TaskKind.COACHING_CALL]
COACHING = [kind for kind in TaskKind if kind.startswith("coaching_")]
LONDON = ZoneInfo("Europe/London")


def shown(browser: TestClient, task: OpenTask) -> str:
    answer = browser.get(f"/people-ops/tasks/{task.task_id}")
    assert answer.status_code == 200
    return answer.text


def form(browser: TestClient, task: OpenTask) -> Form:
    found = form_for(shown(browser, task), "/complete")
    assert found is not None
    return found


def lives_in(task: OpenTask, zone: str) -> None:
    with transaction() as session:
        session.execute(update(Tutor).where(Tutor.number == task.tutor_number).values(time_zone=zone))


@pytest.mark.parametrize("kind", COACHING)
def test_a_coaching_task_says_where_its_case_stands_and_what_the_clock_is_for(
    ada: TestClient, kind: TaskKind
) -> None:
    task = a_shown_task(kind=kind)
    with transaction() as session:
        session.execute(update(Case).where(Case.case_id == task.case_id).values(step="times_offered"))
    page = shown(ada, task)
    assert 'class="now" aria-current="step"' in page
    assert page.index("Recommended") < page.index("Times offered") < page.index("Follow-up")
    assert "Due in" in page


@pytest.mark.parametrize("kind", COACHING)
def test_whoever_speaks_with_the_tutor_reads_the_pre_brief_first(ada: TestClient, kind: TaskKind) -> None:
    assert ("Before you speak" in shown(ada, a_shown_task(kind=kind))) is (kind in BRIEFED)


def test_a_page_with_a_pre_brief_asks_the_database_a_few_times(ada: TestClient, queries: list[str]) -> None:
    task = a_shown_task(kind=TaskKind.COACHING_OFFER)
    shown(ada, task)
    queries.clear()
    shown(ada, task)
    assert len(queries) <= MOST_QUERIES, queries


def test_times_to_offer_are_there_on_ones_own_clock_with_the_tutors_beside(ada: TestClient) -> None:
    task = a_shown_task(kind=TaskKind.COACHING_OFFER)
    lives_in(task, "Europe/Berlin")
    offered = form(ada, task).filled
    times = [datetime.fromisoformat(offered[f"times-{n}"]).replace(tzinfo=LONDON) for n in (1, 2, 3)]
    assert all(9 <= at.hour < 17 and at.weekday() < 5 for at in times)
    for at in times:
        assert f"{at.astimezone(ZoneInfo('Europe/Berlin')):%H:%M} for the tutor" in shown(ada, task)


def test_suggested_times_do_not_stand_in_the_way_of_declining(ada: TestClient) -> None:
    task = a_shown_task(kind=TaskKind.COACHING_OFFER)
    sent = form(ada, task)
    why = "The tutor has just had a coaching call with a colleague."
    given = sent.held | sent.filled | {"outcome": "declined", "reason": why, "form_token": token_of(ada)}
    assert ada.post(sent.action, data=given).status_code == 303


def test_what_was_typed_stands_before_what_is_suggested(ada: TestClient) -> None:
    task = a_shown_task(kind=TaskKind.COACHING_OFFER)
    typed = {"times-2": "2026-12-01T09:15", "form_token": token_of(ada)}
    ada.post(f"/people-ops/tasks/{task.task_id}/draft", data=typed)
    assert form(ada, task).filled == {"times-2": "2026-12-01T09:15"}


def test_a_time_that_has_passed_is_named_beside_its_input(ada: TestClient) -> None:
    task = a_shown_task(kind=TaskKind.COACHING_OFFER)
    past = (datetime.now(UTC) - HOUR).astimezone(LONDON)
    given = {"outcome": "accepted", "times-2": f"{past:%Y-%m-%dT%H:%M}", "form_token": token_of(ada)}
    answer = ada.post(f"/people-ops/tasks/{task.task_id}/complete", data=given)
    assert answer.status_code == 422
    assert 'id="times-2-mistake"' in answer.text
    assert "This time has passed." in answer.text
    assert f'value="{past:%Y-%m-%dT%H:%M}"' in answer.text


def agreed_on(task: OpenTask, at: datetime) -> None:
    """The case has agreed on a time with the tutor."""
    with transaction() as session:
        session.execute(update(Case).where(Case.case_id == task.case_id).values(appointment_at=at))


def test_a_call_says_when_it_is_and_is_not_written_down_before(ada: TestClient) -> None:
    task, at = a_shown_task(kind=TaskKind.COACHING_CALL), datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert form(ada, task).not_before == ""
    agreed_on(task, at)
    assert "Tue 24 Nov 2026, 10:00 GMT" in shown(ada, task)
    assert datetime.fromisoformat(form(ada, task).not_before) == at


def test_what_is_still_open_from_an_earlier_call_is_told_before_the_next(ada: TestClient) -> None:
    task = a_shown_task(kind=TaskKind.COACHING_CALL)
    keep(task, AgreedAction(words="Start with a plan"), AgreedAction(words="Old", done_at=datetime.now(UTC)))
    page = shown(ada, task)
    assert "Start with a plan" in page
    assert ">Old" not in page


@pytest.mark.parametrize("agreed", [["Start with a plan"], ["Start with a plan", "Leave breaks"]])
def test_a_follow_up_asks_for_what_was_agreed_by_its_words(ada: TestClient, agreed: list[str]) -> None:
    task = a_shown_task(kind=TaskKind.COACHING_FOLLOW_UP)
    keep(task, *(AgreedAction(words=words) for words in agreed))
    assert form(ada, task).ticks == [f"action_{number}_done" for number in range(1, len(agreed) + 1)]
    assert all(f"Done: {words}" in shown(ada, task) for words in agreed)


def keep(task: OpenTask, *actions: AgreedAction) -> None:
    told = AgreedActions(
        case_id=task.case_id,
        tutor_number=task.tutor_number,
        agreed_at=datetime.now(UTC) - HOUR,
        actions=list(actions),
    )
    with transaction() as session:
        action_items.record(session, told)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("accepted", "The tutor gets the times by mail"), ("declined", "The case closes with your answer.")],
)
def test_a_taken_answer_says_what_follows(ada: TestClient, outcome: str, words: str) -> None:
    task = a_shown_task(kind=TaskKind.COACHING_OFFER)
    sent, why = form(ada, task), "The tutor has just had a coaching call."
    given = sent.held | sent.filled | {"outcome": outcome, "reason": why}
    address = ada.post(sent.action, data=given).headers["location"]
    with transaction() as session:
        session.execute(update(Command).values(state="applied", settled_at=datetime.now(UTC)))
    done = {"completed_by": "1", "completed_at": datetime.now(UTC)}
    show(task, version=2, state="completed", outcome=outcome, **done)
    assert words in ada.get(address).text


def test_a_finished_offer_says_its_times_on_the_readers_clock(ada: TestClient) -> None:
    at = datetime(2026, 7, 24, 9, tzinfo=UTC)
    task = a_shown_task(
        kind=TaskKind.COACHING_OFFER,
        state="completed",
        outcome="accepted",
        completed_by="1",
        completed_at=datetime.now(UTC) - timedelta(hours=1),
        form={"times": [at.isoformat()], "reason": None},
    )
    assert "Fri 24 Jul 2026, 10:00 BST" in shown(ada, task)
