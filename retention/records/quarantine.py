"""Lines that could not be stored: kept with their reason until somebody mends or drops them."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Moment


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
