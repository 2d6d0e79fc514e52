"""The list of alerts as people-ops see it: a line a tutor or a storm, the most severe first. Staff only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import RowMapping, TextClause, text

from retention.records.database import Session
from retention.records.inbox import Desk, part_of_name
from retention.vocabulary import AlertCategory, AlertSeverity

PAGE = 50  # lines; more makes the page slow to draw (web guide 5)
SHOWN = 5  # alerts of one line; the others are counted


class AlertView(StrEnum):
    """Which alerts are looked at."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    MINE = "mine"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Whose(StrEnum):
    """Whether alerts of other groups are shown as well."""

    GROUP = "group"
    ALL = "all"


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty: nothing."""

    view: AlertView = AlertView.OPEN
    whose: Whose = Whose.GROUP
    severity: str = ""
    category: str = ""
    tier: str = ""
    subject: str = ""
    about: str = ""  # part of a tutor's name, or their number


@dataclass(frozen=True)
class ListedAlert:
    """One alert of a line."""

    id: int
    rule_id: str
    category: str
    severity: str
    title: str
    state: str
    raised_at: datetime
    last_seen_at: datetime
    times: int
    reopenings: int
    escalated_at: datetime | None
    snoozed_until: datetime | None
    ended: str | None
    resolved_at: datetime | None
    assignee_name: str
    tutor_number: int
    tutor_name: str


@dataclass(frozen=True)
class AlertLine:
    """One line: a tutor with their alerts, or a storm with the first of its own."""

    storm_id: int | None
    tutor_number: int
    tutor_name: str
    score: int | None
    band: str | None
    on_leave: bool
    count: int  # alerts; `alerts` holds at most SHOWN of them
    alerts: list[ListedAlert] = field(default_factory=list)


@dataclass(frozen=True)
class AlertPage:
    """A part of the list; `total` counts lines."""

    lines: list[AlertLine]
    total: int


@dataclass(frozen=True)
class AlertCounts:
    """How many alerts each view holds, and how the chosen view divides."""

    views: dict[AlertView, int]
    severities: dict[AlertSeverity, int]
    categories: dict[AlertCategory, int]


_AWAKE = "(a.snoozed_until IS NULL OR a.snoozed_until <= :now)"
CONDITIONS = {
    AlertView.OPEN: f"a.state = 'open' AND {_AWAKE}",
    AlertView.ACKNOWLEDGED: f"a.state = 'acknowledged' AND {_AWAKE}",
    AlertView.MINE: f"a.state <> 'resolved' AND {_AWAKE} AND a.assignee = :account",
    AlertView.SNOOZED: f"a.state <> 'resolved' AND NOT {_AWAKE}",
    AlertView.RESOLVED: "a.state = 'resolved'",
}
_OURS = "(:everybody OR a.owner_group = ANY(:groups))"
_NARROWED = """
    (:severity = '' OR a.severity = :severity) AND (:category = '' OR a.category = :category)
    AND (:tier = '' OR coalesce(s.tier_official, s.tier_provisional) = :tier)
    AND (:subject = '' OR :subject = ANY(t.subjects))
    AND (CAST(:like AS text) IS NULL OR t.name ILIKE :like OR CAST(t.number AS text) = :number)
"""
_RANK = "array_position(ARRAY['critical', 'high', 'medium', 'low'], a.severity)"
# The lines are cut before anything is joined to them.
_LIST = """
WITH found AS (
    SELECT a.*, t.name AS tutor_name, t.status = 'on_leave' AS on_leave, {rank} AS rank,
        coalesce('s' || a.storm_id, 't' || a.tutor_number) AS line
    FROM alerts a JOIN tutors t ON t.number = a.tutor_number
    LEFT JOIN standings s ON s.tutor_number = a.tutor_number
    WHERE {condition} AND {ours} AND {narrowed}
), lines AS (
    SELECT line, min(rank) AS worst, max({newest}) AS newest, count(*) AS alerts,
        count(*) OVER () AS total
    FROM found GROUP BY line ORDER BY {order} LIMIT :size OFFSET :skipped
), numbered AS (
    SELECT found.*, lines.worst, lines.newest, lines.alerts, lines.total, row_number() OVER (
        PARTITION BY line ORDER BY rank, raised_at DESC, id) AS place
    FROM found JOIN lines USING (line)
)
SELECT n.id, n.rule_id, n.category, n.severity, n.title, n.state, n.raised_at, n.last_seen_at, n.times,
    n.reopenings, n.escalated_at, n.snoozed_until, n.ended, n.resolved_at, n.tutor_number, n.tutor_name,
    coalesce(owner.name, '') AS assignee_name, n.storm_id, n.on_leave, c.score, c.band, n.alerts, n.total,
    n.line
FROM numbered n LEFT JOIN accounts owner ON owner.id = n.assignee
LEFT JOIN LATERAL (
    SELECT score, band FROM churn_scores WHERE tutor_number = n.tutor_number ORDER BY day DESC LIMIT 1
) c ON true
WHERE n.place <= :shown ORDER BY {order}, n.place
"""
_COUNTED = [view for view in AlertView if view is not AlertView.RESOLVED]
_VIEWS = ", ".join(f"count(*) FILTER (WHERE {CONDITIONS[view]}) AS {view}" for view in _COUNTED)
_PARTS = ", ".join(
    f"count(*) FILTER (WHERE {{condition}} AND a.{column} = '{word}') AS {column}_{word}"
    for column, words in (("severity", AlertSeverity), ("category", AlertCategory))
    for word in words
)
_COUNTS = f"SELECT {_VIEWS}, {_PARTS} FROM alerts a WHERE a.state <> 'resolved' AND {_OURS}"  # noqa: S608
_SUBJECTS = "SELECT DISTINCT unnest(subjects) AS subject FROM tutors WHERE status <> 'churned' ORDER BY 1"
_UNSEEN = f"SELECT count(*) FROM alerts a WHERE {CONDITIONS[AlertView.OPEN]} AND {_OURS}"  # noqa: S608


def alerts(session: Session, desk: Desk, filters: Filters, *, page: int = 1) -> AlertPage:
    """A part of one view of the alerts, in one statement."""
    part = {"size": PAGE, "skipped": (page - 1) * PAGE, "shown": SHOWN}
    given = _parameters(desk, filters.whose) | _narrowing(filters) | part
    rows = session.execute(_list_of(filters.view), given).mappings().all()
    lines = [_line(list(some)) for _, some in groupby(rows, key=lambda row: row["line"])]
    return AlertPage(lines, rows[0]["total"] if rows else 0)


def counts(session: Session, desk: Desk, filters: Filters) -> AlertCounts:
    """How many alerts each view holds that is not of the past, and how the chosen one divides."""
    row = session.execute(_counts_of(filters.view), _parameters(desk, filters.whose)).mappings().one()
    return AlertCounts(
        views={view: row[view] for view in _COUNTED},
        severities={one: row[f"severity_{one}"] for one in AlertSeverity},
        categories={one: row[f"category_{one}"] for one in AlertCategory},
    )


def unseen(session: Session, desk: Desk) -> int:
    """How many alerts of the desk's groups nobody has looked at: the badge of the navigation."""
    number: int = session.scalars(text(_UNSEEN), _parameters(desk, Whose.GROUP)).one()
    return number


def subjects(session: Session) -> Sequence[str]:
    """What tutors who are with us teach."""
    return session.scalars(text(_SUBJECTS)).all()


@lru_cache
def _list_of(view: AlertView) -> TextClause:
    past = view is AlertView.RESOLVED
    return text(
        _LIST.format(
            rank=_RANK,
            condition=CONDITIONS[view],
            ours=_OURS,
            narrowed=_NARROWED,
            newest="resolved_at" if past else "raised_at",
            order="newest DESC, line" if past else "worst, newest DESC, line",
        )
    )


@lru_cache
def _counts_of(view: AlertView) -> TextClause:
    shown = CONDITIONS[AlertView.OPEN if view is AlertView.RESOLVED else view]
    return text(_COUNTS.format(condition=shown))


def _parameters(desk: Desk, whose: Whose) -> dict[str, Any]:
    return {
        "now": desk.now,
        "account": int(desk.actor),
        "groups": list(desk.groups),
        "everybody": whose is Whose.ALL,
    }


def _narrowing(filters: Filters) -> dict[str, Any]:
    same = {name: getattr(filters, name) for name in ("severity", "category", "tier", "subject")}
    return same | part_of_name(filters.about)


def _line(rows: Sequence[RowMapping]) -> AlertLine:
    first = rows[0]
    own = ("storm_id", "tutor_number", "tutor_name", "score", "band", "on_leave")
    listed = [ListedAlert(**{name: row[name] for name in ListedAlert.__dataclass_fields__}) for row in rows]
    return AlertLine(**{name: first[name] for name in own}, count=first["alerts"], alerts=listed)
