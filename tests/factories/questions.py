"""Letters to tutors as they are once they were sent, some with a question."""

from datetime import UTC, datetime, timedelta
from typing import Any

from retention.guides.library import library
from retention.messages.letters import Choice, LetterWish, Question
from retention.records import claims, guides
from retention.records.cases import Case
from retention.records.claims import Draft
from retention.records.database import Session
from retention.vocabulary import Letter, LetterClass, LetterState
from tests.factories.cases import an_opened_case

HOUR = timedelta(hours=1)
SLUG = "steady-schedule"


def a_question(*, now: datetime, closes_in: timedelta = 24 * HOUR, **more: Any) -> Question:
    """Two times to choose from, and none of them."""
    return Question(
        step="times_1",
        asks="Which time suits you for a call of 30 minutes?",
        choices=[
            Choice(key="slot_1", words="", at=now + 48 * HOUR),
            Choice(key="slot_2", words="", at=now + 50 * HOUR),
            Choice(key="none_suits", words="None of these times suits me"),
        ],
        closes_at=now + closes_in,
        **{"remark": True} | more,
    )


def a_letter(
    session: Session, *, question: Question | None, letter: Letter = Letter.COACHING_TIMES
) -> LetterWish:
    """A letter to a tutor of its own, about an open case."""
    now = datetime.now(UTC)
    case = an_opened_case(session, at=now)
    wish = LetterWish(
        key=f"{case.case_id}/{letter}/1",
        letter=letter,
        mail_class=LetterClass.NOTICE,
        case_id=case.case_id,
        tutor_number=case.tutor_number,
        programme=str(case.programme),
        question=question,
        as_of=now,
    )
    claims.write(session, wish, Draft(LetterState.SENDING, at=now, real=now), known=None)
    return wish


def close_case(session: Session, wish: LetterWish, *, at: datetime) -> None:
    """The case behind a letter has ended."""
    case = session.get_one(Case, wish.case_id)
    case.state, case.outcome, case.closed_at = "closed", "no_action_needed", at
    session.flush()


def the_guides(session: Session) -> list[str]:
    """The guides as they are published; their slugs."""
    guides.publish(session, library(), at=datetime.now(UTC))
    return [guide.slug for guide in library()]
