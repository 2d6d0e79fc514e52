"""The database: tables' base, and the one transaction that edges open."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

import orjson
from sqlalchemy import BigInteger, DateTime, Engine, Identity, MetaData, Text, create_engine
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import OperationalError as Unreachable
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from retention.settings import settings

__all__ = ["Base", "Session", "Unreachable", "engine", "engine_for", "transaction"]

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Counter = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Words = Annotated[list[str], mapped_column(ARRAY(Text))]
Numbers = Annotated[list[int], mapped_column(ARRAY(BigInteger))]
Document = Annotated[dict[str, Any], mapped_column(JSONB)]


class Base(DeclarativeBase):
    """Every table. Constraints have names, so that a migration can find them."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}  # noqa: RUF012 (sqlalchemy reads it)


def engine_for(url: str, *, pool: int) -> Engine:
    """An engine that survives a restart of the server: each connection is tried before use.

    Its faults go to logs and into Temporal's histories, so they name no values: names, notes, addresses.
    """
    return create_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=True,
        pool_recycle=1_800,
        pool_timeout=10,
        hide_parameters=True,
        json_deserializer=orjson.loads,
    )


@lru_cache
def engine() -> Engine:
    """This process's engine."""
    wanted = settings()
    return engine_for(wanted.database_url.get_secret_value(), pool=wanted.database_pool)


@contextmanager
def transaction() -> Iterator[Session]:
    """One transaction: everything in it is kept, or nothing. Opened by edges only."""
    with Session(engine(), expire_on_commit=False) as session, session.begin():
        yield session
