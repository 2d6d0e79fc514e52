"""A real PostgreSQL: one server a run, one database a test process, emptied between tests in a few ms.

The server is started by the controller (or by the only process), which builds the first database by the
migrations; each test process works in a clone of it.
"""

import json
from collections.abc import Iterator, Mapping

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from local.postgres import Cluster, temporary_cluster
from retention.records import database, schema
from retention.settings import settings
from tests.testbed.places import worker_name

ROLES = ("postgres", "mainstay_owner", "mainstay_app")
HANDED_OVER = "mainstay_postgres"
RUNNING = pytest.StashKey[Cluster]()
KEPT = ("alembic_version",)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Hand the one server over to a test process (pytest-xdist calls this in the controller)."""
    node.workerinput[HANDED_OVER] = json.dumps(_started(node.config))  # type: ignore[attr-defined] # xdist is untyped


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUNNING in config.stash:
        config.stash[RUNNING].stop()
        del config.stash[RUNNING]


def _started(config: pytest.Config) -> dict[str, str]:
    """The addresses of the server by role; starts it and builds the first database when first asked."""
    if RUNNING not in config.stash:
        config.stash[RUNNING] = temporary_cluster()
        schema.migrate(config.stash[RUNNING].owner_url)
    return {role: config.stash[RUNNING].url(role) for role in ROLES}


@pytest.fixture(scope="session")
def addresses(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The addresses of the migrated first database, by role. Look, but change nothing in it."""
    given = getattr(request.config, "workerinput", {}).get(HANDED_OVER)
    by_role: dict[str, str] = json.loads(given) if given else _started(request.config)
    return by_role


def in_libpq(address: str, *, database: str | None = None) -> str:
    """An SQLAlchemy address as psycopg wants it."""
    url = make_url(address).set(drivername="postgresql", database=database)
    return url.render_as_string(hide_password=False)


def clone(addresses: Mapping[str, str], name: str) -> dict[str, str]:
    """A new database like the first one, by role. Replaces one of that name."""
    drop(addresses, name)
    with _door(addresses) as door:
        door.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE mainstay STRATEGY FILE_COPY").format(sql.Identifier(name))
        )
    return {
        role: make_url(address).set(database=name).render_as_string(hide_password=False)
        for role, address in addresses.items()
    }


def drop(addresses: Mapping[str, str], name: str) -> None:
    """Remove a database, whoever still looks at it."""
    with _door(addresses) as door:
        door.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _door(addresses: Mapping[str, str]) -> psycopg.Connection:
    return psycopg.connect(in_libpq(addresses["postgres"], database="postgres"), autocommit=True)


@pytest.fixture(scope="session")
def own_database(
    addresses: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, str]]:
    """This test process's database by role; the settings of this process and its children point to it."""
    mine = clone(addresses, f"test_{worker_name()}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", mine["mainstay_app"])
        patch.setenv("ENVIRONMENT", "test")
        patch.setenv("OUTBOX_FOLDER", str(tmp_path_factory.mktemp("outbox")))
        _forget()
        yield mine
        _forget()


def _forget() -> None:
    if database.engine.cache_info().currsize:
        database.engine().dispose()
    database.engine.cache_clear()
    settings.cache_clear()


@pytest.fixture(scope="session")
def broom(own_database: Mapping[str, str]) -> Iterator[psycopg.Connection]:
    """A connection that may remove even what is append-only."""
    with psycopg.connect(in_libpq(own_database["postgres"]), autocommit=True) as door:
        yield door


@pytest.fixture(scope="session")
def sweeping(broom: psycopg.Connection) -> str:
    """One round trip that empties every table, whatever refers to what."""
    tables = broom.execute(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> ALL(%s)",
        [list(KEPT)],
    ).fetchall()
    deletes = "; ".join(f"DELETE FROM {table}" for (table,) in tables)
    return f"BEGIN; SET LOCAL session_replication_role = replica; {deletes}; COMMIT"


@pytest.fixture
def data(own_database: Mapping[str, str], broom: psycopg.Connection, sweeping: str) -> Iterator[str]:
    """An empty database for code that opens its own transactions, and for processes; its address."""
    yield own_database["mainstay_app"]
    broom.execute(sweeping)


@pytest.fixture
def session(own_database: Mapping[str, str]) -> Iterator[Session]:
    """A session in a transaction that is never kept."""
    with Session(database.engine(), expire_on_commit=False) as open_session:
        yield open_session
        open_session.rollback()
