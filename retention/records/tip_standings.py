"""What may keep a tip from its tutor, read at the moment of sending, in one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from retention.records.database import Session
from retention.vocabulary import Programme

STANDING = """
SELECT t.status, t.time_zone, coalesce((
    SELECT v.reason FROM vetoes v
    WHERE v.tutor_number = t.number AND v.programme = :programme
        AND v.lifted_at IS NULL AND v.put_at <= :at AND v.until > :at
    ORDER BY v.until DESC LIMIT 1
), '') AS veto
FROM tutors t WHERE t.number = :tutor
"""


def standing(session: Session, tutor_number: int, programme: Programme, *, at: datetime) -> Row[Any]:
    """A tutor's status, time_zone, and the veto's reason or nothing. Raises NoResultFound."""
    wanted = {"tutor": tutor_number, "programme": programme, "at": at}
    return session.execute(text(STANDING), wanted).one()
