"""The test bed's own promises about the browser."""

import pytest
from playwright.async_api import Browser, Page

from tests.testbed.browser import PHONE, barriers, new_visitor, overflow

pytestmark = pytest.mark.browser
GOOD = "<html lang=en><title>Good</title><main><h1>Good day</h1><p>Hello</p></main></html>"


async def test_a_page_without_faults_has_none(page: Page) -> None:
    await page.set_content(GOOD)
    assert await barriers(page) == []
    assert await overflow(page) == 0


async def test_a_barrier_is_found(page: Page) -> None:
    await page.set_content(GOOD.replace("Hello", "<img src=data:,><button></button>"))
    assert any("button-name" in barrier for barrier in await barriers(page))


async def test_a_page_wider_than_a_phone_is_found(browser: Browser) -> None:
    visitor = await new_visitor(browser, [], viewport=PHONE)
    page = await visitor.new_page()
    await page.set_content(GOOD.replace("<p>", "<p style='width: 400px'>"))
    assert await overflow(page) > 0
    await visitor.close()


async def test_complaints_of_the_page_are_kept(page: Page, page_faults: list[str]) -> None:
    await page.evaluate("console.error('something is wrong')")
    assert page_faults == ["something is wrong"]
    page_faults.clear()


@pytest.mark.parametrize("_turn", ["first", "second"])
async def test_every_test_is_a_new_visitor(page: Page, _turn: str) -> None:
    await page.route(
        "http://mainstay.test/", lambda route: route.fulfill(body=GOOD, content_type="text/html")
    )
    await page.goto("http://mainstay.test/")
    assert await page.evaluate("document.cookie") == ""
    await page.evaluate("document.cookie = 'seen=1'")
