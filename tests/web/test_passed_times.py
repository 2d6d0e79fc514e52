"""What can be answered no more: times that have passed, questions that have closed, cases that have ended."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from retention.messages.letters import LetterWish
from retention.records import answers
from retention.records.database import transaction
from tests.factories.questions import HOUR, a_question, close_case
from tests.web.letters import a_sent_letter, address_of, kept, press, settle
from web import delivering
from web.tutor import tries
from web.tutor.answer import PASSED
from workflows import tutor_side

WORDS = "None of these times suits me"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody delivers here, and tries of other tests do not count."""
    monkeypatch.setattr(delivering, "AT_MOST", 0.02)
    monkeypatch.setattr(tries, "tries", MovingWindowRateLimiter(MemoryStorage()))


def test_an_answer_to_a_case_that_has_ended_says_when(stranger: TestClient) -> None:
    letter = a_sent_letter()
    press(stranger, letter, "slot_1")
    settle("dead", {"type": "AlreadyClosed"})
    with transaction() as session:
        close_case(session, letter, at=datetime(2026, 11, 25, 2, tzinfo=UTC))
    page = stranger.get(address_of(letter)).text
    assert "This was settled on Tuesday 24 November." in page  # in New York it was still Tuesday


def test_a_case_that_has_ended_asks_no_more(stranger: TestClient) -> None:
    letter = a_sent_letter()
    with transaction() as session:
        close_case(session, letter, at=datetime.now(UTC))
    page = stranger.get(address_of(letter))
    assert page.status_code == 410
    assert "Nothing is left to answer" in page.text
    assert press(stranger, letter, "slot_1").status_code == 410
    assert kept() == (0, 0)


@pytest.mark.parametrize(("closes_in", "status"), [(HOUR, 200), (-timedelta(seconds=1), 410)])
def test_a_question_closes(stranger: TestClient, closes_in: timedelta, status: int) -> None:
    letter = a_sent_letter(closes_in=closes_in)
    assert stranger.get(address_of(letter)).status_code == status
    assert press(stranger, letter, "slot_1").status_code == status
    assert kept() == ((1, 1) if status == 200 else (0, 0))


def test_a_closed_question_still_shows_its_answer(stranger: TestClient) -> None:
    letter = a_sent_letter()
    press(stranger, letter, "slot_1")
    with transaction() as session:
        close_case(session, letter, at=datetime.now(UTC))
    assert stranger.get(address_of(letter)).status_code == 200


def a_late_opened_letter(*, choices: int = 3) -> LetterWish:
    """A letter whose first time has passed when it is opened."""
    question = a_question(now=datetime.now(UTC))
    question.choices[0].at = datetime.now(UTC) - timedelta(seconds=1)
    return a_sent_letter(question.model_copy(update={"choices": question.choices[:choices]}))


def test_a_time_that_has_passed_is_no_button(stranger: TestClient) -> None:
    page = stranger.get(address_of(a_late_opened_letter())).text
    assert re.findall(r'name="choice" value="(\w+)"', page) == ["slot_2", "none_suits"]


def test_a_time_that_passes_before_it_is_pressed_is_not_kept_and_the_others_are_offered(
    stranger: TestClient,
) -> None:
    letter = a_late_opened_letter()
    page = press(stranger, letter, "slot_1")
    assert page.status_code == 422
    assert PASSED in page.text
    assert 'value="slot_2"' in page.text
    assert kept() == (0, 0)
    assert "We have your answer" in press(stranger, letter, "slot_2").text


def test_an_answer_that_its_case_gave_back_as_passed_leaves_room_for_another(stranger: TestClient) -> None:
    letter = a_late_opened_letter()
    with transaction() as session:
        asked = answers.asked(session, letter.key)
        now = datetime.now(UTC)
        answers.give(session, asked, choice="slot_1", remark="", at=now, received_at=now)
    settle("applied", {"taken": False, "words": PASSED})
    page = stranger.get(address_of(letter))
    assert page.status_code == 200
    assert PASSED in page.text
    assert "We have your answer" in press(stranger, letter, "slot_2").text
    assert kept() == (1, 2)


def test_the_case_and_the_page_say_the_same_of_a_time_that_has_passed() -> None:
    assert tutor_side.PASSED == PASSED


def test_when_every_time_has_passed_the_page_says_so(stranger: TestClient) -> None:
    page = stranger.get(address_of(a_late_opened_letter(choices=1)))
    assert page.status_code == 410
    assert "Every time that was offered has passed" in page.text
