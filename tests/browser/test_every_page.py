"""Every page for everybody: both colour schemes, desktop and 320 px, no barriers, no overflow."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, expect

from retention.records.database import transaction
from retention.records.tutors import Tutor
from tests.browser.conftest import Colleague
from tests.factories.first_sessions import booked, foretold
from tests.testbed.browser import DESKTOP, PHONE, barriers, overflow
from tests.web.conftest import HOUR, a_shown_task

pytestmark = pytest.mark.browser
VIEWS = [("light", DESKTOP), ("dark", PHONE), ("light", PHONE), ("dark", DESKTOP)]
PAGES = [
    *("/sign-in", "/preferences", "/patterns", "/people-ops/tasks", "/people-ops/tasks?view=mine"),
    *("/people-ops/outbox", "/people-ops/letters", "/people-ops/programmes"),
    *("/people-ops/rules", "/people-ops/rules/versions"),
]


async def check(page: Page, address: str) -> None:
    await page.goto(address)
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert await barriers(page) == []
    assert await overflow(page) == 0


def a_risky_first_session(number: int) -> None:
    """One of a tutor's that is foretold to go badly."""
    now = datetime.now(UTC)
    with transaction() as session:
        tutor = session.get_one(Tutor, number)
        start = now + 20 * HOUR
        one = booked(session, tutor.external_id, start=start, now=now)
        foretold(session, one, number=number, start=start, as_of=now - HOUR)


@pytest.mark.parametrize(
    ("scheme", "size"), VIEWS, ids=[f"{scheme}-{size['width']}" for scheme, size in VIEWS]
)
async def test_every_page_is_for_everybody(colleague: Colleague, scheme: str, size: Any) -> None:
    task = a_shown_task()
    a_shown_task(due_in=-HOUR, escalation_level=1)
    a_risky_first_session(task.tutor_number)
    page = await colleague(color_scheme=scheme, viewport=size, reduced_motion="reduce")
    about = [f"tasks/{task.task_id}", f"tutors/{task.tutor_number}", f"cases/{task.case_id}"]
    for address in PAGES + [f"/people-ops/{one}" for one in about]:
        await check(page, address)


async def test_the_menu_opens_on_a_phone_and_says_so(colleague: Colleague) -> None:
    page = await colleague(viewport=PHONE)
    await page.goto("/people-ops/tasks")
    menu = page.get_by_role("button", name="Menu")
    await expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    await menu.press("Enter")
    await expect(menu).to_have_attribute("aria-expanded", "true")
    await expect(page.get_by_role("link", name="Unassigned")).to_be_visible()


async def test_a_chosen_theme_holds_against_the_devices(colleague: Colleague) -> None:
    page = await colleague(color_scheme="light")
    await page.goto("/preferences")
    await page.get_by_label("Dark").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 17, 21)"
