"""Vetoes on the tutor's page: a manager puts and lifts them, everybody sees them, each is on record."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from retention.records import audit
from retention.records.database import transaction
from retention.records.vetoes import Veto
from retention.vocabulary import Role
from tests.factories import platform
from tests.web.conftest import Visitor, token_of

TODAY = datetime.now(UTC).date()
REASON = "She is moving house; tips would only annoy."


@pytest.fixture
def manager(visitor: Visitor) -> TestClient:
    return visitor("Grace Hopper", role=Role.OPS_MANAGER)


def a_tutor() -> int:
    with transaction() as session:
        number, _ = platform.a_tutor(session, at=datetime.now(UTC) - timedelta(days=60))
        return number


def puts(browser: TestClient, number: int, **changes: str) -> Response:
    last_day = str(TODAY + timedelta(days=30))
    form = {"programme": "coaching_tip", "last_day": last_day, "reason": REASON, **changes}
    return browser.post(f"/people-ops/tutors/{number}/vetoes", data=form | {"form_token": token_of(browser)})


def lifts(browser: TestClient, number: int, veto: int) -> Response:
    token = {"form_token": token_of(browser)}
    return browser.post(f"/people-ops/tutors/{number}/vetoes/{veto}/lift", data=token)


def kept() -> list[Veto]:
    with transaction() as session:
        return list(session.scalars(select(Veto).order_by(Veto.id)))


def acts_about(number: int) -> list[str]:
    with transaction() as session:
        lines = audit.lines_about(session, f"tutor/{number}")
        return [line.act for line in lines if line.act.startswith("veto.")]


def test_a_manager_spares_a_tutor_tips_and_everybody_sees_it(manager: TestClient, ada: TestClient) -> None:
    number = a_tutor()
    assert puts(manager, number).status_code == 303
    (veto,) = kept()
    assert (veto.programme, veto.reason, veto.tutor_number) == ("coaching_tip", REASON, number)
    page = ada.get(f"/people-ops/tutors/{number}").text
    assert "No coaching tip" in page
    assert REASON in page
    assert "Grace Hopper" in page
    assert acts_about(number) == ["veto.put"]


def test_a_veto_ends_when_its_last_day_is_over_where_the_manager_is(manager: TestClient) -> None:
    puts(manager, a_tutor(), last_day=str(TODAY))
    (veto,) = kept()
    assert timedelta(0) < veto.until - datetime.now(UTC) <= timedelta(days=1, hours=12)


def test_lifting_ends_it_and_keeps_it_on_record(manager: TestClient) -> None:
    number = a_tutor()
    puts(manager, number)
    (veto,) = kept()
    assert lifts(manager, number, veto.id).status_code == 303
    assert lifts(manager, number, veto.id).status_code == 303  # twice is once
    (lifted,) = kept()
    assert (lifted.lifted_at is not None, lifted.lifted_by) == (True, veto.put_by)
    assert "No coaching tip" not in manager.get(f"/people-ops/tutors/{number}").text
    assert acts_about(number) == ["veto.lifted", "veto.lifted", "veto.put"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last_day": str(TODAY - timedelta(days=2))}, "Please give today or a later day."),
        ({"last_day": str(TODAY + timedelta(days=400))}, "Please give a day within the next 366 days."),
        ({"reason": ""}, "Please answer this."),
        ({"programme": "alert_check"}, "Please choose one of the answers."),
    ],
)
def test_a_form_that_needs_another_look_comes_back_with_what_was_typed(
    manager: TestClient, changes: dict[str, str], said: str
) -> None:
    answer = puts(manager, a_tutor(), **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert kept() == []


def test_who_is_no_manager_sees_no_form_and_is_refused(ada: TestClient, manager: TestClient) -> None:
    number = a_tutor()
    assert f"/people-ops/tutors/{number}/vetoes" not in ada.get(f"/people-ops/tutors/{number}").text
    assert puts(ada, number).status_code == 403
    puts(manager, number)
    assert lifts(ada, number, kept()[0].id).status_code == 403
    assert [veto.lifted_at for veto in kept()] == [None]


def test_a_veto_of_another_tutor_is_not_found(manager: TestClient) -> None:
    number, other = a_tutor(), a_tutor()
    puts(manager, number)
    assert lifts(manager, other, kept()[0].id).status_code == 404
    assert puts(manager, 99_999_999).status_code == 404
