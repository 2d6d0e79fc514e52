"""The schema: brought to the newest migration, and compared with it."""

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.orm import Session

from retention.guides.library import library
from retention.records import guides
from retention.records.tables import METADATA

FOLDER = Path(__file__).parent / "migrations"
DATED_NAME = "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s"
APP_ROLE = "mainstay_app"  # what the processes connect as: no DDL, no truncate


def migrate(owner_url: str) -> str:
    """Bring the database to the newest schema; returns its revision. Repeatable."""
    with _engine(owner_url).connect() as connection:
        command.upgrade(_config(connection), "head")
        connection.commit()
        return str(MigrationContext.configure(connection).get_current_revision())


def publish_guides(owner_url: str) -> list[str]:
    """Publish the guides of this release; the slugs of those that are new or have changed. Repeatable."""
    with Session(_engine(owner_url)) as session, session.begin():
        return guides.publish(session, library(), at=datetime.now(UTC))


def at_newest(connection: Connection) -> bool:
    """Whether the database is at the newest migration that this code knows."""
    newest = ScriptDirectory(str(FOLDER)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest


def drift(owner_url: str) -> list[object]:
    """Differences between the tables in code and in the database; empty when they agree."""
    with _engine(owner_url).connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))


def take_stock(owner_url: str) -> None:
    """Let the planner count the rows: after a bulk load it would look up nothing by index for minutes."""
    with _engine(owner_url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def draft(owner_url: str, message: str) -> None:
    """Write a new migration from the difference; to be read and mended before it is committed."""
    with _engine(owner_url).connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


def _engine(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)  # no connection outlives its use


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", DATED_NAME)
    config.attributes["connection"] = connection
    return config
