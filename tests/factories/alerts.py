"""Firings of rules that raise alerts, with the decisions behind them, and alerts that stand."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from retention.records import alert_raising
from retention.records.alert_raising import Change, Event, Firing
from retention.records.alerts import Alert
from retention.records.database import Session, transaction
from retention.vocabulary import AlertCategory, AlertSeverity, OwnerGroup
from tests.factories import cases, platform

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
RULE = "ALERT.no-shows"
REASON = "A tutor missed two or more sessions within a week. No-shows in 7 days: 2 times."
EXPLANATION = [
    {
        "field": "noshows_7d",
        "value": 2,
        "op": "gte",
        "threshold": 2,
        "unit": "times",
        "result": True,
        "says": "No-shows in 7 days: 2 times; the rule fires at 2 times or more.",
        "staff_only": False,
        "source": "PRD 3.3 pattern 3",
    }
]


def a_tutor(session: Session, *, at: datetime, **details: Any) -> int:
    """A tutor who began at an instant."""
    number, _ = platform.a_tutor(session, at=at, **details)
    return number


def a_firing(session: Session, tutor_number: int, *, at: datetime, **changes: Any) -> Firing:
    """A firing about a tutor, with its decision on record."""
    given: dict[str, Any] = {
        "tutor_number": tutor_number,
        "rule_id": RULE,
        "episode": uuid4().hex[:8],
        "category": AlertCategory.QUALITY,
        "severity": AlertSeverity.HIGH,
        "title": "A tutor missed two or more sessions within a week.",
        "advice": "Find out why, and see to the students who waited.",
        "owner_group": OwnerGroup.PEOPLE_OPS,
        "lasting": True,
        "case_id": None,
        **changes,
    }
    decision = cases.a_decision(
        session, tutor_number, rule_id=given["rule_id"], at=at, reason=REASON, explanation=EXPLANATION
    )
    return Firing(**given, decision_id=decision.id)


def raised(tutor_number: int | None = None, *, at: datetime = NOON, **changes: Any) -> Alert:
    """An alert that stands, about this tutor or a new one."""
    with transaction() as session:
        number = tutor_number or a_tutor(session, at=at)
        firing = a_firing(session, number, at=at, **changes)
        alert_raising.follow(session, [firing], at=at)
    return the_alert(number, firing.rule_id)


def the_alert(tutor_number: int, rule_id: str = RULE) -> Alert:
    """The newest alert of a rule about a tutor."""
    with transaction() as session:
        wanted = select(Alert).where(Alert.tutor_number == tutor_number, Alert.rule_id == rule_id)
        return session.scalars(wanted.order_by(Alert.id.desc())).all()[0]


def follow(events: Sequence[Event], *, at: datetime = NOON) -> list[str]:
    """What rules came to, followed in one transaction; those to be told of at once."""
    with transaction() as session:
        return alert_raising.follow(session, events, at=at)


def firings(count: int, *, at: datetime = NOON, **changes: Any) -> list[Firing]:
    """Firings of one rule about so many new tutors."""
    with transaction() as session:
        return [a_firing(session, a_tutor(session, at=at), at=at, **changes) for _ in range(count)]


def fires(tutor: int, *, at: datetime, **changes: Any) -> list[str]:
    """A rule fires about a tutor, once more perhaps; those to be told of at once."""
    with transaction() as session:
        firing = a_firing(session, tutor, at=at, **changes)
        return alert_raising.follow(session, [firing], at=at)


def settles(tutor: int, *, at: datetime) -> None:
    """What was found about a tutor holds no longer."""
    follow([Change(tutor_number=tutor, rule_id=RULE)], at=at)


def every(table: Any) -> list[Any]:
    """All rows, the oldest first."""
    with transaction() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def at_the_same_time(*batches: Sequence[Event], at: datetime = NOON) -> list[list[str]]:
    """Each batch followed in a transaction of its own, all begun before one is kept."""
    start = Barrier(len(batches))

    def one(events: Sequence[Event]) -> list[str]:
        start.wait()
        return follow(events, at=at)

    with ThreadPoolExecutor(len(batches)) as pool:
        return list(pool.map(one, batches))
