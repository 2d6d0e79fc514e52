"""Coaching tasks under a manager's hands: what is asked, what goes wrong, what is kept, and for everybody."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, Response, expect
from sqlalchemy import update

from retention.records.database import transaction
from retention.records.tutors import Tutor
from retention.vocabulary import TaskKind
from tests.browser.conftest import Colleague
from tests.testbed.browser import DESKTOP, PHONE, barriers, overflow
from tests.web.conftest import a_shown_task

pytestmark = pytest.mark.browser
COACHING = [kind for kind in TaskKind if kind.startswith("coaching_")]
VIEWS = [("light", DESKTOP), ("dark", PHONE)]
WORDS = "Explains well, and loses time at the start of a session."
ANSWERS: dict[TaskKind, dict[str, dict[str, str]]] = {  # kind -> answer -> what it needs, by label
    TaskKind.COACHING_OFFER: {"Accepted": {}, "Declined": {"Why not?": WORDS}, "Not needed": {}},
    TaskKind.COACHING_TIMES: {"Times offered": {}, "Closed": {"Why do you close it?": WORDS}},
    TaskKind.COACHING_PHONE: {
        "A time is agreed": {"When is the coaching call?": "tomorrow"},
        "The tutor wants no call": {"What happened?": WORDS},
        "Nobody answered": {},
    },
    TaskKind.COACHING_DECISION: {"Closed": {"Why?": WORDS}},
    TaskKind.COACHING_CALL: {
        "The call was held": {
            "What goes well?": WORDS,
            "What stands in the way?": WORDS,
            "Action 1": "A plan",
        },
        "The tutor did not come": {},
        "The call is moved": {"Why was it not held?": WORDS},
    },
    TaskKind.COACHING_FOLLOW_UP: {"Looked at": {"What do you see?": WORDS}},
}
CASES = [(kind, answer) for kind, answers in ANSWERS.items() for answer in answers]


async def opened(page: Page, kind: TaskKind) -> None:
    await page.goto(f"/people-ops/tasks/{a_shown_task(kind=kind).task_id}")


def tomorrow() -> str:
    """A time that can be typed, on a clock in London."""
    at = datetime.now(UTC).astimezone(ZoneInfo("Europe/London")) + timedelta(days=1)
    return f"{at:%Y-%m-%dT12:00}"


async def complete(page: Page) -> None:
    await page.get_by_role("button", name="Complete").click()


@pytest.mark.parametrize(("kind", "answer"), CASES, ids=[f"{kind}-{answer}" for kind, answer in CASES])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
async def test_each_answer_is_taken_with_what_it_asks_for_and_nothing_else(
    *, colleague: Colleague, kind: TaskKind, answer: str, script: bool
) -> None:
    page = await colleague(java_script_enabled=script)
    await opened(page, kind)
    await page.get_by_role("radio", name=answer).check()
    for label, words in ANSWERS[kind][answer].items():
        field = page.get_by_label(label).and_(page.locator("input, textarea"))
        await field.fill(tomorrow() if words == "tomorrow" else words.ljust(20, "."))
    await complete(page)
    await expect(page.get_by_text("Saved, not yet applied.")).to_be_visible()


async def test_only_what_the_answer_asks_for_is_on_the_page(colleague: Colleague) -> None:
    page = await colleague()
    await opened(page, TaskKind.COACHING_CALL)
    well, moved = page.get_by_label("What goes well?"), page.get_by_label("Time 1")
    await expect(well).to_be_hidden()
    await page.get_by_role("radio", name="The call was held").check()
    await expect(well).to_be_visible()
    await expect(moved).to_be_hidden()
    await page.get_by_role("radio", name="The call is moved").check()
    await expect(well).to_be_hidden()
    await expect(moved).to_be_visible()
    await expect(page.get_by_text("(optional", exact=False)).to_have_count(1)  # why, unless it is moved
    await expect(page.get_by_text("(optional", exact=False)).to_be_hidden()


async def test_without_script_each_field_says_for_which_answer_it_is(colleague: Colleague) -> None:
    page = await colleague(java_script_enabled=False)
    await opened(page, TaskKind.COACHING_OFFER)
    await expect(page.get_by_text("If your answer is “Accepted”:")).to_be_visible()
    await expect(page.get_by_text("If your answer is “Declined” or “Not needed”:")).to_be_visible()


async def test_a_typed_time_is_told_on_the_tutors_clock_at_once(colleague: Colleague) -> None:
    task = a_shown_task(kind=TaskKind.COACHING_OFFER)
    with transaction() as session:
        session.execute(update(Tutor).where(Tutor.number == task.tutor_number).values(time_zone="Asia/Tokyo"))
    page = await colleague()
    await page.goto(f"/people-ops/tasks/{task.task_id}")
    await page.get_by_role("radio", name="Accepted").check()
    await page.get_by_label("Time 1").fill("2027-01-12T09:30")
    await expect(page.get_by_text("18:30 for the tutor")).to_be_visible()
    await page.get_by_label("Time 1").fill("2027-07-12T09:30")  # summer time here, none there
    await expect(page.get_by_text("17:30 for the tutor")).to_be_visible()


async def test_a_mistake_leads_to_its_time_and_what_was_typed_stays(
    colleague: Colleague, page_faults: list[str]
) -> None:
    page = await colleague()
    await opened(page, TaskKind.COACHING_OFFER)
    await page.get_by_role("radio", name="Accepted").check()
    await page.get_by_label("Time 2").fill("2020-01-07T10:00")
    await complete(page)
    summary = page.get_by_role("alert").filter(has_text="One answer needs another look")
    await expect(summary).to_be_focused()
    await summary.get_by_role("link", name="Time 2: This time has passed.").click()
    await expect(page.get_by_label("Time 2")).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Time 2")).to_have_value("2020-01-07T10:00")
    assert "422" in page_faults.pop()  # the browser notes every refused form


def _keeps(word: str) -> Callable[[Response], bool]:
    """A draft that holds this word has been kept."""
    return lambda answer: answer.url.endswith("/draft") and word in (answer.request.post_data or "")


async def test_a_typed_action_survives_a_closed_browser(colleague: Colleague) -> None:
    task = a_shown_task(kind=TaskKind.COACHING_CALL)
    page = await colleague()
    await page.goto(f"/people-ops/tasks/{task.task_id}")
    await page.get_by_role("radio", name="The call was held").check()
    async with page.expect_response(_keeps("breaks")):  # the answer alone was a draft before
        await page.get_by_label("Action 2").fill("Leave breaks between sessions")
    again = await colleague()
    await again.goto(f"/people-ops/tasks/{task.task_id}")
    await expect(again.get_by_label("Action 2")).to_have_value("Leave breaks between sessions")


@pytest.mark.parametrize(("scheme", "size"), VIEWS, ids=[scheme for scheme, _ in VIEWS])
@pytest.mark.parametrize("kind", COACHING)
async def test_every_coaching_page_is_for_everybody(
    *, colleague: Colleague, page_faults: list[str], kind: TaskKind, scheme: str, size: Any
) -> None:
    page = await colleague(color_scheme=scheme, viewport=size, reduced_motion="reduce")
    await opened(page, kind)
    for answer in ANSWERS[kind]:
        await page.get_by_role("radio", name=answer).check()
        assert await overflow(page) == 0
    assert await barriers(page) == []
    await complete(page)
    await page.wait_for_load_state()
    assert await barriers(page) == []
    assert await overflow(page) == 0
    page_faults.clear()  # a refused form is noted
