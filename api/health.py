"""Whether this process lives, and whether all it needs answers."""

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.live import Hub
from retention import policy
from retention.records import backlog, world
from retention.records.database import Unreachable, transaction
from retention.settings import settings
from retention.temporal.connection import connect

router = APIRouter(tags=["Operations"])
PATIENCE = 2.0  # seconds for Temporal to answer


class Health(BaseModel):
    """This process is up."""

    status: str = "ok"


class Part(BaseModel):
    """One thing that Mainstay needs."""

    name: str
    ok: bool
    says: str = ""


class Readiness(BaseModel):
    """All parts; ready only when every one is well."""

    ready: bool
    parts: list[Part]


@router.get("/health")
def health() -> Health:
    """Answers as long as the process can; asks nobody else."""
    return Health()


@router.get("/ready", responses={503: {"model": Readiness, "description": "A part is not well."}})
async def ready(request: Request, response: Response) -> Readiness:
    """The database with its newest tables, Temporal, the live ear, and that the evaluation keeps up."""
    hub: Hub = request.app.state.hub
    parts = [*await run_in_threadpool(_database), await _temporal(), Part(name="live", ok=hub.listening)]
    well = all(part.ok for part in parts)
    response.status_code = 200 if well else 503
    return Readiness(ready=well, parts=parts)


def _database() -> list[Part]:
    try:
        with transaction() as session:
            newest = backlog.at_newest(session)
            since = backlog.unmeasured_since(session) if newest else None
            clock = world.the_clock(session) if newest else None
    except Unreachable:
        return [Part(name="database", ok=False, says="The database does not answer.")]
    if clock is None:
        return [Part(name="database", ok=False, says="The tables are not at the newest migration.")]
    waited = datetime.now(UTC) - clock.real(since) if since else policy.FRESH_FOR * 0
    says = f"The oldest unevaluated fact waits since {waited.total_seconds():.0f} s." if since else ""
    return [
        Part(name="database", ok=True),
        Part(name="evaluation", ok=waited <= policy.FRESH_FOR, says=says),
    ]


async def _temporal() -> Part:
    wanted = settings()
    try:
        async with asyncio.timeout(PATIENCE):
            client = await connect(wanted.temporal_address, wanted.temporal_namespace)
            well = await client.service_client.check_health()
    except (TimeoutError, RuntimeError, OSError) as silence:
        return Part(name="temporal", ok=False, says=f"Temporal does not answer: {silence}"[:200])
    return Part(name="temporal", ok=well)
