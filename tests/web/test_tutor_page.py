from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from retention.policy import FEW_DATA, RATING_FLOOR
from retention.records.database import Session, transaction
from retention.records.metrics import TutorMetrics
from retention.records.tutor_story import Happening
from tests.factories import platform, wire
from tests.web.conftest import a_shown_task
from web.people_ops.history import tutor_row
from web.people_ops.metrics import CORE, cards

MOST_QUERIES = 4
NOW = datetime.now(UTC)


def a_taught_tutor(session: Session) -> int:
    """A tutor with a week of sessions and one poor first one."""
    number, tutor_id = platform.a_tutor(session, at=NOW - timedelta(days=60))
    platform.known(session, platform.taught_daily(tutor_id, first=NOW - timedelta(days=7), days=6), now=NOW)
    poor, said = wire.a_poor_first_session(tutor_id, start=NOW - timedelta(hours=3))
    platform.known(session, [poor, said], now=NOW)
    return number


def test_a_tutors_page_tells_what_happened_the_newest_first(ada: TestClient) -> None:
    with transaction() as session:
        number = a_taught_tutor(session)
    page = ada.get(f"/people-ops/tutors/{number}").text
    assert page.index("stars") < page.index("Onboarded")
    assert page.count("Completed:") == 7


@pytest.mark.parametrize(
    ("show", "shown", "hidden"),
    [("feedback", "stars", "Completed:"), ("sessions", "Completed:", "A student gave")],
)
def test_the_timeline_shows_what_is_asked_for(ada: TestClient, show: str, shown: str, hidden: str) -> None:
    with transaction() as session:
        number = a_taught_tutor(session)
    page = ada.get(f"/people-ops/tutors/{number}?show={show}").text
    assert shown in page
    assert hidden not in page


def test_a_tutors_page_asks_the_database_four_times_at_most(ada: TestClient, queries: list[str]) -> None:
    with transaction() as session:
        number = a_taught_tutor(session)
    queries.clear()
    assert ada.get(f"/people-ops/tutors/{number}").status_code == 200
    assert len(queries) <= MOST_QUERIES, queries


def test_open_tasks_are_on_the_tutors_page(ada: TestClient) -> None:
    task = a_shown_task()
    assert f"/people-ops/tasks/{task.task_id}" in ada.get(f"/people-ops/tutors/{task.tutor_number}").text


@pytest.mark.parametrize(
    ("kind", "said"),
    [("decision", "Rule fired: H1.coaching"), ("trial", "On trial, would have fired: H1.coaching")],
)
def test_a_rule_on_trial_is_told_apart(kind: str, said: str) -> None:
    line = Happening(kind, NOW, word="fire", title="H1.coaching", note="", number=None, case_id=None)
    assert tutor_row(line).title == said


@pytest.mark.parametrize(("number", "status"), [(99_999_999, 404), (0, 422), (2**31, 422)])
def test_a_tutor_who_is_not_there_has_a_page_that_says_so(ada: TestClient, number: int, status: int) -> None:
    assert ada.get(f"/people-ops/tutors/{number}").status_code == status


def test_a_case_is_told_as_a_story_with_the_way_to_temporal(ada: TestClient) -> None:
    task = a_shown_task()
    page = ada.get(f"/people-ops/cases/{task.case_id}").text
    assert "Done, now and next" in page
    assert f"/namespaces/mainstay/workflows/{task.case_id.replace('/', '%2F')}" in page
    assert ada.get("/people-ops/cases/first_session_review/1/none").status_code == 404


def a_day(**values: object) -> dict[str, object]:
    return {"day": "2026-11-24", "rated_n": 20, "rating_avg": 4.0} | values


@pytest.mark.parametrize(
    ("day", "wrong", "few"),
    [
        (a_day(rating_avg=RATING_FLOOR), False, False),
        (a_day(rating_avg=RATING_FLOOR - 0.1), True, False),
        (a_day(rating_avg=1.0, rated_n=FEW_DATA), True, False),
        (a_day(rating_avg=1.0, rated_n=FEW_DATA - 1), False, True),
        (a_day(rating_avg=None, rated_n=0), False, True),
    ],
)
def test_a_metric_is_wrong_beyond_its_threshold_and_silent_with_too_few_data(
    day: dict[str, object], wrong: bool, few: bool
) -> None:
    card = cards(CORE[:1], [day])[0]
    assert (card.wrong, card.few) == (wrong, few)


def test_every_metric_that_is_shown_is_a_column_of_the_metrics() -> None:
    columns = set(TutorMetrics.__table__.columns.keys())
    assert {measure.name for measure in CORE} | {
        measure.cases for measure in CORE if measure.cases
    } <= columns
