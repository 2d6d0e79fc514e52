"""Alarms about the rules engine: that it was wrong, or did not come back. For whoever runs Mainstay.

Times are real: this is process health, not business.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Document, Moment, Session
from retention.vocabulary import EngineTrouble

COUNTS = "SELECT kind, sum(count)::bigint AS times FROM engine_alarms GROUP BY kind"


class EngineAlarm(Base):
    """One kind of trouble of one day with one condition: how often, and what it was the last time."""

    __tablename__ = "engine_alarms"
    __table_args__ = (
        CheckConstraint("kind IN ('disagreement', 'retried')", name="kind"),
        CheckConstraint("count > 0", name="count"),
        Index("uq_engine_alarms_day", "day", "kind", "rule_id", "part", unique=True),
    )

    id: Mapped[Counter]
    day: Mapped[date]  # UTC
    kind: Mapped[str]
    rule_id: Mapped[str] = mapped_column(default="")  # of a disagreement
    part: Mapped[str] = mapped_column(default="")  # which of the rule's conditions
    count: Mapped[int]
    says: Mapped[str]
    details: Mapped[Document]
    first_at: Mapped[Moment]
    last_at: Mapped[Moment]


def raise_(session: Session, alarms: Sequence[dict[str, Any]], *, at: datetime) -> None:
    """Count alarms: kind, rule_id, part, count, says, details. One of a kind, rule and part at a time."""
    if not alarms:
        return
    rows = [alarm | {"day": at.date(), "first_at": at, "last_at": at} for alarm in alarms]
    new = insert(EngineAlarm).values(rows)
    told = {name: new.excluded[name] for name in ("says", "details", "last_at")}
    session.execute(
        new.on_conflict_do_update(
            index_elements=["day", "kind", "rule_id", "part"],
            set_=told | {"count": EngineAlarm.count + new.excluded.count},
        )
    )


def counts(session: Session) -> dict[EngineTrouble, int]:
    """How often each kind of trouble has been seen since the database was made."""
    seen: dict[str, int] = {row.kind: row.times for row in session.execute(text(COUNTS))}
    return {kind: seen.get(kind.value, 0) for kind in EngineTrouble}


def since(session: Session, day: date) -> Sequence[EngineAlarm]:
    """The alarms of a day and of those after it, the newest first."""
    asked = select(EngineAlarm).where(EngineAlarm.day >= day)
    return session.scalars(asked.order_by(EngineAlarm.last_at.desc())).all()
