"""What tutors open from a letter: on any device, by keyboard, without script, in both colour schemes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select

from retention import links
from retention.messages.letters import LetterWish
from retention.records.commands import Command
from retention.records.database import transaction
from retention.records.guides import TipDeed
from retention.vocabulary import Letter
from tests.browser.conftest import Colleague
from tests.factories.questions import SLUG, a_letter, a_question, the_guides
from tests.testbed.browser import DESKTOP, PHONE, barriers, new_visitor, overflow

pytestmark = pytest.mark.browser
VIEWS = [("light", DESKTOP), ("dark", PHONE), ("light", PHONE), ("dark", DESKTOP)]
NONE_SUITS = "None of these times suits me"


def a_sent_letter() -> LetterWish:
    with transaction() as session:
        return a_letter(session, question=a_question(now=datetime.now(UTC)))


def a_sent_tip() -> LetterWish:
    with transaction() as session:
        the_guides(session)
        return a_letter(session, question=None, letter=Letter.COACHING_TIP)


def question_of(letter: LetterWish) -> str:
    return f"/answer/{links.answer_token(letter.key)}"


def guide_of(tip: LetterWish) -> str:
    return f"/guides/{SLUG}?letter={links.guide_token(tip.key, SLUG)}"


async def for_everybody(page: Page) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert await barriers(page) == []
    assert await overflow(page) == 0


@pytest.mark.parametrize(
    ("scheme", "size"), VIEWS, ids=[f"{scheme}-{size['width']}" for scheme, size in VIEWS]
)
async def test_what_letters_link_to_is_for_everybody(
    *, browser: Browser, site: str, page_faults: list[str], scheme: str, size: Any
) -> None:
    visitor = await new_visitor(
        browser, page_faults, base_url=site, color_scheme=scheme, viewport=size, reduced_motion="reduce"
    )
    page = await visitor.new_page()
    question = question_of(a_sent_letter())
    for address in (question, guide_of(a_sent_tip()), "/guides/what-students-value"):
        await page.goto(address)
        await for_everybody(page)
    await page.goto(question)
    await page.get_by_role("button", name=NONE_SUITS).click()
    await expect(page.get_by_role("heading", name="We have your answer")).to_be_visible()
    await for_everybody(page)
    await visitor.close()
    assert page_faults == []
    await _check_a_broken_link(browser, site, size)


async def _check_a_broken_link(browser: Browser, site: str, size: Any) -> None:
    visitor = await new_visitor(browser, [], base_url=site, viewport=size)
    page = await visitor.new_page()
    await page.goto("/answer/guess")
    await expect(page.get_by_text("This link is not complete.")).to_be_visible()
    await for_everybody(page)
    await visitor.close()


async def test_people_ops_page_of_guides_is_for_everybody(colleague: Colleague) -> None:
    a_sent_tip()
    for size in (DESKTOP, PHONE):
        page = await colleague(viewport=size)
        await page.goto("/people-ops/guides")
        await page.locator("summary").filter(has_text="A schedule that holds").click()
        await for_everybody(page)


async def test_a_question_is_answered_by_keyboard_and_without_script(
    browser: Browser, site: str, page_faults: list[str]
) -> None:
    visitor = await new_visitor(browser, page_faults, base_url=site, java_script_enabled=False)
    page = await visitor.new_page()
    await page.goto(question_of(a_sent_letter()))
    await page.get_by_text("Add a few words first").press("Enter")
    await page.get_by_label("Anything we should know?").fill("I am in a train.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="We have your answer")).to_be_visible()
    await expect(page.get_by_text("I am in a train.")).to_be_visible()
    with transaction() as session:
        (command,) = session.scalars(select(Command))
    assert command.payload["choice"] == "slot_2"
    await visitor.close()
    assert page_faults == []


async def test_a_guide_counts_as_read_after_its_time_in_view(
    browser: Browser, site: str, page_faults: list[str]
) -> None:
    visitor = await new_visitor(browser, page_faults, base_url=site)
    page = await visitor.new_page()
    await page.clock.install()
    await page.goto(guide_of(a_sent_tip()))
    await page.clock.run_for(29_000)
    assert deeds() == []
    async with page.expect_response("**/read") as answered:
        await page.clock.run_for(1_000)
    assert (await answered.value).status == 204
    assert deeds() == ["read"]
    await page.get_by_role("button", name="This helped").click()
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert deeds() == ["helpful", "read"]
    await visitor.close()
    assert page_faults == []


def deeds() -> list[str]:
    with transaction() as session:
        return sorted(session.scalars(select(TipDeed.kind)))
