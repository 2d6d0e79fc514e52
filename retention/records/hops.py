"""When each signal reached each station on its way, so that latency is a fact."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Moment, Session
from retention.vocabulary import Hop

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


def reached(session: Session, event_ids: Collection[str], hop: Hop, *, at: datetime) -> None:
    """Note that these signals have reached a station, at a real instant. The first time counts."""
    session.execute(
        text(
            "INSERT INTO signal_hops (event_id, hop, at) SELECT signal, :hop, :at"
            " FROM unnest(CAST(:signals AS text[])) AS signal ON CONFLICT (event_id, hop) DO NOTHING"
        ),
        {"signals": sorted(set(event_ids)), "hop": hop, "at": at},
    )


# The signal behind a case: of its session's posted facts the one that was judged last.
_CASE_REACHED = """
INSERT INTO signal_hops (event_id, hop, at, case_id)
SELECT judged.event_id, :hop, :at, c.case_id
FROM cases AS c
JOIN LATERAL (
    SELECT h.event_id FROM signal_hops AS h
    WHERE h.hop = 'judged' AND h.event_id IN (
        SELECT event_id FROM session_events WHERE session_id = c.session_id
        UNION ALL SELECT event_id FROM feedback WHERE session_id = c.session_id)
    ORDER BY h.at DESC LIMIT 1
) AS judged ON true
WHERE c.case_id = :case
ON CONFLICT (event_id, hop) DO NOTHING
"""


def case_reached(session: Session, case_id: str, hop: Hop, *, at: datetime) -> None:
    """Note a later station of the signal that was judged into this case. The first time counts."""
    session.execute(text(_CASE_REACHED), {"case": case_id, "hop": hop, "at": at})
