"""Tutors' answers to the questions in letters: the first one counts, and every one is kept.

Only a time that had passed when its case heard of it gives way to another choice.

What became of an answer is not stored twice: the command that carries it to its case knows.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, TypeAdapter
from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import NotFound
from retention.messages.letters import PASSED, Question, TutorAnswer
from retention.records import commands
from retention.records.announcements import announce
from retention.records.commands import NewCommand
from retention.records.database import Base, Moment, Session
from retention.vocabulary import AnswerState, CommandKind

TUTOR = "tutor"  # the actor of a command that a link gave: ids and no names


class LetterAnswer(Base):
    """The one answer to a letter."""

    __tablename__ = "letter_answers"
    __table_args__ = (Index("ix_letter_answers_case", "case_id"),)

    letter_key: Mapped[str] = mapped_column(ForeignKey("letters.message_key"), primary_key=True)
    case_id: Mapped[str]
    step: Mapped[str]
    choice: Mapped[str]
    remark: Mapped[str] = mapped_column(default="")
    at: Mapped[Moment]  # business time of the tap
    received_at: Mapped[Moment]  # real
    command_id: Mapped[UUID] = mapped_column(unique=True)


class GivenAnswer(BaseModel):
    """An answer with what became of it."""

    letter_key: str
    letter: str  # which of our letters asked
    step: str
    choice: str
    words: str  # of the chosen button
    chosen_at: AwareDatetime | None  # the instant that the choice stands for
    remark: str
    at: AwareDatetime
    command_id: UUID
    state: AnswerState
    receipt: str  # the case's words to the tutor, once it has heard the answer

    @property
    def passed(self) -> bool:
        """Whether its case refused the chosen time as over, and still takes another choice."""
        return self.state is AnswerState.LATE and self.receipt.startswith(PASSED)


class Asked(BaseModel):
    """A letter's question as its page needs it; of the tutor no more than the clock."""

    letter_key: str
    case_id: str
    time_zone: str
    subject: str  # of the letter, as its tutor has read it
    question: Question
    case_closed_at: AwareDatetime | None
    answer: GivenAnswer | None = None


# A command that found nobody, or a case that has ended, makes the answer late; so does the case's own word.
_STATE = """
CASE WHEN c.state = 'pending' THEN 'pending'
     WHEN c.state = 'applied' AND (c.answer ->> 'taken')::boolean THEN 'taken'
     ELSE 'late' END AS state,
CASE WHEN c.state = 'applied' THEN coalesce(c.answer ->> 'words', '') ELSE '' END AS receipt
"""
_ANSWERS = f"""
SELECT a.letter_key, l.letter, a.step, a.choice, a.remark, a.at, a.command_id, {_STATE},
    coalesce(b.chosen ->> 'words', a.choice) AS words, b.chosen ->> 'at' AS chosen_at
FROM letter_answers AS a
JOIN letters AS l ON l.message_key = a.letter_key
JOIN commands AS c ON c.id = a.command_id
LEFT JOIN LATERAL (
    SELECT chosen FROM jsonb_array_elements(l.question -> 'choices') AS offered (chosen)
    WHERE chosen ->> 'key' = a.choice LIMIT 1
) AS b ON true
"""  # noqa: S608 (our own words)
_ASKED = """
SELECT l.message_key AS letter_key, l.case_id, t.time_zone, l.subject, l.question,
    c.closed_at AS case_closed_at
FROM letters AS l JOIN tutors AS t ON t.number = l.tutor_number LEFT JOIN cases AS c ON c.case_id = l.case_id
WHERE l.message_key = :letter_key AND jsonb_typeof(l.question) = 'object'
"""
_LIST: TypeAdapter[list[GivenAnswer]] = TypeAdapter(list[GivenAnswer])


def asked(session: Session, letter_key: str) -> Asked:
    """What a letter asks its tutor, and the answer if there is one. Raises NotFound: it asks nothing."""
    row = session.execute(text(_ASKED), {"letter_key": letter_key}).one_or_none()
    if row is None:
        raise NotFound("This letter asks nothing.", instead="If something is unclear, reply to the letter.")
    given = _answers(session, "a.letter_key = :key", key=letter_key)
    return Asked.model_validate(row._asdict() | {"answer": given[0] if given else None})


def of_case(session: Session, case_id: str) -> Sequence[GivenAnswer]:
    """Every answer that came for a case, late ones too, oldest first."""
    return _answers(session, "a.case_id = :key", key=case_id)


def give(
    session: Session, to: Asked, *, choice: str, remark: str, at: datetime, received_at: datetime
) -> UUID:
    """Keep an answer and send it to its case, in one transaction; a second one changes nothing, unless
    what `to` shows is a time that had passed. `at` is business time, `received_at` real. Returns the
    command that carries the answer that counts.
    """
    command_id = uuid4()
    said = {
        "letter_key": to.letter_key,
        "step": to.question.step,
        "choice": choice,
        "remark": remark,
        "at": at,
    }
    row = said | {"case_id": to.case_id, "received_at": received_at, "command_id": command_id}
    fresh = insert(LetterAnswer).values(row)
    replaced = to.answer.command_id if to.answer and to.answer.passed else None
    kept = session.scalar(
        fresh.on_conflict_do_update(
            index_elements=[LetterAnswer.letter_key],
            set_={name: fresh.excluded[name] for name in row if name != "letter_key"},
            where=LetterAnswer.command_id == replaced,
        ).returning(LetterAnswer.command_id)
    )
    if kept is None:
        return session.get_one(LetterAnswer, to.letter_key).command_id
    commands.put(session, [command_of(to.case_id, TutorAnswer(command_id=str(command_id), **said))])
    announce(session, "case", [to.case_id])
    return command_id


def command_of(case_id: str, said: TutorAnswer) -> NewCommand:
    """What the case hears; the command's id is the answer's, so that a second delivery changes nothing."""
    return NewCommand(
        id=UUID(said.command_id),
        target=case_id,
        kind=CommandKind.UPDATE,
        name="answer",
        payload=said.model_dump(mode="json"),
        actor=TUTOR,
    )


def _answers(session: Session, which: str, **values: Any) -> list[GivenAnswer]:
    rows = session.execute(text(f"{_ANSWERS} WHERE {which} ORDER BY a.received_at"), values)
    return _LIST.validate_python([row._asdict() for row in rows])
