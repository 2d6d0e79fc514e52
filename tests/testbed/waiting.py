"""Waiting for something to become true, without guessing how long it takes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

LOOK_EVERY = 0.05
Seen = TypeVar("Seen")


@overload
async def eventually(look: Callable[[], Awaitable[Seen | None]], *, within: float = 20.0) -> Seen: ...
@overload
async def eventually(look: Callable[[], Seen | None], *, within: float = 20.0) -> Seen: ...
async def eventually(
    look: Callable[[], Awaitable[Seen | None]] | Callable[[], Seen | None], *, within: float = 20.0
) -> Seen:
    """The first truthy answer of `look`; fails with the last one when none came in time."""
    last = time.monotonic() + within
    while True:
        answer = look()
        seen: Seen | None = await answer if isinstance(answer, Awaitable) else answer
        if seen:
            return seen
        if time.monotonic() > last:
            message = f"not within {within:.0f} s; last seen: {seen!r}"
            raise AssertionError(message)
        await asyncio.sleep(LOOK_EVERY)
