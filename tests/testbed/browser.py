"""A real Chromium: one a test process, a new context (cookies, storage) for each test."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from local import chromium

# As root, and in containers with little shared memory, Chromium needs these.
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}
GRAVE = {"serious", "critical"}
PATIENCE = 20_000  # ms for anything to appear


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser itself."""
    program = chromium.provide()
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield running
        await running.close()


@pytest.fixture
def page_faults() -> list[str]:
    """What the pages of this test complained about; a test that expects a complaint clears it."""
    return []


@pytest.fixture
async def context(browser: Browser, page_faults: list[str]) -> AsyncIterator[BrowserContext]:
    """A visitor of their own: no cookies, a desktop's window. Complaints of its pages fail the test."""
    visitor = await new_visitor(browser, page_faults)
    yield visitor
    await visitor.close()
    assert page_faults == []


@pytest.fixture
async def page(context: BrowserContext) -> Page:
    """The visitor's first page."""
    return await context.new_page()


async def new_visitor(browser: Browser, faults: list[str], **wishes: Any) -> BrowserContext:
    """One more visitor, e.g. with `color_scheme="dark"` or `viewport=PHONE`."""
    visitor = await browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB"} | wishes)
    visitor.set_default_timeout(PATIENCE)
    visitor.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    visitor.on("weberror", lambda fault: faults.append(str(fault.error)))
    return visitor


async def barriers(page: Page) -> list[str]:
    """What keeps people with disabilities out, serious and critical, one line each (axe)."""
    results = await Axe().run(page)
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: {part['target']}"
        for found in results.response["violations"]
        if found["impact"] in GRAVE
        for part in found["nodes"]
    ]


async def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 when it fits."""
    wider: int = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(wider, 0)
