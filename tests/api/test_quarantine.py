"""Bad lines are kept until somebody mends or drops them, and are stored once in effect."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from retention.vocabulary import Scope
from tests.api.conftest import LAST_MONTH, a_key, batch, post
from tests.api.test_ingestion import count, errors, stored
from tests.factories import wire

START = LAST_MONTH + timedelta(days=1)
LINES = "/api/v1/quarantine"


@pytest.fixture
def line(platform: TestClient, tutor: str) -> int:
    """A line whose session lasts too short a time."""
    batch(platform, "sessions", [wire.a_session(tutor, start=START, scheduled_minutes=1)])
    return int(platform.get(LINES).json()["lines"][0]["number"])


def test_a_line_says_what_it_was_and_what_is_wrong_with_it(platform: TestClient, line: int) -> None:
    (told,) = platform.get(LINES, params={"stream": "sessions"}).json()["lines"]
    assert (told["line"], told["state"], told["problems"][0]["path"]) == (1, "open", "scheduled_minutes")
    assert '"scheduled_minutes":1' in told["body"]
    assert platform.get(LINES, params={"stream": "events"}).json()["lines"] == []


def test_a_corrected_line_is_stored_and_settled_once(platform: TestClient, line: int, tutor: str) -> None:
    good = wire.a_session(tutor, start=START)
    told = platform.put(f"{LINES}/{line}", json=good)
    assert (told.status_code, told.json()["state"], told.json()["event_id"]) == (
        200, "replayed", good["event_id"],
    )  # fmt: skip
    assert count("sessions") == 1
    assert platform.put(f"{LINES}/{line}", json=good).status_code == 409
    assert platform.get(LINES).json()["lines"] == []
    assert ("quarantine.replayed", f"quarantine/{line}") in stored("SELECT act, subject FROM audit")


def test_a_correction_that_is_wrong_itself_leaves_the_line_open(
    platform: TestClient, line: int, tutor: str
) -> None:
    answer = platform.put(f"{LINES}/{line}", json=wire.a_session(tutor, start=START, scheduled_minutes=2))
    assert answer.status_code == 422
    assert "scheduled_minutes" in errors(answer)
    assert len(platform.get(LINES).json()["lines"]) == 1


def test_a_line_that_came_too_early_is_replayed_as_it_was(platform: TestClient) -> None:
    batch(platform, "sessions", [wire.a_session("new-tutor", start=START)])
    (early,) = platform.get(LINES).json()["lines"]
    assert platform.post(f"{LINES}/{early['number']}/replay").status_code == 422
    post(platform, "events", wire.an_onboarding("new-tutor", at=LAST_MONTH))
    assert platform.post(f"{LINES}/{early['number']}/replay").json()["state"] == "replayed"
    assert count("moments") == 1


def test_a_dropped_line_is_never_stored(platform: TestClient, line: int) -> None:
    assert platform.delete(f"{LINES}/{line}").json()["state"] == "discarded"
    assert platform.post(f"{LINES}/{line}/replay").status_code == 409
    assert platform.get(LINES, params={"state": "discarded"}).json()["lines"][0]["number"] == line


def test_lines_come_page_by_page(platform: TestClient) -> None:
    batch(platform, "events", [b"a", b"b", b"c"])
    first = platform.get(LINES, params={"limit": 2}).json()
    rest = platform.get(LINES, params={"limit": 2, "after": first["next_after"]}).json()
    assert [line["body"] for line in first["lines"] + rest["lines"]] == ["a", "b", "c"]
    assert rest["next_after"] is None


def test_what_text_cannot_hold_is_shown_escaped(platform: TestClient) -> None:
    batch(platform, "events", [b"a\x00b\xff"])
    assert platform.get(LINES).json()["lines"][0]["body"] == "a\\x00b\\xff"


def test_there_is_no_such_line(platform: TestClient) -> None:
    assert platform.delete(f"{LINES}/999999").status_code == 404
    assert platform.delete(f"{LINES}/nine").status_code == 422
    assert platform.delete(f"{LINES}/{2**70}").status_code == 422


def test_a_key_that_only_posts_sees_no_lines(client: TestClient) -> None:
    client.headers["authorization"] = f"Bearer {a_key('poster', scopes=[Scope.INGEST])}"
    assert client.get(LINES).status_code == 403
