"""Letter links: fetched by scanners, tapped twice, tapped when all is over; one answer counts."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime
from html import unescape
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from retention.records.answers import LetterAnswer
from retention.records.letters import LetterRecord
from retention.vocabulary import Letter
from tests.faults.accounts import rows_at_rest, steps_so_far
from tests.faults.conftest import MortalTown
from tests.faults.people import CALL, CHOICE, OFFER, UNTIL_CONFIRMED, InTown, Uses, coached, tipped

pytestmark = pytest.mark.devserver
LINK = re.compile(r"https?://[^\s\"<>]+/(?:answer|guides)/[^\s\"<>]+")
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
OFTEN = 15


@pytest.fixture
async def visitor() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(timeout=30, headers={"sec-fetch-site": "same-origin"}) as client:
        yield client


def letters_of(told: InTown) -> dict[str, LetterRecord]:
    with told.town.records() as records:
        wanted = select(LetterRecord).where(LetterRecord.case_id == told.case.case_id)
        return {letter.letter: letter for letter in records.scalars(wanted)}


def links_in(letter: LetterRecord) -> list[str]:
    """Every link of ours that a reader of the letter, or a scanner, can see."""
    return sorted({unescape(link).rstrip(".") for link in LINK.findall(f"{letter.text} {letter.html}")})


async def state(told: InTown) -> Any:
    """Everything that an answer could change, once nothing is on its way any more."""
    return await rows_at_rest(told), await steps_so_far(told)


async def scanned(visitor: httpx2.AsyncClient, told: InTown) -> int:
    """Each link of each letter is fetched again and again, all at once; how many there are."""
    links = [link for letter in letters_of(told).values() for link in links_in(letter)]
    asked = [(method, link) for link in links for method in ("GET", "HEAD") for _ in range(OFTEN)]
    answers = await asyncio.gather(*(visitor.request(method, link) for method, link in asked))
    assert {answer.status_code for answer in answers} == {200}
    return len(links)


async def tapped(visitor: httpx2.AsyncClient, letter: LetterRecord, *choices: str) -> list[int]:
    """The page is opened once and its buttons are pressed, all at once; the statuses."""
    (link,) = links_in(letter)
    token = TOKEN.search((await visitor.get(link)).text)
    form_token = unescape(token[1]) if token else ""
    pressed = [visitor.post(link, data={"choice": one, "form_token": form_token}) for one in choices]
    return [answer.status_code for answer in await asyncio.gather(*pressed)]


async def test_what_scanners_fetch_stays_as_it_is(
    mortal_town: MortalTown, visitor: httpx2.AsyncClient
) -> None:
    coaching = coached(mortal_town.town, clock=mortal_town.clock)
    tip = tipped(mortal_town.town, clock=mortal_town.clock)
    for told, act in ((coaching, CHOICE), (tip, Uses())):
        await told.begins()
        if told is coaching:
            await told.goes_on(OFFER)
        await told.comes_to(act)
        before = await state(told)
        assert await scanned(visitor, told) > 0
        assert await state(told) == before


async def test_of_many_taps_at_once_one_counts(mortal_town: MortalTown, visitor: httpx2.AsyncClient) -> None:
    told = coached(mortal_town.town, clock=mortal_town.clock)
    await told.begins()
    await told.goes_on(OFFER)
    await told.comes_to(CHOICE)
    asked = letters_of(told)[Letter.COACHING_TIMES]
    statuses = await tapped(visitor, asked, *["slot_1", "slot_2", "no_thanks"] * 5)
    assert set(statuses) == {303}
    with told.town.records() as records:
        (kept,) = records.scalars(select(LetterAnswer).where(LetterAnswer.case_id == told.case.case_id))
    assert asked.question is not None
    chosen = {one["key"]: one["at"] for one in asked.question["choices"]}[kept.choice]
    if chosen is None:
        assert (await told.result())["outcome"] == "declined_by_tutor"
    else:
        await told.comes_to(CALL)
        scheduled = letters_of(told)[Letter.COACHING_SCHEDULED].question
        assert scheduled is not None
        assert datetime.fromisoformat(scheduled["closes_at"]) == datetime.fromisoformat(chosen)
    before = await state(told)
    assert before[0]["commands"].count(("update", "answer", "applied")) == 1
    assert set(await tapped(visitor, asked, "slot_1", "slot_2", kept.choice)) == {303}
    assert await state(told) == before


async def test_a_tap_when_the_case_is_closed_changes_nothing(
    mortal_town: MortalTown, visitor: httpx2.AsyncClient
) -> None:
    told = coached(mortal_town.town, clock=mortal_town.clock)
    await told.begins()
    for act in UNTIL_CONFIRMED:
        await told.goes_on(act)
    assert (await told.result())["outcome"] == "churned"
    letters, before = letters_of(told), await state(told)
    assert await tapped(visitor, letters[Letter.COACHING_TIMES], "slot_2", "slot_1") == [303, 303]
    assert await tapped(visitor, letters[Letter.COACHING_ACTIONS], "change", "confirmed") == [303, 303]
    # This one was never answered: its page says that all is settled.
    never = await tapped(visitor, letters[Letter.COACHING_SCHEDULED], "another_time", "another_time")
    assert set(never) == {410}
    assert await state(told) == before
