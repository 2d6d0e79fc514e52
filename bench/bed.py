"""The database of a bench: a durable server of its own on loopback, at the newest schema, gone afterwards."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, create_engine

from local import places
from local.postgres import start_cluster
from retention.clock import Clock
from retention.records import database as records, schema, world
from retention.records.database import Session, engine_for
from retention.settings import settings

NOW = datetime(2025, 11, 7, 12, tzinfo=UTC)  # business time of every bench: figures do not depend on the day


@dataclass(frozen=True)
class Bed:
    """The application's engine, and the owner's for tables that only the bench has."""

    app: Engine
    owner: Engine
    app_url: str


@contextmanager
def database() -> Iterator[Bed]:
    """A database as in production: fsync on, the application's own role, the newest schema."""
    folder = places.temporary_folder()
    cluster = start_cluster(folder, durable=True)
    try:
        schema.migrate(cluster.owner_url)
        engine = engine_for(cluster.app_url, pool=2)
        with Session(engine) as session, session.begin():
            world.begin(session, Clock(origin_real=datetime.now(UTC), origin=NOW))
        bed = Bed(engine, create_engine(cluster.owner_url), cluster.app_url)
        yield bed
        bed.app.dispose()
        bed.owner.dispose()
    finally:
        cluster.stop()
        shutil.rmtree(cluster.data.parent, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def at_home(bed: Bed) -> Iterator[None]:
    """This process believes meanwhile that the bed is its database, as a worker or the application does."""
    before = dict(os.environ)
    os.environ |= {"DATABASE_URL": bed.app_url, "ENVIRONMENT": "test"}
    settings.cache_clear()
    records.engine.cache_clear()
    try:
        yield
    finally:
        records.engine().dispose()
        records.engine.cache_clear()
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()


def days_before(count: int) -> datetime:
    """So many days before the bench's now."""
    return NOW - timedelta(days=count)
