"""All pages as one application, to be mounted at the root, below the API's own addresses."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from retention.errors import Refusal
from retention.settings import settings
from web import faults, patterns, preferences, sign_in, statics
from web.guard import SameOrigin, SecurityHeaders
from web.people_ops import acts, case, inbox, task, tutor
from web.viewer import https

SHORTEST_SECRET = 32  # characters
ROUTERS = (
    statics.router,
    sign_in.router,
    preferences.router,
    patterns.router,
    inbox.router,
    task.router,
    acts.router,
    case.router,
    tutor.router,
)


def pages() -> ASGIApp:
    """The pages with their guards outside, so that even a broken page carries the headers.

    Raises Refusal in production without a secret of 32 characters: forms would outlive no restart.
    """
    secret = settings().session_secret.get_secret_value()
    if settings().environment == "production" and len(secret) < SHORTEST_SECRET:
        raise Refusal("SESSION_SECRET is too short.", instead="Set at least 32 random characters.")
    return SecurityHeaders(SameOrigin(bare_pages()), https=https())


def bare_pages() -> FastAPI:
    """The routes and fault pages alone; tests look at its route table."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for router in ROUTERS:
        app.include_router(router)
    faults.install(app)
    return app
