"""A tutor misses two sessions: colleagues see the alert within seconds, and one of them sees to it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from retention.records.alerts import Alert
from retention.records.tutors import Tutor
from retention.vocabulary import Role
from tests.factories import wire
from tests.testbed.town import Town
from tests.testbed.visitors import PATIENCE, Hire, a_platform

pytestmark = [pytest.mark.devserver, pytest.mark.browser]


async def two_missed(town: Town) -> str:
    """A new tutor's name, who has missed two sessions today."""
    name = f"Grace {uuid4().hex[:8]}"
    async with a_platform(town) as platform:
        tutor_id = await platform.tutor(name=name)
        missed = [
            wire.a_session(tutor_id, start=datetime.now(UTC) - hours * wire.AN_HOUR, transition="no_show")
            for hours in (2, 4)
        ]
        assert await platform.post(*missed) == [201, 201]
    return name


def alert_of(town: Town, name: str) -> Alert:
    with town.records() as records:
        wanted = select(Alert).join(Tutor, Tutor.number == Alert.tutor_number).where(Tutor.name == name)
        return records.scalars(wanted).one()


async def test_missed_sessions_are_an_alert_that_somebody_sees_to(town: Town, visitors: Hire) -> None:
    grace = await visitors(town, "Grace Hopper", role=Role.OPS_MANAGER)
    await grace.page.goto(f"{town.url}/people-ops/alerts")
    name = await two_missed(town)
    line = grace.page.locator("#alerts li").filter(has_text=name).first
    await expect(line).to_be_visible(timeout=PATIENCE)  # nobody has reloaded
    await line.get_by_role("link", name="A tutor missed two or more sessions").click()
    await grace.read("No-shows in 7 days: 2 times")
    await grace.press("Acknowledge")
    await grace.read("Acknowledged.")
    alert = alert_of(town, name)
    assert (alert.state, alert.assignee, alert.times) == ("acknowledged", grace.account.id, 1)
    assert alert.case_id is not None  # its check has been opened beside it
