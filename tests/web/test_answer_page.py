"""The page behind a letter's question: looking changes nothing, a press answers, the first answer stays."""

import re
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import select

from retention import links
from retention.records.commands import Command
from retention.records.database import transaction
from retention.records.letters import LetterRecord
from tests.factories.questions import a_letter, a_question
from tests.web.conftest import Visitor
from tests.web.letters import a_sent_letter, address_of, kept, press, settle
from web import delivering
from web.guard import HEADERS
from web.tutor import tries
from web.tutor.answer import UNBROKEN

WORDS = "None of these times suits me"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody delivers here, and tries of other tests do not count."""
    monkeypatch.setattr(delivering, "AT_MOST", 0.02)
    monkeypatch.setattr(tries, "tries", MovingWindowRateLimiter(MemoryStorage()))


def test_the_question_is_asked_on_the_tutors_clock(stranger: TestClient) -> None:
    question = a_question(now=datetime(2093, 11, 24, 12, tzinfo=UTC))  # times that are past are left out
    page = stranger.get(address_of(a_sent_letter(question)))
    assert page.status_code == 200
    words = page.text.replace(UNBROKEN, " ")
    assert "Which time suits you for a call of 30 minutes?" in words
    assert "Thursday 26 November, 07:00 EST" in words
    assert "Thursday 26 November, 09:00 EST" in words
    assert "America/New_York" in words
    assert words.count('name="choice"') == 3


def test_the_page_says_which_letter_it_belongs_to(stranger: TestClient) -> None:
    letter = a_sent_letter()
    with transaction() as session:
        session.get_one(LetterRecord, letter.key).subject = "Our call: Tuesday 24 November, 14:05"
    assert "Our call: Tuesday 24 November, 14:05" in stranger.get(address_of(letter)).text
    assert "Our call: Tuesday 24 November, 14:05" in press(stranger, letter, "slot_1").text


def test_what_is_asked_about_is_on_the_page(stranger: TestClient) -> None:
    question = a_question(now=datetime.now(UTC), points=["Keep two evenings free", "Write <goals> down"])
    words = stranger.get(address_of(a_sent_letter(question))).text
    assert "<li>Keep two evenings free</li>" in words
    assert "<li>Write &lt;goals&gt; down</li>" in words


@pytest.mark.parametrize(("words", "shown"), [(("Suits me", "Suits me"), 0), (("My choice", "Also fine"), 2)])
def test_words_that_stand_below_every_time_are_left_out(
    stranger: TestClient, words: tuple[str, str], shown: int
) -> None:
    question = a_question(now=datetime.now(UTC))
    for choice, said in zip(question.choices, words, strict=False):
        choice.words = said
    page = stranger.get(address_of(a_sent_letter(question))).text
    assert page.count("<small>") == shown


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_may_open_it_as_often_as_it_likes(stranger: TestClient, method: str) -> None:
    address = address_of(a_sent_letter())
    for purpose in ("prefetch", "preview", "") * 20:
        answer = stranger.request(method, address, headers={"sec-purpose": purpose, "purpose": purpose})
        assert answer.status_code == 200
    assert kept() == (0, 0)


def test_a_scanner_that_posts_without_the_pages_token_answers_nothing(stranger: TestClient) -> None:
    letter = a_sent_letter()
    for form_token in ("", "guess", links.answer_token(letter.key), links.form_token("another/letter")):
        assert press(stranger, letter, "slot_1", form_token=form_token).status_code == 403
    assert stranger.post(address_of(letter)).status_code == 403
    assert kept() == (0, 0)


def test_the_page_sends_nothing_by_itself(stranger: TestClient) -> None:
    page = stranger.get(address_of(a_sent_letter())).text
    assert "<script" not in page
    assert "http-equiv" not in page


def test_one_press_answers_and_is_handed_to_the_case(stranger: TestClient) -> None:
    letter = a_sent_letter()
    page = press(stranger, letter, "none_suits", remark="  I am away this week.  ")
    assert page.status_code == 200
    assert "We have your answer" in page.text
    assert WORDS in page.text
    assert "I am away this week." in page.text
    with transaction() as session:
        (command,) = session.scalars(select(Command))
    assert (command.target, command.name) == (letter.case_id, "answer")
    assert command.payload["remark"] == "I am away this week."


def test_pressing_the_same_button_again_shows_the_same_page(stranger: TestClient) -> None:
    letter = a_sent_letter()
    first = press(stranger, letter, "slot_1")
    assert press(stranger, letter, "slot_1").text == first.text
    assert kept() == (1, 1)


def test_another_choice_leaves_the_first_and_says_how_to_change_it(stranger: TestClient) -> None:
    letter = a_sent_letter()
    press(stranger, letter, "none_suits")
    page = press(stranger, letter, "slot_1").text
    assert "Your first answer counts" in page
    assert "reply to the letter" in page
    assert f"<strong>{WORDS}</strong>" in page
    assert kept() == (1, 1)


def test_what_the_case_says_of_an_answer_is_shown(stranger: TestClient) -> None:
    letter = a_sent_letter()
    press(stranger, letter, "slot_1")
    settle("applied", {"taken": True, "words": "Your call is on Thursday at 07:00."})
    page = stranger.get(address_of(letter)).text
    assert "Thank you" in page
    assert "Your call is on Thursday at 07:00." in page


def test_an_answer_that_came_too_late_is_kept_and_says_so(stranger: TestClient) -> None:
    letter = a_sent_letter()
    press(stranger, letter, "slot_1")
    settle("applied", {"taken": False, "words": "The times were renewed meanwhile."})
    page = stranger.get(address_of(letter)).text
    assert "This was already settled" in page
    assert "The times were renewed meanwhile." in page
    assert "Your answer is kept" in page


def test_links_that_are_none_of_ours_lead_nowhere(stranger: TestClient) -> None:
    letter = a_sent_letter()
    token = links.answer_token(letter.key)
    for bent in (
        token[:-4],
        token + "x",
        "x" + token,
        links.guide_token(letter.key, "a"),
        "%00",
        "a" * 5_000,
    ):
        page = stranger.get(f"/answer/{bent}")
        assert page.status_code == 404
        assert "Go to the tasks" not in page.text
    assert stranger.get(f"/answer/{links.answer_token('no/such/letter')}").status_code == 404
    assert stranger.get("/answer/").status_code == 404


def test_a_letter_that_asks_nothing_has_no_page(stranger: TestClient) -> None:
    with transaction() as session:
        letter = a_letter(session, question=None)
    assert stranger.get(address_of(letter)).status_code == 404


def test_who_tries_many_broken_links_is_asked_to_wait(stranger: TestClient) -> None:
    tried = [stranger.get(f"/answer/guess{number}").status_code for number in range(31)]
    assert tried == [404] * 30 + [429]
    assert stranger.get(address_of(a_sent_letter())).status_code == 200  # a good link from there still opens


def test_one_letters_form_is_not_taken_without_end(stranger: TestClient) -> None:
    letter = a_sent_letter()
    assert [press(stranger, letter, "slot_1").status_code for _ in range(21)] == [200] * 20 + [429]


@pytest.mark.parametrize(
    ("choice", "remark", "words"),
    [
        ("", "Good", "Please press one of the buttons."),
        ("slot_9", "", "Please press"),
        ("slot_1", "x" * 501, "500"),
    ],
)
def test_an_answer_that_is_none_is_asked_for_again(
    *, stranger: TestClient, choice: str, remark: str, words: str
) -> None:
    page = press(stranger, a_sent_letter(), choice, remark=remark)
    assert page.status_code == 422
    assert words in page.text
    assert remark in page.text
    assert kept() == (0, 0)


def test_the_longest_remark_is_taken(stranger: TestClient) -> None:
    assert press(stranger, a_sent_letter(), "slot_1", remark="\N{PARTY POPPER}" * 500).status_code == 200


def test_a_question_without_a_remark_takes_none(stranger: TestClient) -> None:
    letter = a_sent_letter(remark=False)
    assert "<textarea" not in stranger.get(address_of(letter)).text
    assert "smuggled" not in press(stranger, letter, "slot_1", remark="smuggled").text


@pytest.mark.parametrize("path", ["", "/nowhere", "x"])
def test_the_link_goes_to_nobody_else(stranger: TestClient, path: str) -> None:
    answer = stranger.get(address_of(a_sent_letter()) + path)
    expected = HEADERS | {
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex, nofollow, noarchive",
        "cache-control": "no-store",
    }
    assert {name: answer.headers[name] for name in expected} == expected
    assert not re.findall(r'(?:href|src)="(?!/static/|/answer/)', answer.text)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "null"}, 200),  # a page without referrer, in browsers without Sec-Fetch-Site
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
    ],
)
def test_browsers_that_tell_no_origin_can_answer(
    stranger: TestClient, headers: dict[str, str], status: int
) -> None:
    letter = a_sent_letter()
    form = {"choice": "slot_1", "form_token": links.form_token(letter.key)}
    assert stranger.post(address_of(letter), data=form, headers=headers).status_code == status


def test_the_page_asks_the_database_little(stranger: TestClient, queries: list[str]) -> None:
    address = address_of(a_sent_letter())
    queries.clear()
    stranger.get(address)
    assert len(queries) <= 3


@pytest.mark.parametrize(("state", "late"), [("dead", True), ("applied", False)])
def test_people_ops_read_every_answer_on_the_page_of_its_case(
    *, stranger: TestClient, visitor: Visitor, state: str, late: bool
) -> None:
    letter = a_sent_letter()
    press(stranger, letter, "none_suits", remark="I am away this week.")
    settle(state, {"taken": True, "words": "Noted."})
    page = visitor().get(f"/people-ops/cases/{letter.case_id}").text
    assert WORDS in page
    assert "I am away this week." in page
    assert ("Too late" in page) == late
