"""No page that a letter links to tells a score, a risk, a rule, a note, a name or an address."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from retention import links
from retention.messages.letters import LetterWish
from retention.records import alert_raising
from retention.records.cases import Case, CaseEvent
from retention.records.churn import ChurnScore
from retention.records.commands import Command
from retention.records.database import Session, transaction
from retention.records.letters import LetterRecord
from retention.records.tutors import Tutor
from retention.vocabulary import Letter
from tests.factories.alerts import a_firing
from tests.factories.first_sessions import booked, foretold
from tests.factories.people import a_colleague
from tests.factories.questions import SLUG, a_letter, a_question, close_case, the_guides
from web import delivering

TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{27}")  # signed, so it may hold any letters
NOW = datetime.now(UTC)
CANARY = "canary"
WORDS = {  # of the inside, in any spelling
    *("score", "risk", "churn", "band", "rule", "threshold", "decision", "first_session_review"),
    *("people ops", "people_ops", "workflow", "temporal"),
}
SETTLED = [
    ("pending", None),
    ("applied", {"taken": True, "words": "See you on Tuesday."}),
    ("applied", {"taken": False, "words": ""}),
    ("dead", {"type": "AlreadyClosed", "message": f"{CANARY} message", "fault": f"{CANARY} fault"}),
    ("refused", {"type": "Refused", "message": f"{CANARY} refusal"}),
]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "AT_MOST", 0.02)


def plant(session: Session, wish: LetterWish) -> None:
    """Something to find in every field that is none of a tutor's business."""
    case = session.get_one(Case, wish.case_id)
    case.reason, case.note, case.waiting_for = f"{CANARY} reason", f"{CANARY} note", f"{CANARY} waiting"
    case.rule_id, case.owner_group = f"{CANARY}-rule", f"{CANARY}-group"
    session.add(CaseEvent(case_id=case.case_id, version=1, at=NOW, state="open", words=f"{CANARY} line"))
    tutor = session.get_one(Tutor, wish.tutor_number)
    tutor.name, tutor.email, tutor.location = f"{CANARY} Name", f"{CANARY}@mail.example", f"{CANARY} town"
    session.add(a_score(tutor.number))
    a_first_session_ahead(session, tutor)
    firing = a_firing(session, tutor.number, at=NOW, title=f"{CANARY} title", advice=f"{CANARY} advice")
    alert_raising.follow(session, [firing], at=NOW)
    a_colleague(session, f"{CANARY} Manager")
    said = {
        "text": f"{CANARY} text",
        "html": f"{CANARY} html",
        "reason": CANARY,
    }
    session.execute(update(LetterRecord).where(LetterRecord.message_key == wish.key).values(said))


def a_score(number: int) -> ChurnScore:
    figures = {
        "score": 93,
        "raw_score": 93.7,
        "band": "critical",
        "p1": 0.1,
        "p7": 0.2,
        "p30": 0.9,
        "p90": 0.95,
    }
    return ChurnScore(
        tutor_number=number,
        day=NOW.date(),
        as_of=NOW,
        band_since=NOW.date(),
        source="component",
        version=CANARY,
        components={CANARY: 1},
        patterns={CANARY: 1},
        factors=[{"name": CANARY}],
        inputs={CANARY: 1},
        **figures,
    )


def a_first_session_ahead(session: Session, tutor: Tutor) -> None:
    """One that is foretold to go badly."""
    start = NOW + timedelta(hours=20)
    session_id = f"{CANARY}-session"
    booked(session, tutor.external_id, start=start, now=NOW, session_id=session_id)
    told = {"chance": 0.934, "factors": [{"name": CANARY, "says": f"{CANARY} factor"}]}
    foretold(session, session_id, number=tutor.number, start=start, as_of=NOW - timedelta(hours=1), **told)


def tells_nothing(text: str) -> None:
    seen = TOKEN.sub("", text).lower()
    assert CANARY not in seen
    assert not re.search(r"\b93\b", seen)
    assert [word for word in WORDS if word in seen] == []


@pytest.mark.parametrize(("state", "answer"), SETTLED)
def test_the_pages_of_a_question_tell_only_the_question(
    stranger: TestClient, state: str, answer: dict[str, Any] | None
) -> None:
    with transaction() as session:
        wish = a_letter(session, question=a_question(now=NOW))
        plant(session, wish)
    address = f"/answer/{links.answer_token(wish.key)}"
    tells_nothing(stranger.get(address).text)
    form = {"choice": "slot_1", "form_token": links.form_token(wish.key)}
    tells_nothing(stranger.post(address, data=form).text)
    with transaction() as session:
        session.execute(update(Command).values(state=state, answer=answer))
    tells_nothing(stranger.get(address).text)


def test_a_question_that_is_over_tells_nothing_either(stranger: TestClient) -> None:
    with transaction() as session:
        wish = a_letter(session, question=a_question(now=NOW))
        plant(session, wish)
        close_case(session, wish, at=NOW)
    tells_nothing(stranger.get(f"/answer/{links.answer_token(wish.key)}").text)
    tells_nothing(stranger.get("/answer/guess").text)


def test_a_guide_tells_nothing_of_why_it_was_sent(stranger: TestClient) -> None:
    with transaction() as session:
        the_guides(session)
        wish = a_letter(session, question=None, letter=Letter.COACHING_TIP)
        plant(session, wish)
    letter = links.guide_token(wish.key, SLUG)
    tells_nothing(stranger.get(f"/guides/{SLUG}?letter={letter}").text)
    form = {"letter": letter, "form_token": links.form_token(wish.key)}
    tells_nothing(stranger.post(f"/guides/{SLUG}/not_helpful", data=form).text)
