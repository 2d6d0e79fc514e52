"""The demo's staff acts through the real pages; each act is a command like anybody else's."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from retention.errors import Conflict, Forbidden
from retention.programmes.registry import FORMS
from retention.records.database import transaction
from retention.vocabulary import TaskKind
from simulator import habits
from simulator.people import StaffMember
from tests.factories.people import PASSWORD
from tests.web.conftest import a_shown_task, account, email_of
from web.application import pages

OFFERING = {"accepted", "times_offered", "rescheduled"}
Sitting = Callable[..., StaffMember]


@pytest.fixture
def sitting(data: str) -> Iterator[Sitting]:
    """Puts colleagues at a browser."""
    with TestClient(pages()) as client:

        def at_browser(name: str = "Ada Byron", password: str = PASSWORD) -> StaffMember:
            account(name)
            return StaffMember("http://testserver", email_of(name), password, transport=client._transport)

        yield at_browser


def commands() -> list[dict[str, Any]]:
    with transaction() as session:
        rows = session.execute(text("SELECT name, target, payload, actor FROM commands ORDER BY seq"))
        return [dict(row._mapping) for row in rows]


def test_a_wrong_password_opens_nothing(sitting: Sitting) -> None:
    with pytest.raises(Forbidden):
        sitting(password="not-it").sign_in()


def test_signing_in_happens_when_a_page_asks_for_it(sitting: Sitting) -> None:
    assert "Unassigned tasks" in sitting().page("/people-ops/tasks?view=unassigned")


def test_the_most_urgent_task_comes_first_and_is_claimed_by_its_button(sitting: Sitting) -> None:
    later, sooner = a_shown_task(due_in=timedelta(hours=5)), a_shown_task(due_in=timedelta(hours=1))
    ada = sitting()
    waiting = ada.unclaimed()
    assert [id_.replace("-", "") for id_ in waiting] == [sooner.task_id, later.task_id]
    assert {line.kind for line in waiting.values()} == {"first_session_review"}
    ada.claim(next(iter(waiting)), button=next(iter(waiting.values())).button)
    [claim] = commands()
    assert (claim["name"], claim["target"].replace("-", "")) == ("claim", f"task/{sooner.task_id}")


def test_a_task_is_completed_with_its_form_and_the_version_that_was_seen(sitting: Sitting) -> None:
    task = a_shown_task()
    notes = "Spoke with the tutor and the student, and agreed on a second lesson."
    sitting().complete(task.task_id, {"outcome": "coached_tutor", "notes": notes, "follow_up": "watch_next"})
    [said] = commands()
    assert said["name"] == "complete"
    assert said["payload"]["outcome"] == "coached_tutor"
    assert said["payload"]["expected_version"] == 1
    assert said["payload"]["form"]["notes"] == notes


@pytest.mark.parametrize("kind", [kind for kind in TaskKind if kind.startswith("coaching_")])
def test_the_page_of_every_coaching_task_is_answered_as_it_stands(sitting: Sitting, kind: TaskKind) -> None:
    ada, now = sitting(), datetime.now(UTC)
    ends = set()
    for _ in range(6):
        task = a_shown_task(kind=kind)
        form = ada.asked(task.task_id)
        ada.complete(task.task_id, habits.answers(form, task.task_id, now=now), form=form)
    for said in commands():
        ends.add(said["payload"]["outcome"])
        assert not said["payload"]["form"].get("times") or said["payload"]["outcome"] in OFFERING
    assert ends <= {str(end) for end in FORMS[kind].ENDS}
    assert len(commands()) == 6


def test_what_the_form_does_not_take_is_told(sitting: Sitting) -> None:
    task = a_shown_task()
    with pytest.raises(Conflict, match="Please write at least 20 characters"):
        sitting().complete(
            task.task_id, {"outcome": "coached_tutor", "notes": "ok", "follow_up": "watch_next"}
        )
    assert commands() == []


def test_a_task_is_put_aside_and_talked_about(sitting: Sitting) -> None:
    task, ada = a_shown_task(), sitting()
    ada.snooze(task.task_id, rest="tomorrow", reason="Waiting for the parent to call back.")
    ada.comment(task.task_id, "Left a voice mail.")
    assert [said["name"] for said in commands()] == ["snooze", "comment"]
