"""All pages as one application, to be mounted at the root, below the API's own addresses."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from retention.errors import Refusal
from retention.settings import settings
from web import faults, patterns, preferences, sign_in, statics
from web.guard import SameOrigin, SecurityHeaders
from web.people_ops import (
    acts,
    alert,
    alert_storm,
    alerting,
    alerts,
    case,
    guides,
    inbox,
    letters,
    models,
    outbox,
    programmes,
    rule,
    rule_change,
    rulebook_acts,
    rulebook_version,
    rules,
    set_asides,
    snoozes,
    task,
    tutor,
    vetoes,
    why,
)
from web.tutor import answer, guide
from web.viewer import https

SHORTEST_SECRET = 32  # characters
WORTH_PACKING = 2_000  # bytes
PACKED_FAST = 4  # of 9: a third of the work of the strongest for a few percent more bytes
ROUTERS = (
    statics.router,
    sign_in.router,
    preferences.router,
    patterns.router,
    inbox.router,
    task.router,
    acts.router,
    alerts.router,
    alert_storm.router,
    alert.router,
    alerting.router,
    case.router,
    tutor.router,
    why.router,
    vetoes.router,
    set_asides.router,
    snoozes.router,
    programmes.router,
    models.router,
    rules.router,
    rulebook_version.router,
    rulebook_acts.router,
    rule.router,
    rule_change.router,
    guides.router,
    outbox.router,
    letters.router,
    answer.router,
    guide.router,
)


def pages() -> ASGIApp:
    """The pages with their guards outside, so that even a broken page carries the headers.

    Raises Refusal in production without a secret of 32 characters: forms would outlive no restart.
    """
    secret = settings().session_secret.get_secret_value()
    if settings().environment == "production" and len(secret) < SHORTEST_SECRET:
        raise Refusal("SESSION_SECRET is too short.", instead="Set at least 32 random characters.")
    packed = GZipMiddleware(bare_pages(), minimum_size=WORTH_PACKING, compresslevel=PACKED_FAST)
    return SecurityHeaders(SameOrigin(packed), https=https())


def bare_pages() -> FastAPI:
    """The routes and fault pages alone; tests look at its route table."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for router in ROUTERS:
        app.include_router(router)
    faults.install(app)
    return app
