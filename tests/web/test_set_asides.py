"""A prediction set aside on the tutor's page: a manager's word, seen by all, on record, until its day."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from retention.records import audit, churn
from retention.records.database import transaction
from retention.records.set_asides import SetAside
from retention.vocabulary import Role
from tests.factories import platform
from tests.factories.scores import a_component_score
from tests.web.conftest import Visitor, token_of

NOW = datetime.now(UTC)
TODAY = NOW.date()
REASON = "She told me that she stays; she is writing her thesis."


@pytest.fixture
def manager(visitor: Visitor) -> TestClient:
    return visitor("Grace Hopper", role=Role.OPS_MANAGER)


def a_tutor() -> int:
    with transaction() as session:
        number, _ = platform.a_tutor(session, at=NOW - timedelta(days=60))
        churn.store(session, [a_component_score(number, at=NOW)])
        return number


def puts(browser: TestClient, number: int, **changes: str) -> Response:
    form = {"last_day": str(TODAY + timedelta(days=30)), "reason": REASON, **changes}
    token = {"form_token": token_of(browser)}
    return browser.post(f"/people-ops/tutors/{number}/set-asides", data=form | token)


def lifts(browser: TestClient, number: int, entry: int) -> Response:
    token = {"form_token": token_of(browser)}
    return browser.post(f"/people-ops/tutors/{number}/set-asides/{entry}/lift", data=token)


def kept() -> list[SetAside]:
    with transaction() as session:
        return list(session.scalars(select(SetAside).order_by(SetAside.id)))


def acts_about(number: int) -> list[str]:
    with transaction() as session:
        lines = audit.lines_about(session, f"tutor/{number}")
        return [line.act for line in lines if line.act.startswith("set_aside.")]


def test_a_manager_sets_a_prediction_aside_and_everybody_sees_it(
    manager: TestClient, ada: TestClient
) -> None:
    number = a_tutor()
    assert puts(manager, number).status_code == 303
    (entry,) = kept()
    assert (entry.tutor_number, entry.reason) == (number, REASON)
    page = ada.get(f"/people-ops/tutors/{number}").text
    assert "Set aside until" in page
    assert REASON in page
    assert "The rules do not look at this score meanwhile." in page
    assert acts_about(number) == ["set_aside.put"]


def test_it_ends_when_its_last_day_is_over_where_the_manager_is(manager: TestClient) -> None:
    puts(manager, a_tutor(), last_day=str(TODAY))
    (entry,) = kept()
    assert timedelta(0) < entry.until - datetime.now(UTC) <= timedelta(days=1, hours=12)


def test_taking_it_back_ends_it_and_keeps_it_on_record(manager: TestClient) -> None:
    number = a_tutor()
    puts(manager, number)
    (entry,) = kept()
    assert [lifts(manager, number, entry.id).status_code for _ in range(2)] == [303, 303]
    (lifted,) = kept()
    assert (lifted.lifted_at is not None, lifted.lifted_by) == (True, entry.put_by)
    assert "Set aside until" not in manager.get(f"/people-ops/tutors/{number}").text
    assert acts_about(number) == ["set_aside.lifted", "set_aside.lifted", "set_aside.put"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last_day": str(TODAY - timedelta(days=2))}, "Please give today or a later day."),
        ({"last_day": str(TODAY + timedelta(days=92))}, "Please give a day within the next 90 days."),
        ({"reason": ""}, "Please answer this."),
    ],
)
def test_a_form_that_needs_another_look_comes_back(
    manager: TestClient, changes: dict[str, str], said: str
) -> None:
    answer = puts(manager, a_tutor(), **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert answer.text.count("needs another look") <= 1
    assert kept() == []


def test_who_is_no_manager_sees_no_form_and_is_refused(ada: TestClient, manager: TestClient) -> None:
    number = a_tutor()
    assert "Set this prediction aside" not in ada.get(f"/people-ops/tutors/{number}").text
    assert "Set this prediction aside" in manager.get(f"/people-ops/tutors/{number}").text
    assert puts(ada, number).status_code == 403
    puts(manager, number)
    assert lifts(ada, number, kept()[0].id).status_code == 403
    assert [entry.lifted_at for entry in kept()] == [None]


def test_an_entry_of_another_tutor_is_not_found(manager: TestClient) -> None:
    number, other = a_tutor(), a_tutor()
    puts(manager, number)
    assert lifts(manager, other, kept()[0].id).status_code == 404
    assert puts(manager, 99_999_999).status_code == 404
