"""How often rules fire, and what became of it: for the pages of the rulebook."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from retention.records.database import Session

# Firings of a tutor who is left out by lot are told with the others: the rule did fire.
FIRED = "(d.verdict = 'fire' OR (d.verdict = 'suppressed' AND d.episode <> ''))"
SINCE = f"""
SELECT d.rule_id, count(*) FILTER (WHERE {FIRED}) AS fires,
    count(*) FILTER (WHERE d.verdict = 'suppressed' AND d.episode = '') AS held
FROM decisions d WHERE d.as_of >= :since GROUP BY d.rule_id
"""  # noqa: S608 (a condition of ours)
WEEKS = f"""
SELECT weeks.week, count(d.id) AS fires
FROM generate_series(date_trunc('week', CAST(:since AS timestamptz), 'UTC'), :until, interval '7 days')
    AS weeks (week)
LEFT JOIN decisions d ON d.rule_id = :rule AND d.as_of >= weeks.week
    AND d.as_of < weeks.week + interval '7 days' AND {FIRED}
GROUP BY weeks.week ORDER BY weeks.week
"""  # noqa: S608 (the same)
NEWEST = """
SELECT d.id, d.tutor_number, t.name AS tutor_name, d.verdict, d.reason, d.as_of, d.case_id,
    d.rulebook_version, d.shadow
FROM decisions d JOIN tutors t ON t.number = d.tutor_number
WHERE d.rule_id = :rule ORDER BY d.as_of DESC, d.id DESC LIMIT :limit
"""
# Where a rule stands with those who are still here. A rule that has fired stands open until it is settled;
# one whose condition holds and has not lasted long enough waits; one that would fire and may not is held.
STANDS = """
CASE WHEN s.state ->> 'held' <> '' THEN 'held' WHEN s.state ->> 'opened_at' IS NOT NULL THEN 'open'
    ELSE 'waiting' END
"""
CONCERNED = """
FROM rule_states s JOIN tutors t ON t.number = s.tutor_number
WHERE t.status <> 'churned' AND (s.state ->> 'held' <> '' OR s.state ->> 'opened_at' IS NOT NULL
    OR s.state ->> 'last_seen' IS NOT NULL)
"""
NOW = f"""
SELECT counted.rule_id, jsonb_object_agg(counted.stands, counted.tutors) AS told
FROM (SELECT s.rule_id, {STANDS} AS stands, count(*) AS tutors {CONCERNED} GROUP BY 1, 2) AS counted
GROUP BY counted.rule_id
"""  # noqa: S608 (a condition of ours)
CONCERNED_NOW = f"""
SELECT s.tutor_number, t.name AS tutor_name, {STANDS} AS stands, s.state ->> 'held' AS reason,
    CAST(s.state ->> 'opened_at' AS timestamptz) AS opened_at, count(*) OVER () AS total
{CONCERNED} AND s.rule_id = :rule ORDER BY stands DESC, opened_at DESC NULLS LAST, s.tutor_number LIMIT :limit
"""
NAMES = "SELECT number, name FROM tutors WHERE number = ANY(:numbers)"

Rows = Sequence[dict[str, Any]]


def since(session: Session, at: datetime) -> dict[str, tuple[int, int]]:
    """By rule: how often it has fired, and been held back, since a business instant."""
    rows = session.execute(text(SINCE), {"since": at})
    return {row.rule_id: (row.fires, row.held) for row in rows}


def now(session: Session) -> dict[str, dict[str, int]]:
    """By rule: with how many tutors it stands open, is held back (held), or waits for its time (waiting)."""
    return {row.rule_id: row.told for row in session.execute(text(NOW))}


def concerned(session: Session, rule_id: str, *, limit: int = 20) -> Rows:
    """The tutors of whom a rule's condition holds, as `now` counts them; each row bears their `total`."""
    rows = session.execute(text(CONCERNED_NOW), {"rule": rule_id, "limit": limit})
    return [dict(row) for row in rows.mappings()]


def tutor_names(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """The names of some tutors by number."""
    return {row.number: row.name for row in session.execute(text(NAMES), {"numbers": list(numbers)})}


def weeks(session: Session, rule_id: str, *, since: datetime, until: datetime) -> Rows:
    """Firings of a rule week by week (weeks begin on Monday, UTC), those without any as well."""
    wanted = {"rule": rule_id, "since": since, "until": until}
    return [dict(row) for row in session.execute(text(WEEKS), wanted).mappings()]


def newest(session: Session, rule_id: str, *, limit: int = 20) -> Rows:
    """The newest decisions about a rule, each with its tutor."""
    rows = session.execute(text(NEWEST), {"rule": rule_id, "limit": limit})
    return [dict(row) for row in rows.mappings()]
