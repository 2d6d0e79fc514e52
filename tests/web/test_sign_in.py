from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from retention import demo
from retention.records import accounts
from retention.records.accounts import SignIn
from retention.records.database import transaction
from tests.factories.people import PASSWORD
from tests.web.conftest import Visitor, account, email_of, token_of
from web import sign_in
from web.viewer import cookie_name

FORM = {"email": email_of("Ada"), "password": PASSWORD}


def test_who_signs_in_goes_on_to_where_they_wanted_to_be(stranger: TestClient) -> None:
    account()
    asked = stranger.get("/people-ops/tasks?view=mine", follow_redirects=False)
    assert asked.headers["location"] == "/sign-in?then=/people-ops/tasks%3Fview%3Dmine"
    arrived = stranger.post("/sign-in", data=FORM | {"then": "/people-ops/tasks?view=mine"})
    assert arrived.status_code == 200
    assert "My tasks" in arrived.text


@pytest.mark.parametrize(
    "then", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "x"]
)
def test_signing_in_never_leads_to_another_site(stranger: TestClient, then: str) -> None:
    account()
    answer = stranger.post("/sign-in", data=FORM | {"then": then}, follow_redirects=False)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("wrong", [{"password": "guess"}, {"email": "nobody@mainstay.example"}])
def test_a_wrong_password_and_an_unknown_person_read_the_same(
    stranger: TestClient, wrong: dict[str, str]
) -> None:
    account()
    answer = stranger.post("/sign-in", data=FORM | wrong)
    assert answer.status_code == 403
    assert "do not belong together" in answer.text
    assert cookie_name() not in stranger.cookies


def test_the_address_is_kept_and_the_password_is_not(stranger: TestClient) -> None:
    answer = stranger.post("/sign-in", data={"email": "ada@mainstay.example", "password": ""})
    assert answer.status_code == 422
    assert 'value="ada@mainstay.example"' in answer.text
    assert "Please answer this." in answer.text


def test_too_many_wrong_passwords_are_stopped_also_for_the_right_one(stranger: TestClient) -> None:
    account()
    tries = sign_in.LIMITS[0].amount
    guesses = [stranger.post("/sign-in", data=FORM | {"password": f"guess {n}"}) for n in range(tries)]
    assert {answer.status_code for answer in guesses} == {403}
    assert stranger.post("/sign-in", data=FORM).status_code == 429


def test_signing_out_ends_the_sign_in_for_every_copy_of_its_cookie(ada: TestClient) -> None:
    token = ada.cookies[cookie_name()]
    left = ada.post("/sign-out", data={"form_token": token_of(ada)})
    assert left.headers["location"] == "/sign-in?left=true"
    ada.cookies.set(cookie_name(), token)
    assert ada.get("/people-ops/tasks").status_code == 303


@pytest.mark.parametrize(
    ("expires", "seen", "status"),
    [(1, -59, 200), (-1, -1, 303), (1, -61, 303)],
    ids=["live", "expired", "idle"],
)
def test_a_sign_in_ends_by_age_and_by_idleness(ada: TestClient, expires: int, seen: int, status: int) -> None:
    now = datetime.now(UTC)
    with transaction() as session:
        kept = session.query(SignIn).one()
        kept.expires_at = now + timedelta(minutes=expires)
        kept.seen_at = now + timedelta(minutes=seen)
    assert ada.get("/people-ops/tasks").status_code == status


def test_only_the_hash_of_a_cookie_is_kept(ada: TestClient) -> None:
    with transaction() as session:
        assert ada.cookies[cookie_name()].encode() not in session.query(SignIn).one().digest


def test_the_demos_accounts_are_opened_once(data: str) -> None:
    for _ in range(2):
        with transaction() as session:
            demo.open_accounts(session, at=datetime.now(UTC))
    with transaction() as session:
        assert len(accounts.staff(session)) == len(demo.STAFF)


def test_a_form_of_another_sign_in_is_refused(visitor: Visitor) -> None:
    ada, ben = visitor(), visitor("Ben Moor")
    form = {"theme": "dark", "time_zone": "UTC", "form_token": token_of(ben)}
    assert ada.post("/preferences", data=form).status_code == 403
