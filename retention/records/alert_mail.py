"""Who is written to about which alerts, and what a letter says of them. For colleagues only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import text

from retention import policy
from retention.records.accounts import MAIL_OF, SCOPE_OF
from retention.records.database import Session
from retention.records.inbox import GROUPS

# Whose alerts somebody is written to about: everybody's, those of their groups, or their own.
_THEIRS = f"""(
    {SCOPE_OF} = 'everybody' OR a.assignee = acc.id
    OR {SCOPE_OF} = 'my_group' AND jsonb_exists(CAST(:groups AS jsonb) -> acc.role, a.owner_group)
    OR EXISTS (SELECT FROM tasks t WHERE t.tutor_number = a.tutor_number AND t.state = 'created'
        AND t.assignee = CAST(acc.id AS text))
)"""
_SUBJECT = "coalesce('storm/' || a.storm_id, 'alert/' || a.id)"
_AT_ONCE = f"""
SELECT acc.id AS account, s.subject
FROM unnest(CAST(:subjects AS text[])) WITH ORDINALITY AS s (subject, place)
JOIN alerts a ON s.subject = 'alert/' || a.id OR s.subject = 'storm/' || a.storm_id
JOIN accounts acc ON acc.active AND jsonb_exists(CAST(:groups AS jsonb), acc.role)
    AND {MAIL_OF} = 'at_once' AND {_THEIRS}
WHERE a.state = 'open' GROUP BY acc.id, s.subject, s.place ORDER BY acc.id, s.place
"""  # noqa: S608 (fixed words)
_READERS = f"""
SELECT acc.id, acc.time_zone, acc.digest_hour FROM accounts acc
WHERE acc.active AND jsonb_exists(CAST(:groups AS jsonb), acc.role) AND {MAIL_OF} <> 'on_pages_only'
ORDER BY acc.id
"""  # noqa: S608 (fixed words)
# New since the last letter, or critical still: what was mailed at once is told again while nobody has looked.
# What is raised at the very instant may not be on record yet, and belongs to the next morning.
_DIGEST = f"""
WITH theirs AS (
    SELECT a.*, {_SUBJECT} AS subject,
        array_position(ARRAY['critical', 'high', 'medium', 'low'], a.severity) AS rank
    FROM alerts a JOIN accounts acc ON acc.id = :account AND acc.active
    WHERE {_THEIRS} AND a.raised_at < :as_of
), open AS (
    SELECT * FROM theirs WHERE state = 'open' AND (snoozed_until IS NULL OR snoozed_until <= :as_of)
), lines AS (
    SELECT subject, min(rank) AS worst, max(raised_at) AS newest,
        bool_or(raised_at >= :since OR severity = 'critical') AS told
    FROM open GROUP BY subject
)
SELECT coalesce(array_agg(subject ORDER BY worst, newest DESC, subject) FILTER (WHERE told), '{{}}') AS told,
    count(*) FILTER (WHERE NOT told) AS older,
    (SELECT count(*) FROM theirs WHERE ended = 'settled' AND resolved_at >= :since AND resolved_at < :as_of)
        AS settled
FROM lines
"""  # noqa: S608 (fixed words)
_TOLD = """
SELECT s.subject, a.severity, a.title, a.advice, a.id, a.storm_id, t.name, t.number, d.explanation,
    (SELECT count(*) FROM alerts m WHERE m.storm_id = a.storm_id) AS members
FROM unnest(CAST(:subjects AS text[])) WITH ORDINALITY AS s (subject, place)
CROSS JOIN LATERAL (
    SELECT * FROM alerts a WHERE s.subject = 'alert/' || a.id OR s.subject = 'storm/' || a.storm_id
    ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], a.severity), a.id LIMIT 1
) a JOIN tutors t ON t.number = a.tutor_number JOIN decisions d ON d.id = a.decision_id
ORDER BY s.place
"""


@dataclass(frozen=True)
class Digest:
    """What somebody's morning letter tells: alerts and storms, the most severe first, and what besides."""

    subjects: list[str]
    more: int
    older: int
    settled: int


@dataclass(frozen=True)
class MorningReader:
    """A colleague who gets the morning's letter, at their hour where they live."""

    account: int
    zone: str
    hour: int


@dataclass(frozen=True)
class ToldAlert:
    """An alert, or a storm, as a letter tells it."""

    subject: str
    severity: str
    title: str
    advice: str
    tutor: str
    number: int
    members: int  # of a storm; 0: it is one alert
    facts: tuple[str, ...]  # what held


def told_at_once(session: Session, subjects: Sequence[str]) -> dict[int, list[str]]:
    """Who is told at once of which of these alerts and storms; what nobody waits for any more is left out."""
    given = {"subjects": list(subjects), "groups": _groups()}
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in session.execute(text(_AT_ONCE), given):
        found[row.account].append(row.subject)
    return dict(found)


def morning_readers(session: Session) -> list[MorningReader]:
    """Everybody who gets the morning's letter."""
    rows = session.execute(text(_READERS), {"groups": _groups()})
    return [MorningReader(row.id, row.time_zone, row.digest_hour) for row in rows]


def digest(session: Session, account: int, *, since: datetime, as_of: datetime) -> Digest:
    """What somebody's letter tells of the time since the last one."""
    given = {"account": account, "since": since, "as_of": as_of, "groups": _groups()}
    row = session.execute(text(_DIGEST), given).one()
    return Digest(
        subjects=row.told[: policy.ALERT_LINES],
        more=max(0, len(row.told) - policy.ALERT_LINES),
        older=row.older,
        settled=row.settled,
    )


def told(session: Session, subjects: Sequence[str]) -> list[ToldAlert]:
    """What these alerts and storms say, in the order asked for."""
    rows = session.execute(text(_TOLD), {"subjects": list(subjects)})
    return [
        ToldAlert(
            subject=row.subject,
            severity=row.severity,
            title=row.title,
            advice=row.advice,
            tutor=row.name,
            number=row.number,
            members=row.members if row.subject.startswith("storm/") else 0,
            facts=tuple(_fact(leaf) for leaf in row.explanation if leaf.get("result")),
        )
        for row in rows
    ]


def _fact(leaf: dict[str, object]) -> str:
    """A fact without the bound that it was held against: that is on the alert's page."""
    return str(leaf.get("says", "")).partition(";")[0]


def _groups() -> str:
    return orjson.dumps({str(role): list(groups) for role, groups in GROUPS.items()}).decode()
