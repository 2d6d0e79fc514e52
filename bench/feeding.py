"""The live feed of a large world through the API, against real time: a whole day, posted as lines.

The world lives and writes down its records, the platform's client posts them, a real API process takes them
in, one after another. What follows from the records (metrics, scores, rules) is other processes' work and not
in it. Living the day falls into its first hour.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bench import stopwatch
from bench.bed import NOW, database
from bench.rows import Row
from local import children, places, ports
from retention.measures.periods import start_of
from retention.records import api_keys
from retention.records.database import Session
from retention.records.feeds import Feed
from retention.vocabulary import Origin, Scope, Stream
from simulator import tutors
from simulator.feed import Timetable
from simulator.platform import Platform
from simulator.postings import Posting
from simulator.profiles import SIZES, Size
from simulator.world import WARM_UP, born, live

AN_HOUR = timedelta(hours=1)
HOURS = 24  # measured: a whole Thursday, hour by hour
SETTLED = 2  # days more than a world needs until its sessions are due
TARGET = 10.0  # times real time


def rows(size: int = SIZES[Size.TENFOLD]) -> list[Row]:
    """Times real time: a whole day of the world, and the hour of it that took longest."""
    begins = start_of(NOW.date()) - timedelta(days=1)
    first_day = begins - timedelta(days=WARM_UP + SETTLED)
    feed = Feed(profile="prd", tutors=size, seed=1, first_day=first_day, posted_until=begins)
    with _an_api() as platform:
        _introduce(platform, feed)
        timetable = Timetable(feed)
        before = platform.counts.stored
        spent = [_posted(timetable, platform, until=begins + hour * AN_HOUR) for hour in range(1, HOURS + 1)]
        count = platform.counts.stored - before
    slowest = max(spent)
    return [
        _row(f"a day of {size:,} tutors through the API", count, sum(spent), of=HOURS * AN_HOUR),
        _row("the hour of it that took longest", count, slowest, of=AN_HOUR),
    ]


def _row(said: str, count: int, spent: float, *, of: timedelta) -> Row:
    real = of.total_seconds()
    name = f"{said}: times real time"
    return Row("feeding", name, count, spent, real, "wall_s", real / spent, TARGET, at_most=False)


def _posted(timetable: Timetable, platform: Platform, *, until: datetime) -> float:
    """Seconds on the wall until everything due before an instant is lived, written down and taken in."""

    def work() -> None:
        while batch := timetable.due_before(until):
            platform.post(batch)

    return stopwatch.wall(work)


def _introduce(platform: Platform, feed: Feed) -> None:
    """Everybody who has joined before: the platform knows them before anything of theirs happens."""
    world = born(feed.first_day, tutors_wanted=feed.tutors, seed=feed.seed, name=feed.profile)
    while world.midnight < feed.posted_until.timestamp():
        lived = live(world)
        records = tutors.onboardings(
            lived.newcomers, first_day=lived.first_second, seed=lived.seed, profile=world.profile
        )
        platform.post([Posting(0.0, record["event_id"], Stream.EVENTS, record) for record in records])


@contextmanager
def _an_api() -> Iterator[Platform]:
    """The API in a process of its own, and a client with a key."""
    folder = places.temporary_folder()
    with database() as bed:
        environment = _environment(bed.app_url)
        with Session(bed.app) as session, session.begin():
            key = api_keys.issue(
                session, "bench", scopes=[Scope.INGEST], origin=Origin.SYNTHETIC, at=datetime.now(UTC)
            )
        with (folder / "api.log").open("wb") as log:
            command = [sys.executable, "-m", "api"]
            child = children.start(command, log=log, environment=environment, folder=places.CHECKOUT)
        try:
            if not children.wait_until(lambda: ports.answers(int(environment["API_PORT"])), within=60):
                raise TimeoutError("The API did not begin to answer.")
            platform = Platform(environment["PUBLIC_URL"], key=key)
            yield platform
            platform.close()
        finally:
            child.terminate()
            children.stop(child, patience=15)
            shutil.rmtree(folder, ignore_errors=True)


def _environment(database_url: str) -> Mapping[str, str]:
    port = ports.free_port()
    return os.environ | {
        "DATABASE_URL": database_url,
        "API_HOST": ports.LOOPBACK,
        "API_PORT": str(port),
        "PUBLIC_URL": f"http://{ports.LOOPBACK}:{port}",
        "SESSION_SECRET": uuid4().hex,
        "ENVIRONMENT": "test",
    }
