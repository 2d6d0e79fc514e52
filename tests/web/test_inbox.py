import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from retention.messages.tasks import OpenTask
from retention.vocabulary import Role, TaskKind
from tests.web.conftest import HOUR, Visitor, a_shown_task, account, show, token_of, tutor_name

MOST_QUERIES = 4


def shown(browser: TestClient, view: str, **asked: str) -> list[str]:
    """The tasks of a view, in order."""
    page = browser.get("/people-ops/tasks", params={"view": view} | asked)
    assert page.status_code == 200, page.text
    return re.findall(r'<li class="task" id="task-([^"]+)"', page.text)


def ids(*tasks: OpenTask) -> list[str]:
    return [task.task_id for task in tasks]


def test_the_task_with_the_least_time_left_comes_first(ada: TestClient) -> None:
    later, overdue, soon = (a_shown_task(due_in=hours * HOUR) for hours in (30, -2, 1))
    assert shown(ada, "unassigned") == ids(overdue, soon, later)


def test_of_two_due_at_the_same_time_the_weightier_comes_first(ada: TestClient) -> None:
    due = datetime.now(UTC) + HOUR
    light, heavy = (a_shown_task(due_in=HOUR, priority=priority) for priority in (50, 70))
    for task, version in ((light, 2), (heavy, 3)):
        show(task, version=version, due_at=due, priority=70 if task is heavy else 50)
    assert shown(ada, "unassigned") == ids(heavy, light)


def test_each_view_holds_what_it_says(ada: TestClient) -> None:
    me, other = str(account().id), str(account("Ben Moor").id)
    mine, theirs, free = (
        a_shown_task(due_in=n * HOUR, assignee=who) for n, who in ((3, me), (4, other), (5, None))
    )
    overdue = a_shown_task(due_in=-HOUR)
    asleep = a_shown_task(due_in=6 * HOUR, follow_up_at=datetime.now(UTC) + HOUR)
    awake = a_shown_task(due_in=7 * HOUR, follow_up_at=datetime.now(UTC) - HOUR)
    done = a_shown_task(
        state="completed", outcome="no_action_needed", completed_by=other, completed_at=datetime.now(UTC)
    )
    managers = a_shown_task(candidate_groups=["ops_manager"])
    assert shown(ada, "mine") == ids(mine)
    assert shown(ada, "team") == ids(overdue, mine, theirs, free, awake)
    assert shown(ada, "unassigned") == ids(overdue, free, awake)
    assert shown(ada, "overdue") == ids(overdue)
    assert shown(ada, "snoozed") == ids(asleep)
    assert shown(ada, "done") == ids(done)
    assert managers.task_id not in shown(ada, "team")


def test_a_manager_sees_the_whole_teams_tasks(visitor: Visitor) -> None:
    tasks = [
        a_shown_task(due_in=n * HOUR, candidate_groups=[group])
        for n, group in ((1, "people_ops"), (2, "ops_manager"))
    ]
    assert shown(visitor(role=Role.OPS_MANAGER), "team") == ids(*tasks)


def test_tasks_are_found_by_kind_and_by_tutor(ada: TestClient) -> None:
    review = a_shown_task(due_in=HOUR)
    check = a_shown_task(due_in=2 * HOUR, kind=TaskKind.NO_SHOW_CHECK)
    assert shown(ada, "unassigned", kind="no_show_check") == ids(check)
    assert shown(ada, "unassigned", q=f"#{review.tutor_number}") == ids(review)
    assert shown(ada, "unassigned", q=tutor_name(check).upper()) == ids(review, check)
    assert shown(ada, "unassigned", q="%") == []


def test_an_empty_view_says_why_and_what_to_do(ada: TestClient) -> None:
    assert "Take one from the unassigned tasks." in ada.get("/people-ops/tasks?view=mine").text


def test_the_navigation_counts_what_is_open(ada: TestClient) -> None:
    for hours in (1, 2, -3):
        a_shown_task(due_in=hours * HOUR)
    page = ada.get("/people-ops/tasks?view=mine").text
    counts = re.findall(r'<svg[^>]*><use[^>]*></use></svg>([\w ]+)<span class="count">(\d+)</span>', page)
    assert dict(counts) == {"Mine": "0", "My team": "3", "Unassigned": "3", "Overdue": "1", "Snoozed": "0"}


def test_a_page_of_the_inbox_asks_the_database_four_times_at_most(
    ada: TestClient, queries: list[str]
) -> None:
    for n in range(5):
        a_shown_task(due_in=n * HOUR)
    queries.clear()
    assert len(shown(ada, "unassigned")) == 5
    assert len(queries) <= MOST_QUERIES, queries


def test_a_live_refresh_brings_the_queue_alone(ada: TestClient) -> None:
    task = a_shown_task()
    part = ada.get("/people-ops/tasks", headers={"hx-request": "true"}).text
    assert part.lstrip().startswith('<div class="stack" id="queue"')
    assert tutor_name(task) in part


def test_what_became_of_an_act_is_refreshed_with_the_queue(ada: TestClient) -> None:
    task = a_shown_task()
    form = {"form_token": token_of(ada), "back": "/people-ops/tasks?view=unassigned"}
    address = ada.post(f"/people-ops/tasks/{task.task_id}/claim", data=form).headers["location"]
    part = ada.get(address, headers={"hx-request": "true"}).text
    assert "Saved, not yet applied." in part.split('id="queue"')[1]
    act = address.split("act=")[1]
    assert f"&amp;act={act}" in part
    assert f"command:{act}" in part


def test_an_overdue_task_still_says_when_it_was_due(ada: TestClient) -> None:
    a_shown_task(due_in=-timedelta(days=3))
    due = datetime.now(ZoneInfo("Europe/London")) - timedelta(days=3)
    assert f"due {due:%a %H:%M}" in ada.get("/people-ops/tasks?view=overdue").text


def test_an_overdue_task_that_was_put_aside_rests(ada: TestClient) -> None:
    asleep = a_shown_task(due_in=-HOUR, follow_up_at=datetime.now(UTC) + HOUR)
    awake = a_shown_task(due_in=-HOUR, follow_up_at=datetime.now(UTC) - HOUR)
    assert shown(ada, "overdue") == ids(awake)
    assert shown(ada, "snoozed") == ids(asleep)


@pytest.mark.parametrize("address", ["?view=elsewhere", "?kind=nothing", "?part=0", f"?q={'x' * 81}"])
def test_an_address_that_cannot_be_is_answered_by_a_page(ada: TestClient, address: str) -> None:
    answer = ada.get(f"/people-ops/tasks{address}")
    assert answer.status_code == 422
    assert "cannot be" in answer.text


def test_what_a_tutor_is_called_cannot_change_the_page(ada: TestClient) -> None:
    page = ada.get("/people-ops/tasks", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


def test_a_day_ago_is_overdue_by_hours_and_later_by_days(ada: TestClient) -> None:
    a_shown_task(due_in=-timedelta(hours=47))
    a_shown_task(due_in=-timedelta(hours=49))
    page = ada.get("/people-ops/tasks").text
    assert "Overdue 47 h" in page
    assert "Overdue 2 days" in page
