"""Many senders at once, one that is too fast, and keys over their life."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from limits import RateLimitItemPerMinute
from typer.testing import CliRunner

from api import senders
from api.__main__ import commands
from retention.errors import Conflict, NotFound
from retention.messages.reading import MOST_BYTES, checked
from retention.records import api_keys, ingestion
from retention.records.database import transaction
from retention.vocabulary import Origin, Receipt, Scope, Stream
from tests.api.conftest import LAST_MONTH, a_key, post
from tests.api.test_consequences import a_life
from tests.api.test_ingestion import count, stored
from tests.factories import wire

NOW = LAST_MONTH + timedelta(days=60)


def at_once(*works: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(len(works)) as threads:
        return [future.result() for future in [threads.submit(work) for work in works]]


def take(record: wire.Json) -> Receipt:
    with transaction() as session:
        good = checked(Stream.SESSIONS, record)
        return ingestion.store(session, Stream.SESSIONS, [good], origin=Origin.REAL, now=NOW)[0].receipt


def test_the_same_record_posted_eight_times_at_once_is_stored_once(tutor: str) -> None:
    record = wire.a_session(tutor, start=LAST_MONTH + timedelta(days=1))
    receipts = Counter(at_once(*[lambda: take(record)] * 8))
    assert receipts == {Receipt.STORED: 1, Receipt.REPEATED: 7}
    assert count("moments") == 1


def test_a_life_told_by_several_senders_at_once_stands_as_if_told_in_order(tutor: str) -> None:
    for _ in range(5):
        life = a_life(tutor)
        at_once(*[lambda told=told: take(told) for told in life])
    assert set(stored("SELECT state, moves, tutor_moves, late_start_minutes FROM sessions")) == {
        ("completed", 2, 1, 12)
    }


def test_whole_batches_in_opposite_order_do_not_wait_for_each_other_for_ever(tutor: str) -> None:
    several = [wire.a_session(tutor, start=LAST_MONTH + timedelta(minutes=n)) for n in range(200)]

    def take_all(records: list[wire.Json]) -> int:
        good = [checked(Stream.SESSIONS, record) for record in records]
        with transaction() as session:
            answers = ingestion.store(session, Stream.SESSIONS, good, origin=Origin.REAL, now=NOW)
        return [answer.receipt for answer in answers].count(Receipt.STORED)

    new = at_once(lambda: take_all(several), lambda: take_all(several[::-1]))
    assert sorted(new) == [0, 200]  # type: ignore[type-var] # both are counts


def test_a_key_that_is_too_fast_is_told_to_wait(
    platform: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "A_MINUTE", RateLimitItemPerMinute(2))
    answers = [post(platform, "events", {}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    platform.headers["authorization"] = f"Bearer {a_key('other')}"
    assert post(platform, "events", {}).status_code == 422


@pytest.mark.parametrize(("method", "address"), [("POST", "sessions"), ("PUT", "quarantine/1")])
def test_nobody_without_a_key_has_a_body_read(client: TestClient, method: str, address: str) -> None:
    answer = client.request(method, f"/api/v1/{address}", content=b" " * (MOST_BYTES + 1))
    assert answer.status_code == 401


def test_a_renewed_key_has_another_secret_and_a_revoked_one_opens_nothing(data: str) -> None:
    first = a_key("platform")
    with transaction() as session:
        second = api_keys.renew(session, "platform")
        assert api_keys.owner_of(session, first) is None
        assert api_keys.owner_of(session, second) is not None
        api_keys.revoke(session, "platform", at=datetime.now(UTC))
        assert api_keys.owner_of(session, second) is None


def test_a_name_is_given_once_and_must_be_known(data: str) -> None:
    a_key("platform")
    with transaction() as session:
        with pytest.raises(Conflict):
            api_keys.issue(session, "platform", scopes=[], origin=Origin.REAL, at=datetime.now(UTC))
        with pytest.raises(NotFound):
            api_keys.renew(session, "nobody")


def test_a_key_is_made_on_the_command_line_and_its_secret_told_once(data: str) -> None:
    run = CliRunner().invoke
    made = run(commands, ["keys", "create", "--name", "platform", "--scope", "ingest"])
    assert made.exit_code == 0
    with transaction() as session:
        key = api_keys.owner_of(session, made.output.strip())
    assert key is not None
    assert (key.name, key.scopes, key.origin) == ("platform", [Scope.INGEST], "real")
    assert made.output.strip() not in run(commands, ["keys", "list"]).output
