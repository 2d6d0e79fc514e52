"""What to know before speaking with a tutor: recent words of students, metrics, earlier cases. Staff only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from retention.policy import RATING_FLOOR
from retention.records.database import Session

HEARD_BACK = timedelta(days=60)  # how far back students' words are looked at
MOST = 3  # themes, and low ratings
MOST_CASES = 5


@dataclass(frozen=True)
class PreBrief:
    """One tutor before a talk. Students stay anonymous: nothing here names one."""

    time_zone: str
    email: str
    rated: int  # times in HEARD_BACK
    themes: list[dict[str, Any]]  # words, times: what students wished to be better, the most frequent first
    low: list[dict[str, Any]]  # at, stars, words: the newest ratings below the floor
    metrics: list[dict[str, Any]]  # day and the columns of tutor_metrics over 30 days, oldest first
    cases: list[dict[str, Any]]  # case_id, programme, outcome, opened_at, closed_at: newest first
    call_at: datetime | None  # that the case has agreed with the tutor


_PRE_BRIEF = """
WITH heard AS MATERIALIZED (
    SELECT event_time, overall_rating, improvement_areas, free_text
    FROM feedback WHERE tutor_number = :number AND event_time > :since AND event_time <= :now
), themes AS (
    SELECT words, count(*) AS times FROM heard, unnest(improvement_areas) AS area (words)
    GROUP BY words ORDER BY times DESC, words LIMIT :most
), low AS (
    SELECT event_time AS at, overall_rating AS stars, coalesce(free_text, '') AS words
    FROM heard WHERE overall_rating < :floor ORDER BY event_time DESC LIMIT :most
), earlier AS (
    SELECT case_id, programme, outcome, opened_at, closed_at
    FROM cases WHERE tutor_number = :number AND case_id <> :case_id AND opened_at <= :now
    ORDER BY opened_at DESC LIMIT :most_cases
)
SELECT tutor.time_zone, tutor.email, (SELECT count(*) FROM heard) AS rated,
       (SELECT coalesce(jsonb_agg(themes ORDER BY times DESC, words), '[]') FROM themes) AS themes,
       (SELECT coalesce(jsonb_agg(low ORDER BY at DESC), '[]') FROM low) AS low,
       (SELECT coalesce(jsonb_agg(to_jsonb(m) - 'tutor_number' - 'computed_at' ORDER BY day), '[]')
        FROM tutor_metrics AS m
        WHERE m.tutor_number = :number AND m.window_days = 30 AND m.day > :since_day) AS metrics,
       (SELECT coalesce(jsonb_agg(earlier ORDER BY opened_at DESC), '[]') FROM earlier) AS cases,
       (SELECT appointment_at FROM cases WHERE case_id = :case_id) AS call_at
FROM tutors AS tutor WHERE tutor.number = :number
"""


def pre_brief(session: Session, number: int, *, case_id: str, now: datetime) -> PreBrief:
    """What to know of a tutor at this business instant, in one statement; `case_id` is left out of the cases.

    Raises NoResultFound for a tutor who is not there: the task's own row names them.
    """
    since = now - HEARD_BACK
    asked = {"number": number, "case_id": case_id, "now": now, "since": since, "since_day": since.date()}
    limits = {"floor": RATING_FLOOR, "most": MOST, "most_cases": MOST_CASES}
    return PreBrief(**session.execute(text(_PRE_BRIEF), asked | limits).mappings().one())
