"""Posting: once in effect, clear about what is wrong, and never broken by it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings as patience, strategies as st
from sqlalchemy import text

from api.bodies import LINES, MOST_LINES
from retention.messages.reading import MOST_BYTES
from retention.records.database import transaction
from retention.vocabulary import Origin, Scope
from tests.api.conftest import LAST_MONTH, a_key, batch, post, raw
from tests.factories import wire

START = LAST_MONTH + timedelta(days=1)


def stored(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with transaction() as session:
        return [tuple(row) for row in session.execute(text(statement), values)]


def count(table: str) -> int:
    return int(stored(f"SELECT count(*) FROM {table}")[0][0])


def errors(answer: Any) -> dict[str, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return {one["path"]: one["message"] for one in answer.json()["errors"]}


def test_a_new_record_is_stored_and_a_repeat_is_answered_as_the_first_time(
    platform: TestClient, tutor: str
) -> None:
    session = wire.a_session(tutor, start=START)
    first, second = post(platform, "sessions", session), post(platform, "sessions", session)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["event_id"] == second.json()["event_id"] == session["event_id"]
    assert (count("session_events"), count("sessions"), count("moments")) == (1, 1, 1)


def test_a_repeat_may_be_spelled_otherwise(platform: TestClient, tutor: str) -> None:
    session = wire.a_session(tutor, start=START)
    post(platform, "sessions", session)
    elsewhere = START.isoformat().replace("09:00:00+00:00", "10:00:00+01:00")
    spelled = dict(reversed(session.items())) | {"scheduled_start": elsewhere, "reason": None}
    assert post(platform, "sessions", spelled).status_code == 200


def test_the_same_id_with_another_body_is_refused_and_the_first_one_stands(
    platform: TestClient, tutor: str
) -> None:
    session = wire.a_session(tutor, start=START)
    post(platform, "sessions", session)
    answer = post(platform, "sessions", session | {"duration_minutes": 30})
    assert answer.status_code == 409
    assert "event_id" in errors(answer)
    assert stored("SELECT duration_minutes FROM sessions") == [(60,)]


def test_what_a_key_posts_has_the_origin_of_the_key(client: TestClient) -> None:
    client.headers["authorization"] = f"Bearer {a_key('simulator', origin=Origin.SYNTHETIC)}"
    post(client, "events", wire.an_onboarding("tutor-9", at=LAST_MONTH))
    assert stored("SELECT origin FROM tutors") == [("synthetic",)]


def test_a_record_of_an_unknown_tutor_says_what_to_post_first(platform: TestClient) -> None:
    answer = post(platform, "sessions", wire.a_session("nobody", start=START))
    assert answer.status_code == 422
    assert "post its onboarded record first" in errors(answer)["tutor_id"]


def test_an_event_may_be_five_minutes_ahead_and_no_more(platform: TestClient, tutor: str) -> None:
    now = datetime.now(UTC)
    login = {"tutor_id": tutor, "kind": "login"}
    soon = login | {"event_id": "soon", "event_time": (now + timedelta(minutes=4.9)).isoformat()}
    later = login | {"event_id": "later", "event_time": (now + timedelta(minutes=5.2)).isoformat()}
    assert post(platform, "events", soon).status_code == 201
    assert errors(post(platform, "events", later)) == {"event_time": "lies in the future"}


@pytest.mark.parametrize(
    ("body", "path", "says"),
    [
        (b"", "", "not valid JSON"),
        (b"[]", "", "not a JSON object"),
        (b'{"event_id": 1', "", "not valid JSON"),
        (b'\xef\xbb\xbf{"event_id": "a"}', "", "byte order mark"),
        (b'{"a": NaN}', "", "not valid JSON"),
        (b'{"a": 1' + b"0" * 400 + b"}", "", "not valid JSON"),
        (b'{"a": "\\ud800"}', "", "not valid JSON"),
        (b'{"a": "\xff"}', "", "not valid JSON"),
        (b'{"reason": "\\u0000"}', "", "U+0000"),
        (b'{"a": ' + b"[" * 30 + b"]" * 30 + b"}", "", "nested deeper"),
        (b"[" * 5_000, "", "not valid JSON"),
        (b'{"subject": "a", "subject" : "b"}', "subject", "named twice"),
        (b'{"event_id": "a b"}', "event_id", "pattern"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_why(
    platform: TestClient, body: bytes, path: str, says: str
) -> None:
    answer = raw(platform, "sessions", body)
    assert answer.status_code == 422
    assert says in errors(answer)[path]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"scheduled_minutes": 4}, "scheduled_minutes"),
        ({"scheduled_minutes": 721}, "scheduled_minutes"),
        ({"engagement_score": 1.01}, "engagement_score"),
        ({"session_number": 0}, "session_number"),
        ({"session_number": True}, "session_number"),
        ({"event_time": "2026-03-02T10:00:00"}, "event_time"),
        ({"event_time": "1999-12-31T23:59:59+00:00"}, "event_time"),
        ({"scheduled_start": "9999-12-31T23:59:59-14:00"}, "scheduled_start"),
        ({"student_ids": []}, "student_ids"),
        ({"mood": "good"}, "mood"),
        ({"actual_start": None}, ""),
    ],
)
def test_a_wrong_field_is_named(platform: TestClient, tutor: str, changes: dict[str, Any], path: str) -> None:
    answer = post(platform, "sessions", wire.a_session(tutor, start=START) | changes)
    assert answer.status_code == 422
    assert list(errors(answer)) == [path]


def test_a_body_of_the_wrong_kind_or_length_is_refused(platform: TestClient) -> None:
    assert raw(platform, "events", b"a,b", media_type="text/csv").status_code == 415
    assert raw(platform, "events", b" " * (MOST_BYTES + 1)).status_code == 413
    assert raw(platform, "events", b"{}\n" * (MOST_LINES + 1), media_type=LINES).status_code == 413


def test_strangers_and_keys_without_the_scope_are_kept_out(client: TestClient) -> None:
    assert post(client, "events", {}).status_code == 401
    client.headers["authorization"] = "Bearer mainstay_made-up"
    assert post(client, "events", {}).status_code == 401
    client.headers["authorization"] = f"Bearer {a_key('mender', scopes=[Scope.QUARANTINE])}"
    assert post(client, "events", {}).status_code == 403


def test_an_unknown_address_and_a_wrong_method_are_problems_too(client: TestClient) -> None:
    for answer, status in ((client.get("/api/v1/nothing"), 404), (client.get("/api/v1/sessions"), 405)):
        assert answer.status_code == status
        assert answer.json()["detail"]


def test_a_batch_stores_what_is_good_and_quarantines_the_rest(platform: TestClient, tutor: str) -> None:
    good = wire.a_session(tutor, start=START)
    lines = [
        good,
        b"",
        b"{broken",
        good,
        good | {"duration_minutes": 1},
        wire.a_session("nobody", start=START),
        wire.a_session(tutor, start=START),
    ]
    told = batch(platform, "sessions", lines).json()
    assert (told["received"], told["stored"], told["repeated"], told["quarantined"]) == (6, 2, 1, 3)
    assert [line["line"] for line in told["lines"]] == [3, 5, 6]
    assert count("quarantine") == 3
    again = batch(platform, "sessions", lines).json()
    assert (again["stored"], again["repeated"]) == (0, 3)
    assert count("quarantine") == 3


def test_a_batch_may_introduce_the_tutors_it_speaks_of(platform: TestClient) -> None:
    login = {"event_id": "l", "tutor_id": "t", "kind": "login", "event_time": START.isoformat()}
    told = batch(platform, "events", [login, wire.an_onboarding("t", at=LAST_MONTH)]).json()
    assert told["stored"] == 2
    assert stored("SELECT tutor_number - number FROM spells JOIN tutors ON true") == [(0,)]


def test_ten_thousand_lines_are_one_batch(platform: TestClient, tutor: str) -> None:
    lines = [wire.a_session(tutor, start=START + timedelta(minutes=i)) for i in range(MOST_LINES)]
    told = batch(platform, "sessions", lines).json()
    assert (told["stored"], told["quarantined"]) == (MOST_LINES, 0)
    assert count("sessions") == count("moments") == MOST_LINES


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
FIELDS = [*sorted(wire.a_session("t", start=START)), "kind", "details", "overall_rating", "student_id"]


@patience(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stream=st.sampled_from(["sessions", "events", "feedback"]),
    bodies=st.lists(
        st.binary(max_size=80)
        | st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=12).map(
            lambda value: (
                orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME)
                if _plain(value)
                else repr(value).encode("utf-8", "replace")
            )
        ),
        max_size=5,
    ),
    together=st.booleans(),
)
def test_garbage_is_answered_and_never_breaks_anything(
    platform: TestClient, stream: str, bodies: list[bytes], *, together: bool
) -> None:
    media_type = LINES if together else "application/json"
    for body in [b"\n".join(bodies)] if together else bodies:
        assert raw(platform, stream, body, media_type=media_type).status_code in {200, 422}


def _plain(value: object) -> bool:
    try:
        orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):
        return False
    return True
