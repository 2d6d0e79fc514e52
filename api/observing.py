"""Every request gets an id, one line in the log and its place in the metrics; none tells a query string."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import REQUESTS, SECONDS

log = structlog.get_logger()
GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
QUIET = {"/health", "/ready", "/metrics"}  # asked every few seconds; logged only when they fail


class Observed:
    """Wraps the whole application, so that its faults are seen too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        began, status = time.perf_counter(), 500

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, with_id)
            finally:
                _note(scope, status, time.perf_counter() - began)


def _id_of(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if GIVEN_ID.fullmatch(given) else uuid4().hex


def _note(scope: Scope, status: int, seconds: float) -> None:
    """By the route's template: a path holds ids, and would make a series of each."""
    route = getattr(scope.get("route"), "path", "(none)")
    method = scope["method"] if scope["method"] in {"GET", "HEAD", "POST", "PUT", "DELETE"} else "other"
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)
    if route not in QUIET or status >= 400:
        log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
