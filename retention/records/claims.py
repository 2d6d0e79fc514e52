"""Claiming a letter and marking what became of it: few statements, for each letter pays for every one."""

from dataclasses import asdict, dataclass
from datetime import datetime

import orjson
from sqlalchemy import text

from retention.clock import Clock
from retention.messages.letters import LetterWish
from retention.records import announcements, world
from retention.records.announcements import Channel
from retention.records.database import Session
from retention.records.readers import Reader
from retention.vocabulary import LetterClass, LetterState, TutorStatus

BUDGET_LOCK = 0x6D61696C  # "mail": the first half of the advisory lock on a tutor's mail budget


@dataclass(frozen=True)
class Standing:
    """How far a letter has come."""

    state: LetterState
    reason: str
    at: datetime
    attempts: int
    claimed_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True)
class Before:
    """What is known of a letter before it is claimed; `standing` None: nobody has asked for it yet."""

    clock: Clock
    tutor: Reader | None
    departed: bool  # the tutor has left, perhaps since the letter was wished for
    standing: Standing | None


@dataclass(frozen=True)
class Draft:
    """A letter as it is written down with its claim, or with the reason why it is not sent."""

    state: LetterState
    at: datetime  # business
    real: datetime
    reason: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    calendar: str | None = None


_BEFORE = text("""
SELECT (SELECT clock FROM world_clock) AS clock, t.name, t.email, t.time_zone, t.status,
    l.state, l.reason, l.at, l.attempts, l.claimed_at, l.settled_at,
    CASE WHEN :counted THEN pg_advisory_xact_lock(:lock, t.number) END AS held
FROM (SELECT) AS once LEFT JOIN letters AS l ON l.message_key = :key
    LEFT JOIN tutors AS t ON t.number = :tutor
""")
# Whoever saw another number of attempts than there are was overtaken, and writes nothing.
_WRITE = text("""
INSERT INTO letters AS l (message_key, letter, mail_class, state, reason, case_id, programme, tutor_number,
    account, owner_group, question, subject, text, html, calendar, attempts, at, created_at, claimed_at,
    settled_at)
VALUES (:key, :letter, :mail_class, :state, :reason, :case_id, :programme, :tutor_number, :account, :group,
    CAST(:question AS jsonb), :subject, :text, :html, :calendar, :attempts, :at, :real,
    CASE WHEN :state = 'sending' THEN CAST(:real AS timestamptz) END,
    CASE WHEN :state <> 'sending' THEN CAST(:real AS timestamptz) END)
ON CONFLICT (message_key) DO UPDATE SET state = excluded.state, reason = excluded.reason,
    subject = excluded.subject, text = excluded.text, html = excluded.html, calendar = excluded.calendar,
    attempts = excluded.attempts, at = excluded.at, settled_at = excluded.settled_at,
    claimed_at = coalesce(excluded.claimed_at, l.claimed_at)
WHERE l.settled_at IS NULL AND l.attempts = :known
RETURNING l.message_key
""")
_MARK = text("""
WITH marked AS (
    UPDATE letters SET state = :state, reason = :reason, settled_at = :settled_at,
        sent_at = CASE WHEN :state = 'sent' THEN at END,
        provider_id = coalesce(CAST(:provider_id AS text), provider_id)
    WHERE message_key = :key AND settled_at IS NULL RETURNING at
)
SELECT at, pg_notify(:channel, :news) FROM marked
""")


def before(session: Session, wish: LetterWish) -> Before:
    """Everything that decides about a claim but the tutor's other letters.

    Nobody else counts or claims this tutor's optional letters until the transaction ends.
    """
    optional = wish.mail_class is LetterClass.OPTIONAL and wish.tutor_number is not None
    given = {"key": wish.key, "tutor": wish.tutor_number, "counted": optional, "lock": BUDGET_LOCK}
    row = session.execute(_BEFORE, given).one()
    standing = None
    if row.state is not None:
        standing = Standing(
            LetterState(row.state), row.reason, row.at, row.attempts, row.claimed_at, row.settled_at
        )
    tutor = None if row.email is None else Reader(row.name, row.email, row.time_zone)
    return Before(world.read(row.clock), tutor, row.status == TutorStatus.CHURNED, standing)


def write(session: Session, wish: LetterWish, draft: Draft, *, known: Standing | None) -> bool:
    """Write a letter down as claimed, or as one that is not sent; False when somebody else was faster."""
    attempts = known.attempts if known else 0
    told = wish.model_dump(
        include={"key", "letter", "mail_class", "case_id", "programme", "tutor_number", "account", "group"}
    )
    more = {
        "question": wish.question.model_dump_json() if wish.question else None,
        "known": attempts,
        "attempts": attempts + (draft.state is LetterState.SENDING),
    }
    written = session.execute(_WRITE, told | asdict(draft) | more).first()
    if written and draft.state is not LetterState.SENDING:
        announcements.announce(session, "letter", [wish.key])
    return written is not None


def mark(
    session: Session,
    key: str,
    state: LetterState,
    *,
    reason: str = "",
    provider_id: str | None = None,
    settled_at: datetime | None = None,
) -> datetime | None:
    """Write down what became of a letter; its business time. None: that is settled already, and stays."""
    news = orjson.dumps({"topic": "letter", "ids": [key]}).decode()
    given = {"key": key, "state": state, "reason": reason, "provider_id": provider_id}
    row = session.execute(
        _MARK, given | {"settled_at": settled_at, "channel": Channel.CHANGED, "news": news}
    ).first()
    return row.at if row else None
