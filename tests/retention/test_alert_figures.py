"""How many alerts there are a day, and which share of a rule's was of no use."""

from datetime import datetime, timedelta

import pytest

from retention.records import alert_acts, alert_figures
from retention.records.alerts import Alert
from retention.records.database import transaction
from tests.factories.alerts import NOON, RULE, firings, follow, raised, settles
from tests.web.conftest import account

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def rated(alert: Alert, *, useful: bool) -> None:
    with transaction() as session:
        alert_acts.rate(session, alert.id, useful=useful, why="", by=account().id, at=NOON)


def figures(*, since: datetime = NOON - DAY, until: datetime = NOON) -> list[alert_figures.RuleFigures]:
    with transaction() as session:
        return alert_figures.of_rules(session, since=since, until=until)


def test_the_share_of_false_alarms_is_of_those_that_were_rated(data: str) -> None:
    first, second, third, _ = (raised() for _ in range(4))
    rated(first, useful=False)
    rated(second, useful=True)
    rated(third, useful=True)
    (found,) = figures()
    assert (found.rule_id, found.raised, found.standing) == (RULE, 4, 4)
    share = found.false_alarms
    assert (share.part, share.whole) == (1, 3)
    assert share.share == pytest.approx(1 / 3)
    assert [share.low, share.high] == pytest.approx([0.0615, 0.7923], abs=1e-4)


def test_of_a_rule_that_nobody_rated_nothing_is_known(data: str) -> None:
    raised()
    (found,) = figures()
    assert (found.false_alarms.share, found.false_alarms.low, found.false_alarms.high) == (None, 0.0, 1.0)


def test_each_rule_has_figures_of_its_own_and_those_that_raise_most_come_first(data: str) -> None:
    raised(rule_id="ALERT.inactivity")
    raised()
    raised()
    assert [(one.rule_id, one.raised) for one in figures()] == [(RULE, 2), ("ALERT.inactivity", 1)]
    with transaction() as session:
        one = alert_figures.of_rule(session, "ALERT.inactivity", since=NOON - DAY, until=NOON)
        none = alert_figures.of_rule(session, "ALERT.unknown", since=NOON - DAY, until=NOON)
    assert (one.raised, none.raised, none.false_alarms.whole) == (1, 0, 0)


@pytest.mark.parametrize(("since", "counted"), [(NOON - INSTANT, 1), (NOON, 0)])
def test_what_was_raised_after_the_beginning_counts(data: str, since: datetime, counted: int) -> None:
    raised(at=NOON)
    assert sum(one.raised for one in figures(since=since, until=NOON + DAY)) == counted


@pytest.mark.parametrize(("until", "counted"), [(NOON - INSTANT, 0), (NOON, 1)])
def test_what_was_raised_by_the_end_counts(data: str, until: datetime, counted: int) -> None:
    raised(at=NOON)
    assert sum(one.raised for one in figures(until=until)) == counted


def test_what_was_over_before_anybody_looked_is_counted(data: str) -> None:
    alert, seen = raised(), raised()
    with transaction() as session:
        alert_acts.acknowledge(session, [seen.id], by=account().id, at=NOON)
    settles(alert.tutor_number, at=NOON)
    settles(seen.tutor_number, at=NOON)
    (found,) = figures()
    assert (found.settled_unseen, found.standing) == (1, 0)


def test_a_storm_is_one_thing_to_look_at(data: str) -> None:
    follow(firings(10))
    raised(rule_id="ALERT.inactivity")
    with transaction() as session:
        load = alert_figures.load(session, days=4, until=NOON)
    assert (load.lines, load.a_day) == (2, 0.5)
