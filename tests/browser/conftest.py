"""The application served to real browsers, from this process, with this test's database."""

import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from http.cookies import SimpleCookie
from typing import Any

import pytest
import uvicorn
from fastapi import Response
from playwright.async_api import Browser, Page

from api.app import create_app
from local import ports
from tests.testbed.browser import new_visitor
from tests.web.conftest import account
from web import viewer

Colleague = Callable[..., Awaitable[Page]]


@pytest.fixture
def site(data: str) -> Iterator[str]:
    """Its address."""
    port = ports.free_port()
    app = create_app()
    config = uvicorn.Config(app, host=ports.LOOPBACK, port=port, log_config=None, ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://{ports.LOOPBACK}:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
async def colleague(browser: Browser, site: str, page_faults: list[str]) -> AsyncIterator[Colleague]:
    """Makes pages of colleagues who are signed in; what such a page complains about fails the test."""
    async with AsyncExitStack() as windows:

        async def at_work(name: str = "Ada Byron", **wishes: Any) -> Page:
            window = await new_visitor(browser, page_faults, base_url=site, **wishes)
            windows.push_async_callback(window.close)
            await window.add_cookies([{"url": site} | cookie_of(name)])
            return await window.new_page()

        yield at_work
    assert page_faults == []


def cookie_of(name: str) -> Any:
    """A sign-in of the colleague, as browsers keep it."""
    answer = Response()
    viewer.begin(answer, account(name))
    (morsel,) = SimpleCookie(answer.headers["set-cookie"]).values()
    return {"name": morsel.key, "value": morsel.value}
