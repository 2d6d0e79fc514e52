"""The application as a whole: its description, how it is, and what it tells about itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from structlog.testing import capture_logs

from api import examples
from retention import policy
from retention.messages.reading import checked
from retention.records.database import transaction
from retention.vocabulary import Stream
from tests.api.conftest import LAST_MONTH, post
from tests.factories import wire


def described(client: TestClient) -> Any:
    return client.get("/api/v1/openapi.json").json()


def references(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(references(inner) for inner in value))
    return set()


def test_every_part_that_the_description_names_is_in_it(client: TestClient) -> None:
    description = described(client)
    known = {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}
    assert references(description) <= known


def test_the_description_has_the_addresses_of_the_api_and_no_page(client: TestClient) -> None:
    assert set(described(client)["paths"]) == {
        "/api/v1/sessions",
        "/api/v1/events",
        "/api/v1/feedback",
        "/api/v1/portal-notes",
        "/api/v1/quarantine",
        "/api/v1/quarantine/{number}",
        "/api/v1/quarantine/{number}/replay",
        "/health",
        "/ready",
    }


@pytest.mark.parametrize(
    ("stream", "example"),
    [(stream, example) for stream, several in examples.EXAMPLES.items() for example in several.values()],
)
def test_each_example_is_a_record_by_schema_and_by_reading(
    client: TestClient, stream: Stream, example: dict[str, Any]
) -> None:
    description = described(client)
    content = description["paths"][f"/api/v1/{stream}"]["post"]["requestBody"]["content"]
    schema = content["application/json"]["schema"] | {"components": description["components"]}
    jsonschema.validate(example, schema)
    assert checked(stream, example).event_id == example["event_id"]


def test_a_fault_is_what_the_description_says(client: TestClient) -> None:
    description = described(client)
    schema = description["components"]["schemas"]["Fault"] | {"components": description["components"]}
    fault = post(client, "events", {})
    jsonschema.validate(fault.json(), schema)
    assert fault.json()["request_id"] == fault.headers["x-request-id"]


def test_it_lives_even_when_nothing_else_does(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}


def test_it_says_which_part_is_not_well(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    answer = client.get("/ready")
    parts = {part["name"]: part["ok"] for part in answer.json()["parts"]}
    assert (parts["database"], parts["evaluation"]) == (True, True)
    if not parts["temporal"]:
        assert answer.status_code == 503


@pytest.mark.parametrize(("waits", "well"), [(0.98, True), (1.02, False)])
def test_facts_that_wait_too_long_for_their_evaluation_are_not_well(
    client: TestClient, waits: float, *, well: bool
) -> None:
    with transaction() as session:
        session.execute(
            text("INSERT INTO dirty_days (tutor_number, day, known_at) VALUES (1, '2026-03-02', :since)"),
            {"since": datetime.now(UTC) - policy.FRESH_FOR * waits},
        )
    parts = {part["name"]: part["ok"] for part in client.get("/ready").json()["parts"]}
    assert parts["evaluation"] is well


def test_the_figures_count_requests_by_route_and_what_waits(platform: TestClient, tutor: str) -> None:
    post(platform, "sessions", wire.a_session(tutor, start=LAST_MONTH + timedelta(days=1)))
    told = platform.get("/metrics").text
    assert 'mainstay_requests_total{method="POST",route="/api/v1/sessions",status="201"}' in told
    assert 'mainstay_waiting{what="dirty_tutors"} 1.0' in told
    assert 'mainstay_waiting{what="dead_commands"} 0.0' in told


def test_the_log_tells_the_route_and_never_what_was_asked(platform: TestClient) -> None:
    with capture_logs() as lines:
        platform.get("/api/v1/quarantine", params={"stream": "events", "after": "12345"})
        platform.put("/api/v1/quarantine/12345", json={})
    assert [line["route"] for line in lines] == ["/api/v1/quarantine", "/api/v1/quarantine/{number}"]
    assert "12345" not in str(lines)


def test_a_request_keeps_the_id_it_came_with_when_it_is_a_decent_one(client: TestClient) -> None:
    assert client.get("/health", headers={"x-request-id": "abc-12345"}).headers["x-request-id"] == "abc-12345"
    assert client.get("/health", headers={"x-request-id": "<b>"}).headers["x-request-id"] != "<b>"


def test_what_is_not_the_apis_goes_to_the_pages(client: TestClient) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert client.get("/healthy").headers["content-type"].startswith("text/html")
