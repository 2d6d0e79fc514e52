"""Who comes to town: the session platform with its key, and colleagues with their browsers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import httpx2
import pytest
from playwright.async_api import Browser, Page, expect

from retention.records import api_keys
from retention.records.accounts import Account
from retention.vocabulary import Origin, Role, Scope
from tests.factories import wire
from tests.factories.people import PASSWORD, a_colleague
from tests.factories.platform import stream_of
from tests.testbed.browser import new_visitor
from tests.testbed.town import Town

PATIENCE = 30_000  # ms; a busy machine is slow, not wrong
Hire = Callable[..., Awaitable["Colleague"]]


@dataclass
class Platform:
    """Posts records, as the tutoring platform does."""

    client: httpx2.AsyncClient

    async def post(self, *records: wire.Json) -> list[int]:
        """Post each record where it belongs, in order; the status of each answer."""
        answers = [await self.client.post(f"/api/v1/{stream_of(record)}", json=record) for record in records]
        return [answer.status_code for answer in answers]

    async def tutor(self, **details: object) -> str:
        """A new tutor, onboarded just now; the platform's id."""
        tutor_id = wire.new_id("tutor")
        (status,) = await self.post(wire.an_onboarding(tutor_id, at=datetime.now(UTC), **details))
        assert status < 300, status
        return tutor_id


@dataclass
class Colleague:
    """A person of ours with a browser: what they can do on the pages, in their words."""

    account: Account
    page: Page
    url: str

    async def sign_in(self) -> None:
        """Sign in; the inbox follows."""
        await self.page.goto(f"{self.url}/sign-in")
        await self.page.get_by_label("E-mail").fill(self.account.email)
        await self.page.get_by_label("Password").fill(PASSWORD)
        await self.page.get_by_role("button", name="Sign in").click()
        await expect(self.page.locator("#queue")).to_be_visible(timeout=PATIENCE)

    async def see_task_of(self, tutor_name: str) -> None:
        """The tutor's task is in the open inbox, which nobody has reloaded."""
        link = self.page.locator("#queue").get_by_role("link", name=tutor_name)
        await expect(link).to_be_visible(timeout=PATIENCE)

    async def open_task_of(self, tutor_name: str) -> None:
        """Open the tutor's task from the inbox."""
        await self.page.goto(f"{self.url}/people-ops/tasks?view=unassigned&q={tutor_name}")
        await self.page.locator("#queue").get_by_role("link", name=tutor_name).click()
        await expect(self.page.locator("#task")).to_be_visible(timeout=PATIENCE)

    async def press(self, button: str) -> None:
        """Press a button of the task page."""
        await self.page.get_by_role("button", name=button, exact=True).click()

    async def fill_in(self, notes: str, **choices: str) -> None:
        """Answer the form of the task: its notes, and one choice for each field named."""
        form = self.page.locator("form[action$='/complete']")
        for name, value in choices.items():
            await form.locator(f"input[name={name}][value={value}]").check()
        await form.get_by_label("What did you").fill(notes)

    async def read(self, words: str) -> None:
        """These words are on the page, or come to be."""
        await expect(self.page.get_by_text(words).first).to_be_visible(timeout=PATIENCE)


@asynccontextmanager
async def a_platform(town: Town) -> AsyncIterator[Platform]:
    """The platform of a town, with a key of its own."""
    with town.records() as session:
        name = f"platform-{uuid4().hex[:12]}"
        secret = api_keys.issue(
            session, name, scopes=[Scope.INGEST], origin=Origin.REAL, at=datetime.now(UTC)
        )
    headers = {"authorization": f"Bearer {secret}"}
    async with httpx2.AsyncClient(base_url=town.url, headers=headers, timeout=20) as client:
        yield Platform(client)


@pytest.fixture
async def visitors(browser: Browser, page_faults: list[str]) -> AsyncIterator[Hire]:
    """Makes colleagues of a town, each with a browser of their own, signed in."""
    async with AsyncExitStack() as windows:

        async def hired(town: Town, name: str = "Ada Byron", *, role: Role = Role.PEOPLE_OPS) -> Colleague:
            first, last = name.split()
            with town.records() as session:
                account = a_colleague(session, f"{first}{uuid4().hex[:8]} {last}", role=role)
            context = await new_visitor(browser, page_faults)
            windows.push_async_callback(context.close)
            colleague = Colleague(account, await context.new_page(), town.url)
            await colleague.sign_in()
            return colleague

        yield hired
    assert page_faults == []
