"""Why, and why not: fetched when it is opened, and for everybody."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Colleague
from tests.testbed.browser import barriers, overflow
from tests.web.test_why import a_judged_tutor

pytestmark = pytest.mark.browser
OPEN_ALL = "() => document.querySelectorAll('details').forEach((one) => { one.open = true })"


async def check(page: Page) -> None:
    """With everything open."""
    await page.evaluate(OPEN_ALL)
    assert await barriers(page) == []
    assert await overflow(page) == 0


async def test_a_tutors_page_fetches_it_when_it_is_opened(colleague: Colleague) -> None:
    number = a_judged_tutor()
    page = await colleague()
    await page.goto(f"/people-ops/tutors/{number}")
    told = page.locator("#why .told")
    await expect(told.get_by_role("heading")).to_have_count(0)
    await page.get_by_text("Where every rule stands with this tutor").click()
    await expect(told.get_by_role("heading", name="Does not fire")).to_be_visible()
    await check(page)
    await told.get_by_role("link", name="On a page of its own").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Why, and why not")
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await page.set_viewport_size({"width": 320, "height": 640})
    await check(page)
