"""What colleagues choose about letters on alerts; who is no colleague is not asked."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from retention.records import accounts
from retention.records.accounts import AlertWishes
from retention.records.database import transaction
from retention.vocabulary import AlertMail, AlertScope, Role
from tests.web.conftest import Visitor, account, token_of

HERE = "/preferences"
CHOSEN = {
    "theme": "auto",
    "time_zone": "Europe/London",
    "shortcuts": "true",
    "alert_mail": "in_the_morning",
    "alert_scope": "my_tutors",
    "digest_hour": "7",
}


def chooses(browser: TestClient, **changes: str) -> Response:
    return browser.post(HERE, data=CHOSEN | changes | {"form_token": token_of(browser)})


def wishes(name: str = "Ada Byron", role: Role = Role.PEOPLE_OPS) -> AlertWishes:
    with transaction() as session:
        return accounts.alert_wishes(session, account(name, role=role).id)


def test_who_has_chosen_nothing_is_told_at_once_and_at_eight(ada: TestClient) -> None:
    assert wishes() == AlertWishes(AlertMail.AT_ONCE, AlertScope.GROUP, 8)
    page = ada.get(HERE).text
    assert 'value="at_once" checked' in page
    assert 'value="my_group" checked' in page


def test_an_admin_reads_alerts_on_the_pages(visitor: Visitor) -> None:
    visitor("Root", role=Role.ADMIN)
    assert wishes("Root", Role.ADMIN).mail is AlertMail.PAGES


def test_what_is_chosen_is_kept_and_shown(ada: TestClient) -> None:
    assert chooses(ada).status_code == 303
    assert wishes() == AlertWishes(AlertMail.MORNING, AlertScope.MINE, 7)
    page = ada.get(HERE, params={"saved": "true"}).text
    assert "Saved." in page
    assert 'value="in_the_morning" checked' in page


@pytest.mark.parametrize(
    ("hour", "status"), [("4", 422), ("5", 303), ("20", 303), ("21", 422), ("eight", 422), ("", 422)]
)
def test_the_hour_is_one_of_the_day(ada: TestClient, hour: str, status: int) -> None:
    assert chooses(ada, digest_hour=hour).status_code == status


def test_a_wish_that_is_none_is_refused(ada: TestClient) -> None:
    answer = chooses(ada, alert_mail="never")
    assert answer.status_code == 422
    assert "Please choose one of the answers." in answer.text
    assert wishes().mail is AlertMail.AT_ONCE


def test_a_tutor_is_not_asked_about_alerts(visitor: Visitor) -> None:
    browser = visitor("Tess", role=Role.TUTOR)
    assert "lert" not in browser.get(HERE).text
    assert chooses(browser).status_code == 303
    assert wishes("Tess", Role.TUTOR).hour == 8
