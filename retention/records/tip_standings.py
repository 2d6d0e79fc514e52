"""What may keep a tip from its tutor, read at the moment of sending, in one statement."""

from typing import Any

from sqlalchemy import Row, text

from retention import policy
from retention.messages.tips import TipQuestion
from retention.records.database import Session

STANDING = """
SELECT t.status, t.time_zone, coalesce((
    SELECT v.reason FROM vetoes v
    WHERE v.tutor_number = t.number AND v.programme = :programme
        AND v.lifted_at IS NULL AND v.put_at <= :at AND v.until > :at
    ORDER BY v.until DESC LIMIT 1
), '') AS veto, (
    SELECT max(c.acted_at) FROM cases c
    WHERE c.tutor_number = t.number AND c.programme = :programme AND c.rule_id = :rule AND c.case_id <> :case
        AND c.acted_at > :since
) AS had_at
FROM tutors t WHERE t.number = :tutor
"""


def standing(session: Session, question: TipQuestion) -> Row[Any]:
    """A tutor's status, time_zone, the veto's reason or nothing, and when another case sent the same guide.

    Raises NoResultFound.
    """
    wanted = {
        "tutor": question.tutor_number,
        "programme": question.programme,
        "rule": question.rule_id,
        "case": question.case_id,
        "at": question.as_of,
        "since": question.as_of - policy.TIP_AGAIN_AFTER,
    }
    return session.execute(text(STANDING), wanted).one()
