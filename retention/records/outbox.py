"""Letters as people-ops look at them: the newest first, and one with what became of it. Staff only."""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, TypeAdapter
from sqlalchemy import text

from retention.errors import NotFound
from retention.records import mail_events
from retention.records.database import Session
from retention.records.mail_events import MailReport
from retention.vocabulary import Letter, LetterClass, LetterState

MOST = 10_000  # lines that can be paged through
PAGE = 50  # lines; more makes the page slow to draw (web guide 5)


class Shelf(StrEnum):
    """Which letters a list shows."""

    ALL = "all"
    UNCLEAR = "unclear"  # on their way, or nobody knows
    NOT_SENT = "not_sent"


STATES = {
    Shelf.ALL: list(LetterState),
    Shelf.UNCLEAR: [LetterState.NEW, LetterState.SENDING, LetterState.AMBIGUOUS],
    Shelf.NOT_SENT: [LetterState.SUPPRESSED, LetterState.FAILED],
}


class OutboxLine(BaseModel):
    """One letter in the list."""

    message_key: str
    letter: Letter
    mail_class: LetterClass
    state: LetterState
    reason: str
    case_id: str
    tutor_number: int | None
    reader: str  # name of the tutor or colleague, or the group
    subject: str
    attempts: int
    at: AwareDatetime
    sent_at: AwareDatetime | None
    bounced: bool  # the provider could not deliver it


class OutboxPage(BaseModel):
    """A part of the list."""

    lines: list[OutboxLine]
    total: int  # at most MOST


class OutboxLetter(OutboxLine):
    """One letter whole."""

    text: str
    html: str
    calendar: str | None
    provider_id: str | None
    claimed_at: AwareDatetime | None
    settled_at: AwareDatetime | None


_COLUMNS = """
l.message_key, l.letter, l.mail_class, l.state, l.reason, l.case_id, l.tutor_number, l.subject, l.attempts,
l.at, l.sent_at, coalesce(t.name, a.name, l.owner_group) AS reader,
EXISTS (SELECT FROM mail_events AS e WHERE e.message_key = l.message_key
    AND e.kind IN ('bounce', 'dropped')) AS bounced
"""
_FROM = """
FROM letters AS l LEFT JOIN tutors AS t ON t.number = l.tutor_number
LEFT JOIN accounts AS a ON CAST(a.id AS text) = l.account
"""
_LIST = f"""
SELECT {_COLUMNS} {_FROM} WHERE l.state = ANY(:states)
ORDER BY l.at DESC, l.message_key DESC LIMIT :size OFFSET :skipped
"""
# Whoever looks for more than that looks at the case; counting a year of letters makes each view slow.
_TOTAL = "SELECT count(*) FROM (SELECT FROM letters AS l WHERE l.state = ANY(:states) LIMIT :most) AS found"
_ONE = f"""
SELECT {_COLUMNS}, l.text, l.html, l.calendar, l.provider_id, l.claimed_at, l.settled_at
{_FROM} WHERE l.message_key = :key
"""
_OF_CASE = f"SELECT {_COLUMNS} {_FROM} WHERE l.case_id = :case_id ORDER BY l.at, l.message_key"
_LINES: TypeAdapter[list[OutboxLine]] = TypeAdapter(list[OutboxLine])


def newest(session: Session, shelf: Shelf, *, page: int) -> OutboxPage:
    """A part of the letters of a shelf, the newest first."""
    states = [str(state) for state in STATES[shelf]]
    given = {"states": states, "size": PAGE, "skipped": (page - 1) * PAGE}
    rows = [row._asdict() for row in session.execute(text(_LIST), given)]
    total = session.scalar(text(_TOTAL), {"states": states, "most": MOST})
    return OutboxPage(lines=_LINES.validate_python(rows), total=total or 0)


def of_case(session: Session, case_id: str) -> Sequence[OutboxLine]:
    """The letters of a case, the oldest first."""
    rows = session.execute(text(_OF_CASE), {"case_id": case_id})
    return _LINES.validate_python([row._asdict() for row in rows])


def letter(session: Session, message_key: str) -> OutboxLetter:
    """One letter. Raises NotFound."""
    row = session.execute(text(_ONE), {"key": message_key}).one_or_none()
    if row is None:
        raise NotFound("There is no such letter.", instead="Look for it in the outbox.")
    return OutboxLetter.model_validate(row._asdict())


def reports(session: Session, message_key: str) -> Sequence[MailReport]:
    """What the provider has reported of a letter, the oldest first."""
    return mail_events.of_letter(session, message_key)
