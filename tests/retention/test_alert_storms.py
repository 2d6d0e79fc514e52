"""Storms: alerts that one rule raises about many tutors within an hour are one line and one letter."""

from datetime import timedelta

import pytest

from retention import policy
from retention.records.alerts import Alert, AlertStorm
from retention.vocabulary import AlertSeverity
from tests.factories.alerts import NOON, at_the_same_time, every, fires, firings, follow, settles, the_alert

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
CRITICAL = AlertSeverity.CRITICAL


@pytest.mark.parametrize(
    ("count", "storms"), [(policy.ALERT_STORM_FROM - 1, 0), (policy.ALERT_STORM_FROM, 1)]
)
def test_many_tutors_within_an_hour_are_one_storm(data: str, count: int, storms: int) -> None:
    follow(firings(count))
    assert len(every(AlertStorm)) == storms
    assert {alert.storm_id is not None for alert in every(Alert)} == {bool(storms)}


@pytest.mark.parametrize(("later", "storms"), [(HOUR - INSTANT, 1), (HOUR, 0)])
def test_only_what_comes_within_the_hour_makes_a_storm(data: str, later: timedelta, storms: int) -> None:
    follow(firings(policy.ALERT_STORM_FROM - 1))
    follow(firings(1, at=NOON + later), at=NOON + later)
    assert len(every(AlertStorm)) == storms


def test_two_rules_do_not_make_a_storm_together(data: str) -> None:
    half = policy.ALERT_STORM_FROM - 1
    follow([*firings(half), *firings(half, rule_id="ALERT.inactivity")])
    assert every(AlertStorm) == []


@pytest.mark.parametrize(("later", "taken_in"), [(HOUR, True), (HOUR + INSTANT, False)])
def test_a_storm_takes_in_what_the_next_hourly_look_finds(
    data: str, later: timedelta, taken_in: bool
) -> None:
    follow(firings(policy.ALERT_STORM_FROM))
    (late,) = firings(1, at=NOON + later)
    follow([late], at=NOON + later)
    (storm,) = every(AlertStorm)
    assert storm.last_at == (NOON + later if taken_in else NOON)
    assert (the_alert(late.tutor_number).storm_id == storm.id) is taken_in


def test_a_storm_of_the_hourly_look_is_told_once_in_a_day(data: str) -> None:
    hours = [NOON + number * HOUR for number in range(7)]
    told = [follow(firings(policy.ALERT_STORM_FROM, at=at, severity=CRITICAL), at=at) for at in hours]
    (storm,) = every(AlertStorm)
    assert told == [[f"storm/{storm.id}"], *[[] for _ in hours[1:]]]


def test_a_single_alert_hours_later_stands_alone(data: str) -> None:
    follow(firings(policy.ALERT_STORM_FROM))
    (late,) = firings(1, at=NOON + 3 * HOUR)
    follow([late], at=NOON + 3 * HOUR)
    assert the_alert(late.tutor_number).storm_id is None


def test_a_storm_that_does_not_end_becomes_another_after_a_day(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "ALERT_STORM_FROM", 1)
    for number in range(26):
        at = NOON + number * (HOUR - INSTANT)
        follow(firings(1, at=at), at=at)
    first, second = every(AlertStorm)
    assert second.begun_at - first.begun_at >= policy.ALERT_STORM_LASTS - HOUR


def test_an_alert_that_comes_back_after_its_storm_stands_alone(data: str) -> None:
    many = firings(policy.ALERT_STORM_FROM)
    follow(many)
    tutor = many[0].tutor_number
    settles(tutor, at=NOON + HOUR)
    fires(tutor, at=NOON + 5 * HOUR)
    assert (the_alert(tutor).storm_id, the_alert(tutor).reopenings) == (None, 1)


def test_a_storm_is_told_once_and_not_its_alerts(data: str) -> None:
    told = follow(firings(policy.ALERT_STORM_FROM, severity=CRITICAL))
    (storm,) = every(AlertStorm)
    assert told == [f"storm/{storm.id}"]
    assert follow(firings(3, severity=CRITICAL)) == []


def test_a_storm_that_two_judgements_find_at_once_is_one_and_told_once(data: str) -> None:
    half = policy.ALERT_STORM_FROM - 1
    told = at_the_same_time(firings(half, severity=CRITICAL), firings(half, severity=CRITICAL))
    (storm,) = every(AlertStorm)
    assert {alert.storm_id for alert in every(Alert)} == {storm.id}
    assert [one for batch in told for one in batch if one.startswith("storm/")] == [f"storm/{storm.id}"]
