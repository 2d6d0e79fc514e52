"""From a posted fact to the task in the inbox: real processes, one signal after another.

The platform posts a first session and, later, the feedback that calls it poor; the clock runs from the
feedback's being known to the task's being on record. The stations between are those that every world keeps.
"""

import os
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import httpx2
from sqlalchemy import Engine

from bench.bed import NOW, database, days_before
from bench.rows import Row
from local import children, places, ports, temporal_binary
from local.children import Child
from local.processes import SERVICES
from local.temporal_server import prepare, start_temporal
from retention.records import api_keys, signals
from retention.records.database import Session
from retention.vocabulary import Hop, Origin, Scope
from tests.factories import wire
from tests.factories.platform import stream_of

N = 40  # signals
WARM_UP = 3  # thrown away: the first of a process loads and connects
PATIENCE = 60.0  # seconds for one signal
LOOK_EVERY = 0.02
TARGET = 5.0  # seconds, p95 (design 6)
AN_HOUR = timedelta(hours=1)
STATIONS = tuple(Hop)
PROCESSES = tuple(one for one in SERVICES if one.exists and one.name != "activities.mail")
Reached = Mapping[str, datetime]


def rows(count: int = N) -> list[Row]:
    """p95 with its target, p50, and the median share of each hop."""
    with _a_world() as (platform, engine):
        tutors = [_tutor(platform) for _ in range(count + WARM_UP)]
        way = [_signal(platform, engine, tutor) for tutor in tutors][WARM_UP:]
    whole = [_seconds(reached, STATIONS[0], STATIONS[-1]) for reached in way]
    p50, p95 = statistics.median(whole), statistics.quantiles(whole, n=20, method="inclusive")[-1]
    return [
        Row("latency", "known to task in the inbox: p95", count, p95, 1.0, "wall_s", p95, TARGET),
        Row("latency", "known to task in the inbox: p50", count, p50, 1.0, "wall_s", p50, None),
        *(_share(way, hop, whole=p50) for hop in pairwise(STATIONS)),
    ]


def _share(way: list[Reached], hop: tuple[Hop, Hop], *, whole: float) -> Row:
    """A hop's median seconds, and which share of the whole way that is."""
    taken = statistics.median(_seconds(reached, *hop) for reached in way)
    return Row("latency", f"{hop[0]} to {hop[1]}", len(way), taken, whole, "wall_s", taken / whole, None)


def _seconds(reached: Reached, start: Hop, end: Hop) -> float:
    return (reached[end] - reached[start]).total_seconds()


def _tutor(platform: httpx2.Client) -> str:
    tutor_id = wire.new_id("tutor")
    _post(platform, wire.an_onboarding(tutor_id, at=days_before(1)))
    return tutor_id


def _signal(platform: httpx2.Client, engine: Engine, tutor: str) -> Reached:
    """Post one poor first session and wait until its task is there."""
    taught, said = wire.a_poor_first_session(tutor, start=NOW - 3 * AN_HOUR)
    _post(platform, taught)
    _post(platform, said)
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        with Session(engine) as session:
            reached = signals.stations(session, [taught["event_id"], said["event_id"]])
        if reached.keys() >= set(STATIONS):
            return reached
        time.sleep(LOOK_EVERY)
    raise TimeoutError(f"No task within {PATIENCE:.0f} s; the signal reached {sorted(reached)}.")


def _post(platform: httpx2.Client, record: wire.Json) -> None:
    platform.post(f"/api/v1/{stream_of(record)}", json=record).raise_for_status()


@contextmanager
def _a_world() -> Iterator[tuple[httpx2.Client, Engine]]:
    """Every process of Mainstay with servers of its own, a key for the platform, and an engine to look."""
    server = start_temporal(None, program=temporal_binary.provide(), ui=False)
    folder, running = places.temporary_folder(), list[Child]()
    try:
        with database() as bed:
            prepare(server.address, ["bench-cases", "bench-upkeep"])
            environment = _environment(bed.app_url, server.address)
            with Session(bed.app) as session, session.begin():
                key = api_keys.issue(
                    session, "bench", scopes=[Scope.INGEST], origin=Origin.REAL, at=datetime.now(UTC)
                )
            try:
                running += _started(environment, folder)
                headers = {"authorization": f"Bearer {key}"}
                url = environment["PUBLIC_URL"]
                with httpx2.Client(base_url=url, headers=headers, timeout=20) as platform:
                    yield platform, bed.app
            finally:
                _stop(running)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _environment(database_url: str, temporal: str) -> dict[str, str]:
    port = ports.free_port()
    return os.environ | {
        "DATABASE_URL": database_url,
        "TEMPORAL_ADDRESS": temporal,
        "TEMPORAL_NAMESPACE": "bench-cases",
        "TEMPORAL_UPKEEP_NAMESPACE": "bench-upkeep",
        "API_HOST": ports.LOOPBACK,
        "API_PORT": str(port),
        "PUBLIC_URL": f"http://{ports.LOOPBACK}:{port}",
        "SESSION_SECRET": uuid4().hex,
        "ENVIRONMENT": "test",
    }


def _started(environment: Mapping[str, str], folder: Path) -> list[Child]:
    started = []
    for one in PROCESSES:
        with (folder / f"{one.name}.log").open("wb") as log:
            command = [sys.executable, "-m", one.module, *one.arguments]
            started.append(children.start(command, log=log, environment=environment, folder=places.CHECKOUT))
    if not children.wait_until(lambda: ports.answers(int(environment["API_PORT"])), within=60):
        _stop(started)
        raise TimeoutError("The API did not begin to answer.")
    return started


def _stop(running: list[Child]) -> None:
    for child in running:
        child.terminate()
    for child in running:
        children.stop(child, patience=15)
