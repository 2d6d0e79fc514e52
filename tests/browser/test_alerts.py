"""Alerts under a person's hands: live, by keys, without script, for everybody."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import expect

from retention.records.alerts import Alert, AlertStorm
from retention.vocabulary import AlertSeverity
from tests.browser.conftest import Colleague
from tests.browser.test_every_page import VIEWS, check
from tests.factories.alerts import every, firings, follow, raised, settles, the_alert

pytestmark = pytest.mark.browser
HERE = "/people-ops/alerts"
HOUR = timedelta(hours=1)


def an_alert(**changes: Any) -> Alert:
    return raised(**{"at": datetime.now(UTC) - HOUR, **changes})


def a_storm() -> int:
    at = datetime.now(UTC) - HOUR
    follow(firings(10, at=at, rule_id="ALERT.storm"), at=at)
    (storm,) = every(AlertStorm)
    return int(storm.id)


@pytest.mark.parametrize(("scheme", "size"), VIEWS[:2], ids=["light-desktop", "dark-phone"])
async def test_the_pages_of_alerts_are_for_everybody(colleague: Colleague, scheme: str, size: Any) -> None:
    alert, storm = an_alert(severity=AlertSeverity.CRITICAL), a_storm()
    page = await colleague(color_scheme=scheme, viewport=size, reduced_motion="reduce")
    for address in ("", "?view=resolved", f"/{alert.id}", f"/storms/{storm}", "/figures"):
        await check(page, HERE + address)


async def test_a_new_alert_appears_without_a_reload_and_goes_when_it_is_settled(colleague: Colleague) -> None:
    page = await colleague()
    await page.goto(HERE)
    await expect(page.get_by_text("Nothing new")).to_be_visible()
    await expect(page.locator("#live-state")).to_have_attribute("data-live", "on")
    alert = an_alert()
    await expect(page.locator(f"#alert-{alert.id}")).to_be_visible()
    settles(alert.tutor_number, at=datetime.now(UTC))
    await expect(page.locator(f"#alert-{alert.id}")).to_have_count(0)


async def test_the_badge_follows_on_any_page(colleague: Colleague) -> None:
    an_alert()
    page = await colleague()
    await page.goto("/people-ops/outbox")
    await expect(page.locator("#badge-alert")).to_contain_text("1")
    await expect(page.locator("#live-state")).to_have_attribute("data-live", "on")
    an_alert()
    await expect(page.locator("#badge-alert")).to_contain_text("2")


async def test_alerts_are_walked_and_acknowledged_by_keys(colleague: Colleague) -> None:
    first, second = an_alert(severity=AlertSeverity.CRITICAL), an_alert()
    page = await colleague()
    await page.goto(HERE)
    await page.keyboard.press("j")
    await expect(page.locator(f"#alert-{first.id} a[data-item]")).to_be_focused()
    await page.keyboard.press("j")
    await expect(page.locator(f"#alert-{second.id} a[data-item]")).to_be_focused()
    await page.keyboard.press("e")
    await expect(page.get_by_text("Acknowledged.", exact=True)).to_be_visible()
    assert the_alert(second.tutor_number).state == "acknowledged"
    assert the_alert(first.tutor_number).state == "open"


async def test_an_alert_is_looked_at_ended_and_rated(colleague: Colleague) -> None:
    alert = an_alert()
    page = await colleague()
    await page.goto(HERE)
    await page.get_by_role("link", name=alert.title).click()
    await page.wait_for_url(f"**{HERE}/{alert.id}")  # loaded, keys and all
    await page.keyboard.press("e")
    await expect(page.get_by_text("Acknowledged.", exact=True)).to_be_visible()
    await page.get_by_label("Dealt with").check()
    await page.get_by_label("In a few words").fill("She was ill, and is back.")
    await page.get_by_role("button", name="Resolve").click()
    await expect(page.get_by_text("Resolved.", exact=True)).to_be_visible()
    await page.get_by_label("Yes").check()
    await page.get_by_role("button", name="Say so").click()
    await expect(page.get_by_text("your word counts for the rule")).to_be_visible()
    assert (the_alert(alert.tutor_number).ended, the_alert(alert.tutor_number).useful) == ("dealt_with", True)


async def test_what_is_typed_is_not_lost_when_the_alert_changes(colleague: Colleague) -> None:
    alert = an_alert()
    page = await colleague()
    await page.goto(f"{HERE}/{alert.id}")
    await expect(page.locator("#live-state")).to_have_attribute("data-live", "on")
    await page.get_by_label("In a few words").fill("Half a sen")
    raised(alert.tutor_number, at=datetime.now(UTC))
    await expect(page.get_by_text("Its rule fired again")).to_be_visible()
    await expect(page.get_by_label("In a few words")).to_have_value("Half a sen")


async def test_alerts_work_without_script(colleague: Colleague) -> None:
    alert = an_alert()
    page = await colleague(java_script_enabled=False)
    await page.goto(HERE)
    await page.locator(f"#alert-{alert.id}").get_by_role("button").click()
    await expect(page.get_by_text("Acknowledged.", exact=True)).to_be_visible()
