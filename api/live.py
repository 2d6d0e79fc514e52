"""The live socket: tells signed-in staff what has changed, never what it changed to.

One ear on the database for the whole process, one short queue for each open page; no page holds a
database connection. A page that misses something is told so and fetches what it shows.
"""

import asyncio
import json
from collections.abc import Coroutine, Iterable
from typing import Any
from urllib.parse import urlsplit

import anyio
import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from retention.records.announcements import Channel, heard
from web.viewer import STAFF, viewer_of

log = structlog.get_logger()
router = APIRouter()
NOT_FOR_YOU = 4403
SIGN_IN = 4401
MISSED = "missed"  # the topic that means: anything may have changed
TOGETHER = 0.1  # seconds; what changes within it after a message goes out as one
LOOK_AGAIN = 60.0  # seconds between two looks whether the person is still signed in


class Page:
    """One open page: what it has not been told yet, by topic."""

    def __init__(self) -> None:
        self._untold: dict[str, set[str]] = {}
        self._something = asyncio.Event()

    def tell(self, topic: str, ids: Iterable[str]) -> None:
        """Note a change for this page; many of one topic become one message."""
        self._untold.setdefault(topic, set()).update(ids)
        self._something.set()

    async def next(self) -> list[str]:
        """The messages that are due, once there are any."""
        await self._something.wait()
        self._something.clear()
        due, self._untold = self._untold, {}
        return [json.dumps({"topic": topic, "ids": sorted(ids)}) for topic, ids in due.items()]


class Hub:
    """Everybody who listens in this process."""

    def __init__(self) -> None:
        self.listening = False
        self.pages: set[Page] = set()

    async def listen(self) -> None:
        """Hear what the database announces, for ever."""
        async for _, fact in heard(Channel.CHANGED, listening=self._again):
            told = json.loads(fact)
            for page in self.pages:
                page.tell(told["topic"], told["ids"])

    def _again(self) -> None:
        """The ear is at the wall, perhaps after a gap."""
        self.listening = True
        for page in self.pages:
            page.tell(MISSED, ())


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """Open while the page is, and as long as its person stays signed in."""
    if not _from_our_page(socket):
        await socket.close(NOT_FOR_YOU)
        return
    if not await run_in_threadpool(_admitted, socket):
        await socket.close(SIGN_IN)
        return
    hub: Hub = socket.app.state.hub
    page = Page()
    hub.pages.add(page)
    try:
        await socket.accept()
        await _any_of(_until_closed(socket), _tell(socket, page), _until_signed_out(socket))
    finally:
        hub.pages.discard(page)


async def _any_of(*ends: Coroutine[Any, Any, None]) -> None:
    """Until one of these ends; then the others are let go."""
    async with anyio.create_task_group() as tasks:

        async def first(end: Coroutine[Any, Any, None]) -> None:
            try:
                await end
            except WebSocketDisconnect:
                log.debug("A page was closed while it was being told something.")
            tasks.cancel_scope.cancel()

        for end in ends:
            tasks.start_soon(first, end)


async def _until_closed(socket: WebSocket) -> None:
    while True:
        await socket.receive_text()  # pages say nothing; a disconnect raises


async def _tell(socket: WebSocket, page: Page) -> None:
    while True:
        for message in await page.next():
            await socket.send_text(message)
        await asyncio.sleep(TOGETHER)


async def _until_signed_out(socket: WebSocket) -> None:
    while True:
        await asyncio.sleep(LOOK_AGAIN)
        if not await run_in_threadpool(_admitted, socket):
            await socket.close(SIGN_IN)
            return


def _admitted(socket: WebSocket) -> bool:
    viewer = viewer_of(socket, noted=False)  # an open page alone is no sign of life
    return viewer is not None and viewer.role in STAFF


def _from_our_page(socket: WebSocket) -> bool:
    """Whether a page of this very host opened the socket; browsers always say which one did."""
    return urlsplit(socket.headers.get("origin", "")).netloc == socket.headers.get("host")
