"""The world: its one clock, how far each cadence has been worked off, and where its feed stands."""

from sqlalchemy import CheckConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Document, Moment


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
