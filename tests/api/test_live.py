"""The live socket: signed-in staff hear what changes, also after a gap; nobody else hears anything."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from fastapi import Response
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from api import live
from api.app import create_app
from retention import demo
from retention.records import accounts, announcements
from retention.records.database import transaction
from web import viewer

HERE = {"origin": "http://testserver"}


@pytest.fixture
def cookie(data: str) -> dict[str, str]:
    """The cookie of a signed-in colleague."""
    with transaction() as session:
        demo.open_accounts(session, at=datetime.now(UTC))
    with transaction() as session:
        account = accounts.by_email(session, demo.STAFF[0].email)
    assert account is not None
    response = Response()
    viewer.begin(response, account)
    name, _, value = response.headers["set-cookie"].split(";")[0].partition("=")
    return {"cookie": f"{name}={value}"}


@pytest.fixture
def listening(data: str) -> Iterator[TestClient]:
    """The application, once its ear is at the wall."""
    with TestClient(create_app()) as client:
        deadline = time.monotonic() + 10
        while not client.get("/ready").json()["parts"][-1]["ok"]:
            assert time.monotonic() < deadline
        yield client


def change(topic: str, *ids: int) -> None:
    with transaction() as session:
        announcements.announce(session, topic, ids)


def told(socket: WebSocketTestSession) -> Any:
    return socket.receive_json()


def test_staff_hear_what_changed_by_topic_and_id(listening: TestClient, cookie: dict[str, str]) -> None:
    with listening.websocket_connect("/live", headers=HERE | cookie) as socket:
        change("task", 7)
        assert told(socket) == {"topic": "task", "ids": ["7"]}


def test_what_is_rolled_back_is_not_told(listening: TestClient, cookie: dict[str, str]) -> None:
    with listening.websocket_connect("/live", headers=HERE | cookie) as socket:
        with pytest.raises(ZeroDivisionError), transaction() as session:
            announcements.announce(session, "task", [1 // 0])
        change("task", 2)
        assert told(socket)["ids"] == ["2"]


def test_after_a_dropped_connection_pages_are_told_that_they_missed_something_and_hear_again(
    listening: TestClient, cookie: dict[str, str], broom: psycopg.Connection
) -> None:
    with listening.websocket_connect("/live", headers=HERE | cookie) as socket:
        change("case", 1)
        assert told(socket)["topic"] == "case"
        ended = broom.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
        assert ended.rowcount >= 1
        assert told(socket) == {"topic": live.MISSED, "ids": []}
        change("case", 2)
        assert told(socket)["ids"] == ["2"]


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", ""])
def test_another_site_cannot_open_the_socket(
    listening: TestClient, cookie: dict[str, str], origin: str
) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        listening.websocket_connect("/live", headers=cookie | {"origin": origin}),
    ):
        pass
    assert closed.value.code == live.NOT_FOR_YOU


def test_nobody_hears_anything_without_signing_in(listening: TestClient) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        listening.websocket_connect("/live", headers=HERE),
    ):
        pass
    assert closed.value.code == live.SIGN_IN


def test_an_open_page_is_closed_when_its_person_signs_out(
    listening: TestClient, cookie: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_AGAIN", 0.05)
    with listening.websocket_connect("/live", headers=HERE | cookie) as socket:
        with transaction() as session:
            token = cookie["cookie"].partition("=")[2]
            accounts.end_sign_in(session, viewer._digest(token), at=datetime.now(UTC))
        with pytest.raises(WebSocketDisconnect) as closed:
            told(socket)
    assert closed.value.code == live.SIGN_IN


def test_many_changes_of_one_topic_are_told_together(listening: TestClient, cookie: dict[str, str]) -> None:
    with listening.websocket_connect("/live", headers=HERE | cookie) as socket:
        change("tutor", 0)
        assert told(socket)["ids"] == ["0"]
        for number in range(1, 30):
            change("tutor", number)
        heard: set[str] = set()
        messages = 0
        while len(heard) < 29:
            heard |= set(told(socket)["ids"])
            messages += 1
        assert messages < 29
