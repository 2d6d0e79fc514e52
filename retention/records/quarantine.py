"""Lines that could not be stored: kept with their reason until somebody mends or drops them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import CheckConstraint, ForeignKey, Index, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import Conflict, NotFound
from retention.messages.reading import Problem
from retention.records.api_keys import ApiKey
from retention.records.database import Base, Counter, Moment, Session
from retention.vocabulary import Origin, QuarantineState, Stream


class QuarantinedLine(Base):
    """One refused line of a batch."""

    __tablename__ = "quarantine"
    __table_args__ = (
        CheckConstraint("stream IN ('sessions', 'events', 'feedback')", name="stream"),
        CheckConstraint("state IN ('open', 'replayed', 'discarded')", name="state"),
        CheckConstraint("line_number >= 1", name="line_number"),
        Index("ix_quarantine_open", "state", "id"),
    )

    id: Mapped[Counter]
    stream: Mapped[str]
    line_number: Mapped[int]
    body: Mapped[str]  # as received; characters that PostgreSQL cannot hold are shown escaped
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # [{path, message}]
    received_at: Mapped[Moment]
    api_key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))
    state: Mapped[str] = mapped_column(default="open")
    settled_at: Mapped[Moment | None]
    event_id: Mapped[str | None]  # replayed: under which id it was stored


@dataclass(frozen=True)
class BadLine:
    """A line that could not be stored, as received."""

    line_number: int
    raw: bytes
    problems: list[Problem]


KEEP = """
INSERT INTO quarantine (stream, line_number, body, problems, received_at, api_key_id, state)
SELECT DISTINCT ON (stream, body) stream, line_number, body, problems, received_at, api_key_id, state
FROM jsonb_populate_recordset(CAST(NULL AS quarantine), CAST(:lines AS jsonb)) AS new
WHERE NOT EXISTS (
    SELECT FROM quarantine AS old WHERE old.state = 'open' AND old.stream = new.stream
        AND old.api_key_id = new.api_key_id AND old.body = new.body)
ORDER BY stream, body, line_number
"""


def keep(
    session: Session, stream: Stream, lines: Sequence[BadLine], *, api_key_id: int, at: datetime
) -> None:
    """Keep bad lines; what the same sender has waiting already is not kept twice when a batch comes again."""
    rows = [
        {
            "stream": stream,
            "line_number": line.line_number,
            "body": readable(line.raw),
            "problems": [problem.model_dump() for problem in line.problems],
            "received_at": at,
            "api_key_id": api_key_id,
            "state": QuarantineState.OPEN,
        }
        for line in lines
    ]
    if rows:
        session.execute(text(KEEP), {"lines": orjson.dumps(rows).decode()})


def readable(raw: bytes) -> str:
    """Bytes as text that PostgreSQL can hold; what it cannot is shown escaped."""
    return raw.decode(errors="backslashreplace").replace("\x00", "\\x00")


def lines(
    session: Session, *, state: QuarantineState, stream: Stream | None, after: int, limit: int
) -> Sequence[QuarantinedLine]:
    """Quarantined lines in the order they came, those after a number."""
    wanted = select(QuarantinedLine).where(QuarantinedLine.state == state, QuarantinedLine.id > after)
    if stream is not None:
        wanted = wanted.where(QuarantinedLine.stream == stream)
    return session.scalars(wanted.order_by(QuarantinedLine.id).limit(limit)).all()


def take(session: Session, number: int) -> tuple[QuarantinedLine, Origin]:
    """An open line, held until the transaction ends, and the origin of what its sender posts.

    Raises NotFound, or Conflict when somebody has settled it.
    """
    row = session.execute(
        select(QuarantinedLine, ApiKey.origin)
        .join(ApiKey, ApiKey.id == QuarantinedLine.api_key_id)
        .where(QuarantinedLine.id == number)
        .with_for_update(of=QuarantinedLine)
    ).first()
    if row is None:
        raise NotFound(f"There is no quarantined line {number}.", instead="List the open ones.")
    line: QuarantinedLine = row[0]
    if line.state != QuarantineState.OPEN:
        raise Conflict(f"Line {number} was {line.state} already.", instead="List the open ones.")
    return line, Origin(row[1])


def settle(
    session: Session,
    line: QuarantinedLine,
    *,
    state: QuarantineState,
    at: datetime,
    event_id: str | None = None,
) -> None:
    """Close a line: stored after all under an event id, or dropped."""
    line.state, line.settled_at, line.event_id = state, at, event_id
    session.flush()
