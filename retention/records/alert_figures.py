"""What alerts are worth: how many there are a day, and how many of them were of no use, by rule."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from retention.measures.shares import Share, share_of
from retention.records.database import Session

DAY = timedelta(days=1)
OF_RULES = """
SELECT rule_id, count(*) AS raised, count(*) FILTER (WHERE useful IS NOT NULL) AS rated,
    count(*) FILTER (WHERE useful IS FALSE) AS not_useful,
    count(*) FILTER (WHERE ended = 'settled' AND acknowledged_by IS NULL) AS settled_unseen,
    count(*) FILTER (WHERE state <> 'resolved') AS standing
FROM alerts WHERE raised_at > :since AND raised_at <= :until
    AND (CAST(:rule AS text) IS NULL OR rule_id = :rule)
GROUP BY rule_id ORDER BY raised DESC, rule_id
"""
# A storm is one thing to look at.
LINES = """
SELECT count(*) FILTER (WHERE storm_id IS NULL) + count(DISTINCT storm_id) AS lines FROM alerts
WHERE raised_at > :since AND raised_at <= :until
"""


@dataclass(frozen=True)
class RuleFigures:
    """Of the alerts that a rule raised in a period: how many people said were of no use, of those rated."""

    rule_id: str
    raised: int
    false_alarms: Share  # of those that somebody has rated, with the 95 % interval
    settled_unseen: int  # over by themselves before anybody acknowledged them
    standing: int


@dataclass(frozen=True)
class Load:
    """How many new lines of alerts there are a day, over so many days."""

    lines: int
    days: int

    @property
    def a_day(self) -> float:
        return self.lines / self.days


def of_rules(session: Session, *, since: datetime, until: datetime) -> list[RuleFigures]:
    """The figures of every rule that raised an alert in a period, those that raise most first."""
    return _figures(session, None, since, until)


def of_rule(session: Session, rule_id: str, *, since: datetime, until: datetime) -> RuleFigures:
    """The figures of one rule; of one that raised nothing, none of its alerts was rated."""
    nothing = RuleFigures(rule_id, 0, share_of(0, 0), 0, 0)
    return next(iter(_figures(session, rule_id, since, until)), nothing)


def load(session: Session, *, days: int, until: datetime) -> Load:
    """How much there was to look at in the days before an instant."""
    lines = session.scalars(text(LINES), {"since": until - days * DAY, "until": until}).one()
    return Load(lines=lines, days=days)


def _figures(session: Session, rule: str | None, since: datetime, until: datetime) -> list[RuleFigures]:
    rows = session.execute(text(OF_RULES), {"rule": rule, "since": since, "until": until})
    return [
        RuleFigures(
            row.rule_id, row.raised, share_of(row.not_useful, row.rated), row.settled_unseen, row.standing
        )
        for row in rows
    ]
