"""The world: its one clock, how far each cadence has been worked off, and where its feed stands."""

from typing import Any

from sqlalchemy import CheckConstraint, SmallInteger, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.clock import Clock, real_time
from retention.records.database import Base, Document, Moment, Session


class WorldClock(Base):
    """The clock of this world; one row, written once."""

    __tablename__ = "world_clock"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=1, autoincrement=False)
    clock: Mapped[Document]  # retention.clock.Clock


class Watermark(Base):
    """Everything of a cadence that ended by `done_until` is done."""

    __tablename__ = "watermarks"
    __table_args__ = (
        CheckConstraint(
            "cadence IN ('quarter_hour', 'hourly', 'daily', 'weekly', 'monthly')", name="cadence"
        ),
    )

    cadence: Mapped[str] = mapped_column(primary_key=True)
    done_until: Mapped[Moment]


def the_clock(session: Session) -> Clock:
    """The clock of this world; production's, where business time is real time, when none was written."""
    return read(session.scalar(select(WorldClock.clock)))


def read(stored: dict[str, Any] | None) -> Clock:
    """A clock as it was stored; production's when none was."""
    return real_time() if stored is None else Clock.model_validate(stored)


def begin(session: Session, clock: Clock) -> Clock:
    """Write the world's clock unless it has one; the clock that holds."""
    row = {"id": 1, "clock": clock.model_dump(mode="json")}
    session.execute(insert(WorldClock).values(row).on_conflict_do_nothing())
    return the_clock(session)
