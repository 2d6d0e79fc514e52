"""Who is posting: an API key, what it may do, and how fast."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.problems import Faulty
from retention.errors import Forbidden
from retention.records import api_keys
from retention.records.database import transaction
from retention.vocabulary import Origin, Scope

A_MINUTE = RateLimitItemPerMinute(12_000)  # requests a key, each of up to 10,000 lines; a bug, not a platform
_LIMITER = MovingWindowRateLimiter(MemoryStorage())
_BEARER = HTTPBearer(auto_error=False, description="An API key: `python -m api keys create`.")
HOW = "Send `Authorization: Bearer <API key>`; keys are made with `python -m api keys create`."


@dataclass(frozen=True)
class Sender:
    """The key of a request."""

    key_id: int
    name: str
    origin: Origin


def sender_with(scope: Scope) -> Callable[..., Sender]:
    """A dependency: the sender, when its key has this scope."""

    def sender(given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> Sender:
        return _admitted(given, scope=scope)

    return sender


def _admitted(given: HTTPAuthorizationCredentials | None, *, scope: Scope) -> Sender:
    if given is None:
        raise _stranger("This address needs an API key.")
    with transaction() as session:
        key = api_keys.owner_of(session, given.credentials)
    if key is None:
        raise _stranger("This API key is unknown or was revoked.")
    if scope not in key.scopes:
        raise Forbidden(f"The API key {key.name} has no scope {scope}.", instead="Use a key that has it.")
    if not _LIMITER.hit(A_MINUTE, str(key.id)):
        again = _LIMITER.get_window_stats(A_MINUTE, str(key.id)).reset_time - time.time()
        raise Faulty(
            f"The API key {key.name} posts more than {A_MINUTE.amount} requests a minute.",
            kind="too_many",
            instead="Wait, and post many records in one batch.",
            headers={"retry-after": str(max(1, round(again)))},
        )
    return Sender(key_id=key.id, name=key.name, origin=Origin(key.origin))


def _stranger(what: str) -> Faulty:
    return Faulty(what, kind="unauthorized", instead=HOW, headers={"www-authenticate": "Bearer"})


Ingesting = Annotated[Sender, Depends(sender_with(Scope.INGEST))]
Mending = Annotated[Sender, Depends(sender_with(Scope.QUARANTINE))]
