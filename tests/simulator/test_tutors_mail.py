"""The made-up tutors read their letters, follow the link and press a button, like anybody."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from retention import links
from retention.emails.local_outbox import LocalDoor
from retention.emails.message import Address, Message
from retention.messages.letters import LetterWish
from retention.records import guides
from retention.records.answers import LetterAnswer
from retention.records.database import transaction
from retention.vocabulary import TipAct
from simulator import tutors_mail
from simulator.mailbox import Letter, Mailbox
from simulator.pages import Form
from simulator.tutors import MAIL
from simulator.tutors_mail import AT_A_LOOK, FORGOTTEN, READ_WITHIN, Tutors, chosen, opens_at
from tests.factories.questions import a_letter, a_question, the_guides
from web import delivering
from web.application import pages

NOW = datetime.now(UTC).replace(microsecond=0)
BUTTONS = ["slot_1", "slot_2", "none_suits", "no_thanks"]
US = Address(name="Mainstay", email="team@mainstay.example")
AtMail = Callable[[], Tutors]


@pytest.fixture(autouse=True)
def _nobody_delivers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "AT_MOST", 0.02)


@pytest.fixture
def at_mail(data: str, tmp_path: Path) -> Iterator[AtMail]:
    """Puts the tutors at their mailboxes."""
    with TestClient(pages(), follow_redirects=False) as client:
        yield lambda: Tutors("http://testserver", Mailbox(tmp_path), transport=client._transport)


def put(folder: Path, key: str, link: str, *, at: datetime = NOW) -> None:
    """A letter as the local door leaves it."""
    door = LocalDoor(folder=folder, sender=US)
    text = f"Hello,\n\nwhich time suits you?\n{link}\n"
    door.send(Message(key=key, to=(US,), subject="A call", text=text, html="<p>Hello</p>", at=at))


def some(count: int) -> list[Letter]:
    return [
        Letter(f"coaching%2F1{number}%2Fcoaching_times%2F1.eml", NOW, "/answer/x") for number in range(count)
    ]


def a_sent_letter(folder: Path, *, at: datetime = NOW) -> LetterWish:
    with transaction() as session:
        wish = a_letter(session, question=a_question(now=NOW))
    put(folder, wish.key, links.answer_address(wish.key), at=at)
    return wish


def answered() -> dict[str, str]:
    with transaction() as session:
        return {one.letter_key: one.choice for one in session.scalars(select(LetterAnswer))}


def test_a_letter_is_answered_once_somebody_has_got_round_to_it(at_mail: AtMail, tmp_path: Path) -> None:
    keys = [a_sent_letter(tmp_path).key for _ in range(20)]
    tutors = at_mail()
    tutors.look(NOW + READ_WITHIN[0] - timedelta(seconds=1))
    assert answered() == {}
    for _ in range(len(keys) // AT_A_LOOK + 1):
        tutors.look(NOW + READ_WITHIN[1])
    given = answered()
    assert 3 <= len(given) < len(keys)  # most answer, some never do
    assert set(given.values()) <= {"slot_1", "slot_2", "none_suits"}


def test_only_a_few_letters_are_opened_at_one_look(at_mail: AtMail, tmp_path: Path) -> None:
    for _ in range(AT_A_LOOK + 5):
        a_sent_letter(tmp_path)
    at_mail().look(NOW + READ_WITHIN[1])
    assert len(answered()) <= AT_A_LOOK


def test_tutors_who_come_back_to_their_mailbox_answer_nothing_twice(at_mail: AtMail, tmp_path: Path) -> None:
    for _ in range(5):
        a_sent_letter(tmp_path)
    at_mail().look(NOW + READ_WITHIN[1])
    given = answered()
    at_mail().look(NOW + READ_WITHIN[1])
    assert answered() == given


@pytest.mark.parametrize(("ago", "opened"), [(FORGOTTEN, False), (FORGOTTEN - timedelta(hours=1), True)])
def test_a_letter_that_has_lain_too_long_stays_shut(
    at_mail: AtMail, tmp_path: Path, ago: timedelta, opened: bool
) -> None:
    for _ in range(15):
        a_sent_letter(tmp_path, at=NOW - ago)
    tutors = at_mail()
    for _ in range(3):
        tutors.look(NOW)
    assert bool(answered()) is opened


def test_a_mailbox_that_is_not_there_yet_holds_nothing(tmp_path: Path) -> None:
    assert Mailbox(tmp_path / "later").new() == []


def test_a_letter_leads_to_our_page_and_a_letter_without_question_nowhere(tmp_path: Path) -> None:
    put(tmp_path, "coaching/1/1", "http://mainstay.example/answer/abc")
    put(tmp_path, "coaching/1/2", "http://elsewhere.example/news")
    box = Mailbox(tmp_path)
    assert [(letter.link, letter.at) for letter in box.new()] == [("/answer/abc", NOW), ("", NOW)]
    assert box.new() == []


@pytest.mark.parametrize(("readers", "read"), [(MAIL, 0), ("@mainstay.example", 1), ("", 1)])
def test_letters_to_others_are_left_alone(tmp_path: Path, readers: str, read: int) -> None:
    put(tmp_path, "coaching/1/1", "http://mainstay.example/answer/abc")  # to team@mainstay.example
    assert len(Mailbox(tmp_path, readers=readers).new()) == read


def test_most_choose_a_time_some_refuse_and_some_say_nothing() -> None:
    found = Counter(chosen(letter, BUTTONS) for letter in some(4_000))
    shares = {key: count / 4_000 for key, count in found.items()}
    assert shares["slot_1"] + shares["slot_2"] == pytest.approx(tutors_mail.A_TIME, abs=0.04)
    assert shares["none_suits"] == pytest.approx(0.12, abs=0.03)
    assert shares["no_thanks"] == pytest.approx(0.07, abs=0.02)
    assert shares[""] == pytest.approx(0.19, abs=0.03)


def test_letters_are_opened_within_two_days_and_mostly_within_hours() -> None:
    waits = sorted(opens_at(letter) - letter.at for letter in some(1_000))
    assert READ_WITHIN[0] <= waits[0] <= waits[-1] <= READ_WITHIN[1]
    assert waits[500] < timedelta(hours=8)


def test_a_guide_is_read_and_judged_by_some(at_mail: AtMail, tmp_path: Path) -> None:
    with transaction() as session:
        slug = the_guides(session)[0]
        keys = [a_letter(session, question=None).key for _ in range(10)]
    for key in keys:
        put(tmp_path, key, links.guide_address(key, slug))
    tutors = at_mail()
    for _ in range(3):
        tutors.look(NOW + READ_WITHIN[1])
    with transaction() as session:
        acts = [act for key in keys for act in guides.acts_of(session, key)]
    assert acts.count(TipAct.READ) >= 3
    assert len(acts) < 2 * len(keys)


def test_a_page_without_a_question_is_closed_again() -> None:
    assert tutors_mail.pressed(some(1)[0], [Form("/sign-in", texts=["email"])]) == []
