"""The application as the platform meets it: over HTTP, with a real database behind it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import event
from sqlalchemy.orm import Session

from api.app import create_app
from api.bodies import LINES, ONE_RECORD
from retention.records import api_keys
from retention.records.database import transaction
from retention.vocabulary import Origin, Scope
from tests.factories import wire

Post = Callable[..., Response]
LAST_MONTH = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def client(data: str) -> Iterator[TestClient]:
    """The application without a key."""
    with TestClient(create_app(), raise_server_exceptions=False) as open_client:
        yield open_client


@pytest.fixture
def platform(client: TestClient) -> TestClient:
    """The platform, with a key that may post and mend."""
    client.headers["authorization"] = f"Bearer {a_key('platform')}"
    return client


@pytest.fixture
def tutor(platform: TestClient) -> str:
    """A tutor whom we know."""
    assert post(platform, "events", wire.an_onboarding("tutor-1", at=LAST_MONTH)).status_code == 201
    return "tutor-1"


@pytest.fixture
def statements(session: Session) -> Iterator[list[str]]:
    """Every statement that is sent to the database from now on."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def a_key(name: str, *, scopes: Sequence[Scope] = tuple(Scope), origin: Origin = Origin.REAL) -> str:
    """The secret of a new key."""
    with transaction() as session:
        return api_keys.issue(session, name, scopes=scopes, origin=origin, at=datetime.now(UTC))


def post(client: TestClient, stream: str, record: object) -> Response:
    """Post one record."""
    return raw(client, stream, orjson.dumps(record))


def raw(client: TestClient, stream: str, body: bytes, *, media_type: str = ONE_RECORD) -> Response:
    """Post these very bytes."""
    return client.post(f"/api/v1/{stream}", content=body, headers={"content-type": media_type})


def batch(client: TestClient, stream: str, lines: Sequence[Any]) -> Response:
    """Post lines: records, or bytes as they are."""
    written = [line if isinstance(line, bytes) else orjson.dumps(line) for line in lines]
    return raw(client, stream, b"\n".join(written), media_type=LINES)
