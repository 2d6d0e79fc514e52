"""Letters with a question, and what is pressed on their pages."""

from datetime import UTC, datetime
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from retention import links
from retention.messages.letters import LetterWish, Question
from retention.records.answers import LetterAnswer
from retention.records.commands import Command
from retention.records.database import transaction
from retention.records.tutors import Tutor
from tests.factories.questions import a_letter, a_question


def a_sent_letter(question: Question | None = None, **more: Any) -> LetterWish:
    """A letter with a question, as it was sent to a tutor in New York."""
    with transaction() as session:
        wish = a_letter(session, question=question or a_question(now=datetime.now(UTC), **more))
        session.get_one(Tutor, wish.tutor_number).time_zone = "America/New_York"
    return wish


def address_of(letter: LetterWish) -> str:
    return f"/answer/{links.answer_token(letter.key)}"


def press(browser: TestClient, letter: LetterWish, choice: str, **more: Any) -> Any:
    form = {"choice": choice, "form_token": links.form_token(letter.key)} | more
    return browser.post(address_of(letter), data=form)


def kept() -> tuple[int, int]:
    """How many answers and commands there are."""
    with transaction() as session:
        counted = [
            session.scalar(select(func.count()).select_from(table)) for table in (LetterAnswer, Command)
        ]
        return counted[0] or 0, counted[1] or 0


def settle(state: str, answer: dict[str, Any] | None = None) -> None:
    with transaction() as session:
        session.execute(update(Command).values(state=state, answer=answer))
