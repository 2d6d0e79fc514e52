"""Announcements: which thing has changed, told to every process that listens. Ids only, never contents.

They are wake-ups and hints: one that is lost while nobody listens costs a moment, never a fact.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from enum import StrEnum

import psycopg
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from retention.settings import settings

AGAIN_AFTER = 0.2  # seconds until a dropped connection listens again (testing guide 5)
IDS_AT_ONCE = 100  # of at most 64 characters: far below the 8,000 bytes of a notification


class Channel(StrEnum):
    """What a listener can wait for."""

    CHANGED = "changed"  # {"topic": "task", "ids": [...]}: pages refresh the part that shows it
    DIRTY = "dirty"  # the evaluation has work
    COMMANDS = "commands"  # the relay has work


def announce(session: Session, topic: str, ids: Iterable[str | int]) -> None:
    """Say with the transaction that things of a topic (task, case, tutor, ...) have changed."""
    known = sorted({str(one) for one in ids})
    facts = [
        json.dumps({"topic": topic, "ids": known[start : start + IDS_AT_ONCE]})
        for start in range(0, len(known), IDS_AT_ONCE)
    ]
    if facts:
        session.execute(
            text("SELECT pg_notify(:channel, fact) FROM unnest(CAST(:facts AS text[])) AS fact"),
            {"channel": Channel.CHANGED, "facts": facts},
        )


def wake(session: Session, channel: Channel) -> None:
    """Wake whoever works off a channel, when and only when the transaction is kept."""
    session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": channel})


async def heard(
    *channels: Channel, listening: Callable[[], object] = lambda: None
) -> AsyncIterator[tuple[Channel, str]]:
    """Each announcement as (channel, payload), for ever; listens again after a dropped connection.

    `listening` is called whenever the ear is (again) at the wall: what was said before is lost.
    """
    while True:
        try:
            async with await _connection() as connection:
                for channel in channels:
                    await connection.execute(f'LISTEN "{channel}"'.encode())
                listening()
                async for said in connection.notifies():
                    yield Channel(said.channel), said.payload
        except psycopg.OperationalError:
            await asyncio.sleep(AGAIN_AFTER)


async def _connection() -> psycopg.AsyncConnection:
    url = make_url(settings().database_url.get_secret_value()).set(drivername="postgresql")
    return await psycopg.AsyncConnection.connect(
        url.render_as_string(hide_password=False), autocommit=True, connect_timeout=5
    )
