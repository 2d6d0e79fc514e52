"""Figures for Prometheus: requests by route, and how much work waits."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

from retention.records import backlog, engine_alarms
from retention.records.database import transaction

router = APIRouter(include_in_schema=False)
REQUESTS = Counter("mainstay_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "mainstay_request_seconds",
    "How long requests took.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
WAITING = Gauge("mainstay_waiting", "What waits to be worked off.", ["what"])
ALARMS = Gauge("mainstay_engine_alarms", "How often the rules engine was wrong or given up.", ["kind"])


@router.get("/metrics")
def figures() -> Response:
    """Everything that this process has counted, and what waits in the database."""
    with transaction() as session:
        waits, alarms = backlog.sizes(session), engine_alarms.counts(session)
    for what, size in waits.items():
        WAITING.labels(what).set(size)
    for kind, count in alarms.items():
        ALARMS.labels(kind).set(count)
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
