"""The way of one signal: from the posted fact to the task, as far as it has come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from retention.records.database import Session

WAY = """
SELECT d.id AS decision_id, d.verdict, d.reason, d.case_id, t.task_id, t.state AS task_state,
  c.state AS case_state, c.outcome AS case_outcome
FROM decisions d
LEFT JOIN cases c USING (case_id)
LEFT JOIN tasks t USING (case_id)
WHERE d.session_id = :session AND d.tutor_number = :tutor AND NOT d.shadow
ORDER BY d.case_id IS NULL, d.id LIMIT 1
"""
STATIONS = """
SELECT hop, max(at) AS at FROM signal_hops WHERE event_id = ANY(:events) GROUP BY hop ORDER BY 2
"""
# Somebody to whom a case can happen: here, and with no case that a person has yet to see to.
QUIET_TUTOR = """
SELECT t.number, t.external_id FROM tutors t
WHERE t.status = 'active' AND t.origin = 'synthetic'
  AND NOT EXISTS (SELECT FROM cases c WHERE c.tutor_number = t.number AND c.state <> 'closed')
  AND EXISTS (SELECT FROM tutor_days d WHERE d.tutor_number = t.number AND d.completed > 0)
ORDER BY t.number LIMIT 1
"""


@dataclass(frozen=True)
class Way:
    """How far a signal has come."""

    decision_id: int
    verdict: str
    reason: str
    case_id: str | None
    task_id: str | None
    task_state: str | None
    case_state: str | None
    case_outcome: str | None


def way_of(session: Session, tutor_number: int, session_id: str) -> Way | None:
    """The first decision about a tutoring session and what came of it; None while nothing is decided."""
    found = session.execute(text(WAY), {"tutor": tutor_number, "session": session_id}).mappings()
    row = found.one_or_none()
    return None if row is None else Way(**row)


def stations(session: Session, event_ids: list[str]) -> dict[str, datetime]:
    """When the last of these posted facts reached each station; real time."""
    rows = session.execute(text(STATIONS), {"events": event_ids})
    return {row.hop: row.at for row in rows}


def quiet_tutor(session: Session) -> tuple[int, str] | None:
    """A tutor of the demo without an open case: our number and the platform's id."""
    row = session.execute(text(QUIET_TUTOR)).one_or_none()
    return None if row is None else (row.number, row.external_id)
