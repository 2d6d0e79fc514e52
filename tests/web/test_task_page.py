from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from retention.messages.tasks import OpenTask
from retention.policy import MAX_DUE_AHEAD
from retention.records.commands import Command
from retention.records.database import transaction
from retention.vocabulary import CommandState, Role
from tests.factories.tasks import GOOD_FORM, NOTES
from tests.web.conftest import Visitor, a_shown_task, account, show, token_of, tutor_name
from web import delivering

COMPLETE = {"outcome": "contacted_student"} | GOOD_FORM


@pytest.fixture(autouse=True)
def _nobody_delivers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No relay runs here: the page need not wait the whole second for it."""
    monkeypatch.setattr(delivering, "AT_MOST", 0.05)


def act(browser: TestClient, task: OpenTask, name: str, **form: str) -> Any:
    token = {"form_token": token_of(browser)}
    return browser.post(f"/people-ops/tasks/{task.task_id}/{name}", data=form | token)


def commands() -> list[Command]:
    with transaction() as session:
        return list(session.scalars(select(Command)))


def settle(state: CommandState, **answer: str) -> None:
    with transaction() as session:
        command = session.scalars(select(Command)).one()
        command.state, command.answer, command.settled_at = state, answer, datetime.now(UTC)


def test_a_task_says_why_it_exists(ada: TestClient) -> None:
    task = a_shown_task()
    page = ada.get(f"/people-ops/tasks/{task.task_id}").text
    assert "Why this task exists" in page
    assert "The student called the first session poor." in page
    assert tutor_name(task) in page


def test_there_is_a_page_for_a_task_that_is_not_there(ada: TestClient) -> None:
    answer = ada.get(f"/people-ops/tasks/{uuid4()}")
    assert answer.status_code == 404
    assert "There is no such task." in answer.text


def test_an_act_is_kept_as_a_command_before_anybody_answers(ada: TestClient) -> None:
    task = a_shown_task()
    answer = act(ada, task, "claim")
    (command,) = commands()
    assert (command.name, command.target, command.kind) == ("claim", f"task/{task.task_id}", "update")
    assert command.payload == {"command_id": str(command.id), "actor": str(account().id)}
    shown = ada.get(answer.headers["location"]).text
    assert "Saved, not yet applied." in shown


def test_a_form_sent_twice_acts_once(ada: TestClient) -> None:
    task, request_id = a_shown_task(), str(uuid4())
    for _ in range(2):
        assert act(ada, task, "comment", text="Called twice.", request_id=request_id).status_code == 303
    assert len(commands()) == 1


def test_what_was_applied_is_said_with_what_comes_next(ada: TestClient) -> None:
    task = a_shown_task()
    answer = act(ada, task, "claim")
    settle(CommandState.APPLIED)
    shown = ada.get(answer.headers["location"]).text
    assert "This task is yours." in shown
    assert "Fill in the form below" in shown


@pytest.mark.parametrize("name", ["unclaim", "snooze", "assign"])
def test_a_task_that_left_the_desk_leads_on_to_the_next(ada: TestClient, name: str) -> None:
    task, ben = a_shown_task(assignee=str(account().id)), account("Ben Moor")
    said = {"rest": "tomorrow", "reason": "The tutor asked for it.", "assignee": str(ben.id)}
    answer = act(ada, task, name, **said)
    settle(CommandState.APPLIED)
    assert "Go on with my tasks" in ada.get(answer.headers["location"]).text


def test_completing_sends_the_answers_and_the_version_that_was_seen(ada: TestClient) -> None:
    task = a_shown_task()
    act(ada, task, "complete", **COMPLETE, version="1")
    (command,) = commands()
    assert command.payload["outcome"] == "contacted_student"
    assert command.payload["form"] == GOOD_FORM
    assert command.payload["expected_version"] == 1


@pytest.mark.parametrize("version", ["", "two", "²", "9" * 5_000])
def test_a_version_that_is_none_counts_as_not_said(ada: TestClient, version: str) -> None:
    act(ada, a_shown_task(), "complete", **COMPLETE, version=version)
    assert [command.payload["expected_version"] for command in commands()] == [None]


def test_a_task_is_given_to_colleagues_only(ada: TestClient) -> None:
    task, ben = a_shown_task(), account("Ben Moor")
    for nobody in ("999999", "Ben Moor", str(account("Sue Young", role=Role.STUDENT).id)):
        assert act(ada, task, "assign", assignee=nobody).status_code == 404
    assert commands() == []
    assert act(ada, task, "assign", assignee=str(ben.id)).status_code == 303
    assert [command.payload["assignee"] for command in commands()] == [str(ben.id)]


def test_a_mistake_in_the_form_is_named_and_nothing_typed_is_lost(ada: TestClient) -> None:
    task = a_shown_task()
    answer = act(ada, task, "complete", outcome="contacted_student", notes="too short")
    assert answer.status_code == 422
    assert "Some answers need another look" in answer.text
    assert "Please write at least 20 characters." in answer.text
    assert ">too short</textarea>" in answer.text
    assert 'value="contacted_student" checked' in answer.text
    assert commands() == []


def test_who_comes_second_reads_who_was_first_and_keeps_what_they_typed(
    ada: TestClient, visitor: Visitor
) -> None:
    visitor("Ben Moor")
    task = a_shown_task()
    answer = act(ada, task, "complete", **COMPLETE)
    settle(CommandState.REFUSED, type="AlreadyCompleted", message="This task has been completed already.")
    done = {"outcome": "no_action_needed", "completed_by": str(account("Ben Moor").id)}
    show(task, version=2, state="completed", completed_at=datetime.now(UTC), **done)
    shown = ada.get(answer.headers["location"]).text
    assert "Ben Moor completed this task before you" in shown
    assert "What you had typed" in shown
    assert NOTES in shown


def test_a_draft_is_the_persons_own(ada: TestClient, visitor: Visitor) -> None:
    task = a_shown_task()
    assert act(ada, task, "draft", notes="Half a thought").status_code == 204
    assert ">Half a thought</textarea>" in ada.get(f"/people-ops/tasks/{task.task_id}").text
    assert "Half a thought" not in visitor("Ben Moor").get(f"/people-ops/tasks/{task.task_id}").text


def test_the_form_of_a_colleagues_task_can_be_read_and_not_sent(ada: TestClient) -> None:
    ben = account("Ben Moor")
    page = ada.get(f"/people-ops/tasks/{a_shown_task(assignee=str(ben.id)).task_id}").text
    assert "Ben Moor</span> has this task" in page or "Ben Moor has this task" in page
    assert "Complete</button>" not in page


def test_nobody_reads_what_became_of_anothers_act(ada: TestClient, visitor: Visitor) -> None:
    answer = act(ada, a_shown_task(), "claim")
    assert "Saved, not yet applied." not in visitor("Ben Moor").get(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("name", "form", "mistake"),
    [
        ("snooze", {"rest": "tomorrow"}, "Why can it wait?: Please answer this."),
        (
            "snooze",
            {"rest": "for_ever", "reason": "Holiday"},
            "Until when?: Please choose one of the answers.",
        ),
        ("comment", {"text": "   "}, "Comment: Please answer this."),
        ("due-date", {"due_at": "2126-01-05T09:00"}, "Why this date?: Please answer this."),
        ("due-date", {"due_reason": "They are ill."}, "Due at: Please answer this."),
        (
            "due-date",
            {"due_at": "next week", "due_reason": "They are ill."},
            "Due at: Please give a date and a time, such as 2026-11-24 14:30.",
        ),
    ],
)
def test_a_small_form_names_its_mistake_in_place(
    ada: TestClient, name: str, form: dict[str, str], mistake: str
) -> None:
    answer = act(ada, a_shown_task(), name, **form)
    assert answer.status_code == 422
    assert mistake in answer.text


@pytest.mark.parametrize(
    ("ahead", "mistake"),
    [
        (timedelta(minutes=-1), "This time has passed."),
        (timedelta(minutes=2), ""),
        (MAX_DUE_AHEAD - timedelta(minutes=2), ""),
        (MAX_DUE_AHEAD + timedelta(minutes=2), "This is more than 90 days ahead."),
    ],
)
def test_a_due_date_is_set_to_a_time_to_come_and_no_slip_of_the_pen(
    ada: TestClient, ahead: timedelta, mistake: str
) -> None:
    due_at = datetime.now(UTC) + ahead
    wish = {"due_at": f"{due_at:%Y-%m-%dT%H:%M}+00:00", "due_reason": "The tutor is ill until then."}
    answer = act(ada, a_shown_task(), "due-date", **wish)
    if mistake:
        assert (answer.status_code, mistake in answer.text, commands()) == (422, True, [])
        return
    (command,) = commands()
    assert (command.name, command.payload["reason"]) == ("set_due_date", wish["due_reason"])
    assert datetime.fromisoformat(command.payload["due_at"]) == due_at.replace(second=0, microsecond=0)


def test_what_one_has_can_be_lent_to_a_colleague(ada: TestClient) -> None:
    ben, mine = account("Ben Moor"), a_shown_task(assignee=str(account().id))
    assert "/delegate" in ada.get(f"/people-ops/tasks/{mine.task_id}").text
    assert "/delegate" not in ada.get(f"/people-ops/tasks/{a_shown_task().task_id}").text
    assert act(ada, mine, "delegate", assignee="999999").status_code == 404
    assert act(ada, mine, "delegate", assignee=str(ben.id)).status_code == 303
    assert [(one.name, one.payload["assignee"]) for one in commands()] == [("delegate", str(ben.id))]
    lent = a_shown_task(assignee=str(ben.id), owner=str(account().id))
    assert "lent by Ada Byron" in ada.get(f"/people-ops/tasks/{lent.task_id}").text


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        (["people_ops"], "it is offered to the ops managers as well"),
        (["ops_manager"], "it is offered to People Ops as well"),
        (["people_ops", "ops_manager"], "it becomes more urgent"),
    ],
)
def test_the_page_says_whom_a_task_goes_to_when_nobody_acts(
    ada: TestClient, groups: list[str], words: str
) -> None:
    rung = {"at": datetime.now(UTC) + timedelta(hours=3), "act": "escalated", "group": "people_ops"}
    task = a_shown_task(candidate_groups=groups, ladder=[rung])
    assert words in ada.get(f"/people-ops/tasks/{task.task_id}").text


def test_an_act_from_a_list_leads_back_to_the_list_and_to_nowhere_else(ada: TestClient) -> None:
    task = a_shown_task()
    back = "/people-ops/tasks?view=team&q=Emily"
    assert act(ada, task, "claim", back=back).headers["location"].startswith(f"{back}&act=")
    elsewhere = act(ada, task, "claim", back="https://elsewhere.example").headers["location"]
    assert elsewhere.startswith(f"/people-ops/tasks/{task.task_id}?act=")
