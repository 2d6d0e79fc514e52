"""A threshold is changed by a person: tried beforehand, published, seen to act, and taken back."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from activities import tryouts
from retention.messages.rulebook import TryVersion
from retention.records import rulebook_drafts
from retention.records.commands import Command
from retention.records.database import transaction
from rules.trial import Trial, grammar
from tests.browser.conftest import Colleague
from tests.browser.test_every_page import check
from tests.factories.quiet_tutors import RULE, fired, judged, quiet_tutor
from tests.factories.rulebooks import a_published_book

pytestmark = pytest.mark.browser
RULES = "/people-ops/rules"
DAYS = "Full days at work since the last completed session"


def tried_as_asked() -> None:
    """What the upkeep worker does once the wish has reached it: the three steps of `RulebookTryout`."""
    with transaction() as session:
        (command,) = session.query(Command).filter_by(name="RulebookTryout")
        wish = TryVersion.model_validate(command.payload)
    for step in (tryouts.check_version, tryouts.dry_run_version, tryouts.backtest_version):
        assert step(wish).passed


def a_checked_book() -> int:
    """The first version as the rules worker leaves it when it starts."""
    with transaction() as session:
        number = a_published_book(session)
        found = Trial(passed=True, grammar=grammar(), engine="durable")
        rulebook_drafts.keep_trial(session, number, found.model_dump(mode="json"))
        return number


async def lowered(page: Page) -> None:
    """The threshold of silence is lowered by a day; the rule's tests move along."""
    await page.goto(f"{RULES}/{RULE}")
    await page.get_by_label(f"Fires when: {DAYS} at least").fill("6")
    await page.get_by_label(f"Settled when: {DAYS} below").fill("6")
    await page.get_by_label("What do you change").fill("A day sooner, before they are gone.")
    await page.get_by_role("button", name="Make a draft").click()
    await expect(page.get_by_text("at least 7 days → at least 6 days")).to_be_visible()


async def test_a_changed_threshold_is_tried_published_acts_and_is_taken_back(colleague: Colleague) -> None:
    first, six, eight, _ = a_checked_book(), quiet_tutor(6), quiet_tutor(8), quiet_tutor(0)
    judged()
    assert (fired(six), fired(eight)) == ([], ["fire"])
    page = await colleague(reduced_motion="reduce")
    await lowered(page)
    await page.get_by_role("button", name="Try it").click()
    await expect(page.get_by_text("This page follows by itself.")).to_be_visible()
    await expect(page.locator("#live-state")).to_have_attribute("data-live", "on")
    await asyncio.to_thread(tried_as_asked)
    await expect(page.get_by_text(f"{RULE}: 1 newly, 0 no longer")).to_be_visible()
    await page.get_by_label("Why?").first.fill("They left before anybody called.")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("It is in force from the next batch on.")).to_be_visible()
    await asyncio.to_thread(judged, 1)
    assert fired(six) == ["fire"]
    await check(page, f"{RULES}/versions/{first}")
    await page.get_by_label("Why?").fill("Too many calls.")
    await page.get_by_role("button", name=f"Roll back to version {first}").click()
    await expect(page.get_by_text("It is in force again from the next batch on.")).to_be_visible()
    another = quiet_tutor(6, hours=1)
    await asyncio.to_thread(judged, 2)
    assert fired(another) == []
    await check(page, f"{RULES}/{RULE}")
