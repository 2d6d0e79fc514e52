"""From the press of a button to the case and back to the page, through a real Temporal."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from temporalio.worker import Worker

from retention import links
from retention.messages.letters import LetterWish
from retention.messages.tutors import TutorLeft
from retention.records import answers
from retention.records.commands import CASES, UPKEEP
from retention.records.database import transaction
from retention.temporal import queues
from retention.vocabulary import AnswerState, ChurnReason
from switchboard.relay import Relay
from tests.factories.questions import a_letter, a_question
from tests.testbed.temporal import TwoNamespaces
from tests.testbed.waiting import eventually
from tests.workflows.listeners import ListeningCase
from web import delivering

pytestmark = pytest.mark.devserver


@asynccontextmanager
async def relaying(temporal: TwoNamespaces) -> AsyncIterator[None]:
    """A switchboard for as long as this lasts."""
    running = asyncio.create_task(Relay({CASES: temporal.cases, UPKEEP: temporal.upkeep}).run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def at_work(temporal: TwoNamespaces) -> Worker:
    return Worker(temporal.cases, task_queue=queues.CASES, workflows=[ListeningCase])


async def a_waiting_case(temporal: TwoNamespaces) -> LetterWish:
    """A case that listens, and the letter that it has sent."""
    with transaction() as session:
        wish = a_letter(session, question=a_question(now=datetime.now(UTC)))
    await temporal.cases.start_workflow("ListeningCase", "", id=wish.case_id, task_queue=queues.CASES)
    return wish


async def end(temporal: TwoNamespaces, wish: LetterWish) -> None:
    left = TutorLeft(command_id="1", at=datetime.now(UTC), reason=ChurnReason.RESIGNATION)
    handle = temporal.cases.get_workflow_handle(wish.case_id)
    await handle.signal("tutor_left", left)
    await handle.result()


async def press(browser: TestClient, wish: LetterWish, choice: str) -> str:
    """The page that follows."""
    form = {"choice": choice, "form_token": links.form_token(wish.key)}
    address = f"/answer/{links.answer_token(wish.key)}"
    return (await asyncio.to_thread(browser.post, address, data=form)).text


def state_of(wish: LetterWish) -> AnswerState:
    with transaction() as session:
        (given,) = answers.of_case(session, wish.case_id)
    return given.state


async def test_the_case_hears_the_answer_once_and_the_page_tells_its_words(
    *, stranger: TestClient, temporal: TwoNamespaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "AT_MOST", 20.0)  # a busy machine is slow, not wrong
    async with relaying(temporal), at_work(temporal):
        wish = await a_waiting_case(temporal)
        assert "Answer 1" in await press(stranger, wish, "slot_1")
        again = await press(stranger, wish, "slot_2")
        assert "Your first answer counts" in again
        assert "Answer 1" in again
        await end(temporal, wish)
        heard = await temporal.cases.get_workflow_handle(wish.case_id).result()
        assert heard == ["slot_1", "resignation"]


async def test_an_answer_after_the_case_has_ended_is_kept_as_late(
    *, stranger: TestClient, temporal: TwoNamespaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "AT_MOST", 20.0)
    async with relaying(temporal), at_work(temporal):
        wish = await a_waiting_case(temporal)
        await end(temporal, wish)
        page = await press(stranger, wish, "slot_1")
        assert "This was already settled" in page
        assert "Your answer is kept" in page
        assert state_of(wish) is AnswerState.LATE


async def test_while_nobody_works_the_answer_is_saved_and_arrives_later(
    *, stranger: TestClient, temporal: TwoNamespaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "AT_MOST", 0.05)
    wish = await a_waiting_case(temporal)
    assert "We have your answer" in await press(stranger, wish, "slot_1")
    async with relaying(temporal), at_work(temporal):
        await eventually(lambda: state_of(wish) is AnswerState.TAKEN)
