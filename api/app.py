"""The one web application: the JSON API here, the people's pages beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.types import ASGIApp, Receive, Scope, Send

from api import examples, health, ingestion, live, metrics, portal, problems, quarantine
from api.observing import Observed
from web.application import pages

OURS = ("/api/", "/health/", "/ready/", "/metrics/", "/live/")
DESCRIPTION = """\
Where the session platform posts what happens: sessions, tutors' behaviour and students' feedback.

Every record has its own `event_id`. A repeat is answered as the first time and changes nothing; the
same id with another body is refused. Late and out-of-order records are welcome. Instants carry their
offset. Every fault is a problem document (RFC 9457) that names the fields and the way out.
"""


class Beside:
    """Sends what is not the API's to the pages, whole, so that each side answers its own faults."""

    def __init__(self, app: ASGIApp, *, pages: ASGIApp) -> None:
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "lifespan" or f"{scope['path']}/".startswith(OURS)
        await (self._app if ours else self._pages)(scope, receive, send)


def create_app() -> FastAPI:
    """The application with everything in it; starts nothing until its lifespan begins."""
    app = FastAPI(
        title="Mainstay",
        version="1",
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        lifespan=_open_for_business,
    )
    for router in (ingestion, quarantine, portal, health, metrics, live):
        app.include_router(router.router)
    problems.install(app)
    app.add_middleware(Beside, pages=pages())
    app.add_middleware(Observed)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign] # FastAPI's own way to add parts
    return app


@asynccontextmanager
async def _open_for_business(app: FastAPI) -> AsyncIterator[None]:
    """Listen for what changes before the first page is served, until the last is closed."""
    app.state.hub = hub = live.Hub()
    ear = asyncio.create_task(hub.listen())
    try:
        yield
    finally:
        ear.cancel()
        await asyncio.gather(ear, return_exceptions=True)


def _described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description, with the schemas of bodies that are read as bytes."""
    if app.openapi_schema is None:
        described = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = described.setdefault("components", {}).setdefault("schemas", {})
        fault = problems.Fault.model_json_schema(ref_template=examples.REFERENCE)
        schemas |= fault.pop("$defs", {}) | {"Fault": fault} | examples.parts()
        app.openapi_schema = described
    return app.openapi_schema
