"""The inbox under a person's hands: keys, live changes, and without any script."""

import pytest
from playwright.async_api import Page, expect

from retention.messages.tasks import OpenTask
from retention.records import accounts
from retention.records.database import transaction
from tests.browser.conftest import Colleague
from tests.web.conftest import HOUR, a_shown_task, account, show

pytestmark = pytest.mark.browser
INBOX = "/people-ops/tasks?view=unassigned"


def link(page: Page, task: OpenTask) -> str:
    return f"#task-{task.task_id} a[data-item]"


async def test_a_new_task_appears_without_a_reload(colleague: Colleague) -> None:
    page = await colleague()
    await page.goto(INBOX)
    await expect(page.get_by_text("Everything has been taken")).to_be_visible()
    await expect(page.locator("#live-state")).to_have_attribute("data-live", "on")
    task = a_shown_task()
    await expect(page.locator(link(page, task))).to_be_visible()
    await expect(page.get_by_role("link", name="Unassigned 1")).to_be_visible()
    show(task, version=2, assignee=str(account("Ben Moor").id))
    await expect(page.locator(link(page, task))).to_have_count(0)


async def test_the_inbox_is_walked_by_keys(colleague: Colleague) -> None:
    first, second = (a_shown_task(due_in=hours * HOUR) for hours in (1, 2))
    page = await colleague()
    await page.goto(INBOX)
    await page.keyboard.press("j")
    await expect(page.locator(link(page, first))).to_be_focused()
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(page.locator(link(page, second))).to_be_focused()
    await page.keyboard.press("k")
    await expect(page.locator(link(page, first))).to_be_focused()
    await page.keyboard.press("c")
    await expect(page.get_by_text("Saved, not yet applied.")).to_be_visible()
    await page.keyboard.press("/")
    await expect(page.get_by_label("Tutor")).to_be_focused()
    await page.keyboard.type("jj")
    await expect(page.get_by_label("Tutor")).to_have_value("jj")


async def test_claiming_by_key_without_a_chosen_line_says_what_to_do(colleague: Colleague) -> None:
    task = a_shown_task()
    page = await colleague()
    await page.goto(INBOX)
    await page.keyboard.press("c")
    await expect(page.get_by_text("No line was chosen.")).to_be_visible()
    await expect(page.locator(link(page, task))).to_be_focused()
    await page.keyboard.press("c")
    await expect(page.get_by_text("Saved, not yet applied.")).to_be_visible()


async def test_shortcuts_can_be_switched_off(colleague: Colleague) -> None:
    task = a_shown_task()
    page = await colleague()
    with transaction() as session:
        accounts.prefer(session, account().id, time_zone="UTC", shortcuts=False)
    await page.goto(INBOX)
    await page.keyboard.press("j")
    await expect(page.locator(link(page, task))).not_to_be_focused()


async def test_everything_works_without_script(colleague: Colleague, page_faults: list[str]) -> None:
    task = a_shown_task()
    page = await colleague(java_script_enabled=False)
    await page.goto(INBOX)
    await page.locator(f"#task-{task.task_id}").get_by_role("button").click()
    await expect(page.get_by_text("Saved, not yet applied.")).to_be_visible()
    await page.goto(f"/people-ops/tasks/{task.task_id}")
    await page.get_by_role("button", name="Complete").click()
    await expect(page.get_by_text("Some answers need another look")).to_be_visible()
    assert "422" in page_faults.pop()  # the browser notes every refused form
