"""Wishes for letters to tutors who exist."""

from datetime import UTC, datetime
from typing import Any

from retention.emails.samples import sample_wish
from retention.messages.letters import LetterWish
from retention.records.database import Session
from retention.records.letters import LetterRecord
from retention.vocabulary import Letter, LetterClass, LetterState, Programme
from tests.factories.platform import a_tutor
from tests.factories.questions import the_guides

NOON = datetime(2026, 3, 26, 12, tzinfo=UTC)  # a Thursday; London is at UTC


def a_wish(
    session: Session, letter: Letter = Letter.COACHING_TIMES, *, at: datetime = NOON, **changes: Any
) -> LetterWish:
    """A wish for a letter to a tutor of its own, who lives in London."""
    number = changes.pop("tutor_number", None) or a_tutor(session, at=at)[0]
    case_id = f"coaching/{number}/1"
    told = {"tutor_number": number, "case_id": case_id, "key": f"{case_id}/{letter}/1", "as_of": at}
    return sample_wish(letter).model_copy(update=told | changes)


def a_tip(session: Session, *, at: datetime = NOON, **changes: Any) -> LetterWish:
    """A wish for a tip about a guide that exists."""
    tip = a_wish(session, Letter.COACHING_TIP, at=at, about={"tip": the_guides(session)[0]}, **changes)
    assert tip.mail_class is LetterClass.OPTIONAL
    return tip


def an_earlier_letter(tutor_number: int, number: int, *, at: datetime) -> LetterRecord:
    """An optional letter that the tutor has had: it counts against the mail budget."""
    return LetterRecord(
        message_key=f"earlier/{tutor_number}/{number}",
        case_id="earlier",
        letter=Letter.COACHING_TIP,
        mail_class=LetterClass.OPTIONAL,
        programme=Programme.COACHING_TIP,
        state=LetterState.SENT,
        tutor_number=tutor_number,
        at=at,
        sent_at=at,
        created_at=at,
        settled_at=at,
    )
