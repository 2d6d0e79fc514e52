"""Why, and why not: its own page, and folded on the tutor's page and on tasks."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from retention.records.database import transaction
from tests.activities.evaluated import HOUR, NOON, a_tutor, evaluated, posted
from tests.factories import wire
from tests.factories.rulebooks import a_published_book
from tests.web.conftest import a_shown_task, show

MOST_QUERIES = 20


def a_judged_tutor() -> int:
    """One whose first session was poor, judged at noon."""
    with transaction() as session:
        a_published_book(session)
    number, tutor_id = a_tutor()
    posted(wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR))
    evaluated()
    return number


@pytest.fixture
def tutor(data: str) -> int:
    """One who was judged."""
    return a_judged_tutor()


def test_every_rule_stands_on_the_page_under_where_it_stands(ada: TestClient, tutor: int) -> None:
    page = ada.get(f"/people-ops/tutors/{tutor}/why").text
    assert page.index("Hangs on what is not known") < page.index("Has been looked at")
    assert page.count('<li class="rule">') > 25
    assert "Churn score: " in page
    assert "the rule fires above 75 points." in page
    assert "More than 64 points to go" in page
    assert "Changed last by a release" in page
    assert f'<a href="/people-ops/cases/first_session_review/{tutor}/1">First-session review</a>' in page


def test_an_open_page_fetches_the_list_alone(ada: TestClient, tutor: int) -> None:
    part = ada.get(f"/people-ops/tutors/{tutor}/why?rule=H1.critical", headers={"hx-request": "true"}).text
    assert "<h1" not in part
    assert part.count('<li class="rule">') == 1
    assert f'href="/people-ops/tutors/{tutor}/why">Every rule</a>' in part


def test_an_instant_of_the_past_is_told_as_it_was_judged(ada: TestClient, tutor: int) -> None:
    at = f"{NOON + HOUR:%FT%TZ}"
    assert "As it was known and judged" in ada.get(f"/people-ops/tutors/{tutor}/why?at={at}").text
    before = ada.get(f"/people-ops/tutors/{tutor}/why?at={NOON - timedelta(days=900):%FT%TZ}")
    assert (before.status_code, "Nobody had judged this tutor by then." in before.text) == (200, True)


def test_a_rule_that_is_not_in_the_book_is_said(ada: TestClient, tutor: int) -> None:
    assert "The rulebook has no rule Z1.none." in ada.get(f"/people-ops/tutors/{tutor}/why?rule=Z1.none").text


def test_without_a_rulebook_or_a_tutor_the_page_says_so(ada: TestClient) -> None:
    number, _ = a_tutor()
    assert "No rulebook is published yet." in ada.get(f"/people-ops/tutors/{number}/why").text
    assert ada.get("/people-ops/tutors/4711/why").status_code == 404


def test_a_tutors_page_and_a_task_lead_there(ada: TestClient) -> None:
    task = a_shown_task()
    address = f"/people-ops/tutors/{task.tutor_number}/why"
    assert f'href="{address}"' in ada.get(f"/people-ops/tutors/{task.tutor_number}").text
    assert f'href="{address}?rule=' in ada.get(f"/people-ops/tasks/{task.task_id}").text


def test_a_task_that_no_rule_asked_for_leads_to_every_rule(ada: TestClient) -> None:
    task = a_shown_task()
    plain = task.model_copy(update={"task_id": "4711" * 8, "case_id": "upkeep", "decision_id": None})
    show(plain)
    shown = ada.get(f"/people-ops/tasks/{plain.task_id}").text
    assert f'href="/people-ops/tutors/{task.tutor_number}/why"' in shown


def test_a_quiet_tutors_page_says_that_nothing_fires(ada: TestClient, tutor: int) -> None:
    assert "No rule fires, waits or is near." in ada.get(f"/people-ops/tutors/{tutor}/why").text
    assert "No rule fires" not in ada.get(f"/people-ops/tutors/{tutor}/why?rule=H1.critical").text


def test_it_asks_the_database_a_bounded_number_of_times(
    ada: TestClient, tutor: int, queries: list[str]
) -> None:
    ada.get(f"/people-ops/tutors/{tutor}/why")
    queries.clear()
    ada.get(f"/people-ops/tutors/{tutor}/why")
    assert len(queries) <= MOST_QUERIES, queries


def test_strangers_see_nothing_of_it(stranger: TestClient) -> None:
    assert "Where every rule" not in stranger.get("/people-ops/tutors/10001/why").text
