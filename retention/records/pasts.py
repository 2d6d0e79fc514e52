"""What a policy is tried on: the cases of a time, how they usually go, who has left, who there is to work."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import text

from retention.records import accounts
from retention.records.database import Session
from retention.vocabulary import OwnerGroup

COURSES = """
SELECT case_id, tutor_number, programme, rule_id, opened_at, acted_at, closed_at FROM cases
WHERE opened_at >= :begin AND opened_at < :end ORDER BY opened_at, case_id
"""
USUAL = """
SELECT programme, count(*) AS cases,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY acted_at - opened_at) AS acts_after,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY closed_at - opened_at) AS closes_after
FROM cases WHERE closed_at IS NOT NULL GROUP BY programme ORDER BY programme
"""
DEPARTURES = """
SELECT tutor_number, ended_at AS left_at FROM spells WHERE ended_at >= :begin ORDER BY tutor_number, ended_at
"""
TUTORS = "SELECT count(DISTINCT tutor_number) FROM looks WHERE as_of >= :begin AND as_of < :end"

Rows = list[dict[str, Any]]


def courses_between(session: Session, begin: datetime, end: datetime) -> Rows:
    """The cases that were begun in a time, [begin, end), and how each went until now."""
    return _rows(session, COURSES, begin=begin, end=end)


def usual_courses(session: Session) -> Rows:
    """By programme: how many cases have closed, and the medians from opening to the act and to the close."""
    return _rows(session, USUAL)


def departures_since(session: Session, begin: datetime) -> Rows:
    """Who has left since an instant, by the end of their time with us: tutor_number, left_at."""
    return _rows(session, DEPARTURES, begin=begin)


def tutors_between(session: Session, begin: datetime, end: datetime) -> int:
    """How many tutors were looked at in a time."""
    return session.scalar(text(TUTORS), {"begin": begin, "end": end}) or 0


def staff_by_group(session: Session) -> dict[OwnerGroup, int]:
    """How many people who can sign in each owner group has."""
    roles = Counter(account.role for account in accounts.staff(session))
    return {group: roles[group] for group in OwnerGroup}


def _rows(session: Session, statement: str, **wanted: object) -> Rows:
    return [dict(row) for row in session.execute(text(statement), wanted).mappings()]
