"""How managers answer when coaching is offered to them, read from their completed tasks."""

from sqlalchemy import text

from retention.messages.coaching import Declines, OfferDeclined
from retention.records.database import Session
from retention.vocabulary import CoachingAnswer, TaskKind

LONGEST_REASON = 280  # characters of each, in a letter
_STREAK = """
WITH answered AS MATERIALIZED (
    SELECT task.case_id, task.outcome, task.completed_at, task.form ->> 'reason' AS reason
    FROM tasks AS task JOIN cases ON cases.case_id = task.case_id
    WHERE task.kind = :kind AND task.state = 'completed'
      AND task.completed_by = :account AND cases.rule_id = :rule_id
)
SELECT case_id, coalesce(reason, '') AS reason FROM answered
WHERE completed_at > coalesce(
    (SELECT max(completed_at) FROM answered WHERE outcome <> :declined), '-infinity')
ORDER BY completed_at, case_id
"""


def declines_in_a_row(session: Session, asked: OfferDeclined) -> Declines:
    """The declines of a rule's offers by one manager since they last answered otherwise."""
    told = asked.model_dump() | {"kind": TaskKind.COACHING_OFFER, "declined": CoachingAnswer.DECLINED}
    found = session.execute(text(_STREAK), told).all()
    return Declines(
        count=len(found),
        since_case=found[0].case_id if found else "",
        reasons=[one.reason[:LONGEST_REASON] for one in found if one.reason],
    )
