"""When each signal reached each station on its way, so that latency is a fact."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Moment

HOPS = "('known', 'measured', 'scored', 'judged', 'started', 'task_open')"


class SignalHop(Base):
    """One station of one signal; real time. The signal is the raw row's event id."""

    __tablename__ = "signal_hops"
    __table_args__ = (
        CheckConstraint(f"hop IN {HOPS}", name="hop"),
        Index("ix_signal_hops_at", "at"),
    )

    event_id: Mapped[str] = mapped_column(primary_key=True)
    hop: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    case_id: Mapped[str | None]
