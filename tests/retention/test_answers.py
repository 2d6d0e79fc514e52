"""The first answer to a letter counts; what became of it is what its case said."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from retention.errors import NotFound
from retention.messages.letters import LetterWish
from retention.records import answers, commands
from retention.records.answers import Asked, LetterAnswer
from retention.records.commands import Command
from retention.records.database import Session
from retention.vocabulary import AnswerState
from tests.factories.questions import HOUR, a_letter, a_question, close_case

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def letter(session: Session) -> LetterWish:
    return a_letter(session, question=a_question(now=NOW))


def give(session: Session, letter: LetterWish, choice: str = "slot_2", remark: str = "") -> UUID:
    asked = answers.asked(session, letter.key)
    return answers.give(session, asked, choice=choice, remark=remark, at=NOW, received_at=NOW)


def settle(session: Session, command_id: UUID, state: str, answer: dict[str, Any] | None = None) -> None:
    settled = {"state": state, "answer": answer, "settled_at": NOW}
    session.execute(update(Command).where(Command.id == command_id).values(settled))


def given(session: Session, letter: LetterWish) -> answers.GivenAnswer:
    answer = answers.asked(session, letter.key).answer
    assert answer is not None
    return answer


def test_a_question_is_shown_on_the_tutors_clock(session: Session, letter: LetterWish) -> None:
    asked = answers.asked(session, letter.key)
    assert asked.question == letter.question
    assert asked.time_zone
    assert asked.answer is None
    assert asked.case_closed_at is None


def test_nothing_is_known_about_a_letter_that_asks_nothing(session: Session) -> None:
    with pytest.raises(NotFound):
        answers.asked(session, a_letter(session, question=None).key)
    with pytest.raises(NotFound):
        answers.asked(session, "no/such/letter")


def test_an_answer_and_its_command_are_kept_together(session: Session, letter: LetterWish) -> None:
    command = commands.find(session, give(session, letter, remark="Mornings are best."))
    assert command is not None
    assert (command.target, command.kind, command.name) == (letter.case_id, "update", "answer")
    assert command.payload == {
        "command_id": str(command.id),
        "letter_key": letter.key,
        "step": "times_1",
        "choice": "slot_2",
        "remark": "Mornings are best.",
        "at": "2026-11-24T12:00:00Z",
    }


def test_the_first_answer_wins(session: Session, letter: LetterWish) -> None:
    first = give(session, letter, "slot_2")
    assert give(session, letter, "slot_1") == first
    assert given(session, letter).choice == "slot_2"
    assert session.scalar(select(func.count()).select_from(LetterAnswer)) == 1


@pytest.mark.parametrize(
    ("receipt", "counts"),
    [("This time has passed. Please choose another one.", "slot_1"), ("It was settled.", "slot_2")],
)
def test_only_a_time_that_had_passed_gives_way_to_another_choice(
    session: Session, letter: LetterWish, receipt: str, counts: str
) -> None:
    first = give(session, letter, "slot_2")
    settle(session, first, "applied", {"taken": False, "words": receipt})
    seen_before = answers.asked(session, letter.key)
    second = give(session, letter, "slot_1")
    assert (second != first) == (counts == "slot_1")
    assert given(session, letter).choice == counts
    late = answers.give(session, seen_before, choice="none_suits", remark="", at=NOW, received_at=NOW)
    assert late == second  # of two presses at once the first one counts


@pytest.mark.parametrize(
    ("command", "answer", "state", "words"),
    [
        ("pending", None, AnswerState.PENDING, ""),
        ("applied", {"taken": True, "words": "See you then."}, AnswerState.TAKEN, "See you then."),
        ("applied", {"taken": False, "words": "It was settled."}, AnswerState.LATE, "It was settled."),
        ("dead", {"type": "AlreadyClosed", "message": "x"}, AnswerState.LATE, ""),
        ("refused", {"type": "Refused", "message": "x"}, AnswerState.LATE, ""),
    ],
)
def test_what_became_of_an_answer_is_read_from_its_command(
    *, session: Session, letter: LetterWish, command: str, answer: dict[str, Any], state: str, words: str
) -> None:
    settle(session, give(session, letter), command, answer)
    assert (given(session, letter).state, given(session, letter).receipt) == (state, words)


def test_an_answer_is_told_by_the_words_of_its_button(session: Session, letter: LetterWish) -> None:
    give(session, letter, "none_suits")
    (answer,) = answers.of_case(session, letter.case_id)
    assert (answer.words, answer.chosen_at) == ("None of these times suits me", None)


def test_an_answer_for_a_time_says_which(session: Session, letter: LetterWish) -> None:
    give(session, letter, "slot_1")
    assert given(session, letter).chosen_at == NOW + 48 * HOUR


def test_a_page_learns_that_its_case_has_ended(session: Session, letter: LetterWish) -> None:
    close_case(session, letter, at=NOW)
    asked: Asked = answers.asked(session, letter.key)
    assert asked.case_closed_at == NOW
