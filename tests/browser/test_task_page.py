"""A task's page under a person's hands: drafts, mistakes, colleagues who are faster."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Colleague
from tests.factories.tasks import NOTES
from tests.web.conftest import a_shown_task, account, show

pytestmark = pytest.mark.browser
QUESTION = "What did you find"


async def test_what_is_typed_survives_a_closed_browser(colleague: Colleague) -> None:
    address = f"/people-ops/tasks/{a_shown_task().task_id}"
    page = await colleague()
    await page.goto(address)
    async with page.expect_response("**/draft"):
        await page.get_by_label(QUESTION).fill(NOTES)
    again = await colleague()
    await again.goto(address)
    await expect(again.get_by_label(QUESTION)).to_have_value(NOTES)


async def test_who_is_still_typing_when_a_colleague_completes_loses_nothing(colleague: Colleague) -> None:
    task, ben = a_shown_task(), str(account("Ben Moor").id)
    page = await colleague()
    await page.goto(f"/people-ops/tasks/{task.task_id}")
    await expect(page.locator("#live-state")).to_have_attribute("data-live", "on")
    await page.get_by_label(QUESTION).fill(NOTES)
    done = {"outcome": "coached_tutor", "completed_by": ben, "completed_at": datetime.now(UTC)}
    show(task, version=2, state="completed", **done)
    await expect(page.get_by_text("Ben Moor completed this task")).to_be_visible()
    await expect(page.get_by_text(NOTES)).to_be_visible()


async def test_a_comment_of_a_colleague_appears_while_one_types_and_disturbs_nothing(
    colleague: Colleague,
) -> None:
    task = a_shown_task()
    page = await colleague()
    await page.goto(f"/people-ops/tasks/{task.task_id}")
    await expect(page.locator("#live-state")).to_have_attribute("data-live", "on")
    notes = page.get_by_label(QUESTION)
    await notes.press_sequentially("Half a ")
    show(task, version=2, assignee=str(account().id))
    await expect(page.get_by_role("button", name="Put back")).to_be_visible()
    await expect(notes).to_be_focused()
    await page.keyboard.type("thought")
    await expect(notes).to_have_value("Half a thought")


async def test_the_list_of_mistakes_takes_the_focus_and_leads_to_each_field(
    colleague: Colleague, page_faults: list[str]
) -> None:
    page = await colleague()
    await page.goto(f"/people-ops/tasks/{a_shown_task().task_id}")
    await page.get_by_label(QUESTION).fill("too short")
    await page.keyboard.press("Control+Enter")
    summary = page.get_by_role("alert").filter(has_text="Some answers need another look")
    await expect(summary).to_be_focused()
    await summary.get_by_role("link", name=QUESTION).click()
    await expect(page.get_by_label(QUESTION)).to_be_in_viewport()
    await expect(page.get_by_label(QUESTION)).to_have_attribute("aria-invalid", "true")
    assert "422" in page_faults.pop()  # the browser notes every refused form
