"""Alerts as the evaluation raises, groups and settles them: nothing lost, nothing doubled."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from retention import policy
from retention.records import alert_raising, rulebook
from retention.records.alert_raising import Change
from retention.records.alerts import Alert, AlertActLine
from retention.records.database import transaction
from retention.vocabulary import AlertSeverity, OwnerGroup
from tests.factories.alerts import (
    NOON,
    RULE,
    a_firing,
    at_the_same_time,
    every,
    fires,
    firings,
    follow,
    raised,
    settles,
    the_alert,
)

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
CRITICAL = AlertSeverity.CRITICAL


def acts_of(alert: Alert) -> list[str]:
    return [line.act for line in every(AlertActLine) if line.alert_id == alert.id]


def test_a_firing_raises_an_alert_with_what_it_found(data: str) -> None:
    alert = raised(at=NOON, case_id="alert_check/1/1")
    assert (alert.state, alert.category, alert.severity, alert.times) == ("open", "quality", "high", 1)
    assert alert.opened_at == alert.raised_at == alert.last_seen_at == NOON
    assert (alert.case_id, alert.storm_id, alert.ended) == ("alert_check/1/1", None, None)
    assert acts_of(alert) == ["raised"]


def test_a_firing_that_comes_again_is_the_same_alert_with_its_newest_facts(data: str) -> None:
    first = raised(at=NOON)
    fires(first.tutor_number, at=NOON + HOUR, severity=CRITICAL, case_id="alert_check/1/2")
    again = the_alert(first.tutor_number)
    assert (again.id, again.times, again.severity) == (first.id, 2, "critical")
    assert again.decision_id > first.decision_id
    assert (again.opened_at, again.raised_at, again.last_seen_at) == (NOON, NOON, NOON + HOUR)
    assert again.case_id == "alert_check/1/2"
    assert acts_of(again) == ["raised", "raised_again"]


@pytest.mark.parametrize("before", [AlertSeverity.HIGH, CRITICAL])
def test_an_open_alert_is_told_at_once_when_it_becomes_critical_and_only_then(
    data: str, before: AlertSeverity
) -> None:
    alert = raised(at=NOON, severity=before)
    told = fires(alert.tutor_number, at=NOON + HOUR, severity=CRITICAL)
    assert told == ([] if before is CRITICAL else [f"alert/{alert.id}"])


@pytest.mark.parametrize(("after", "told"), [(policy.ALERT_TOLD_AGAIN_AFTER, True), (23 * HOUR, False)])
def test_a_critical_alert_that_comes_back_after_a_day_is_told_at_once(
    data: str, after: timedelta, told: bool
) -> None:
    alert = raised(at=NOON, severity=CRITICAL)
    settles(alert.tutor_number, at=NOON + HOUR)
    again = fires(alert.tutor_number, at=NOON + after, severity=CRITICAL)
    assert again == ([f"alert/{alert.id}"] if told else [])


def test_a_check_that_was_opened_is_kept_by_a_later_firing_without_one(data: str) -> None:
    first = raised(at=NOON, case_id="alert_check/1/1")
    fires(first.tutor_number, at=NOON + HOUR)
    assert the_alert(first.tutor_number).case_id == "alert_check/1/1"


def test_another_rule_raises_an_alert_of_its_own(data: str) -> None:
    first = raised(at=NOON)
    other = raised(first.tutor_number, at=NOON, rule_id="ALERT.inactivity")
    assert other.id != first.id


def test_a_settled_alert_is_resolved_by_itself(data: str) -> None:
    alert = raised(at=NOON)
    settles(alert.tutor_number, at=NOON + HOUR)
    over = the_alert(alert.tutor_number)
    assert (over.state, over.ended, over.resolved_by) == ("resolved", "settled", None)
    assert over.resolved_at == NOON + HOUR
    assert acts_of(over) == ["raised", "resolved"]


def test_what_was_resolved_before_is_not_resolved_twice(data: str) -> None:
    alert = raised(at=NOON)
    settles(alert.tutor_number, at=NOON + HOUR)
    settles(alert.tutor_number, at=NOON + 2 * HOUR)
    assert the_alert(alert.tutor_number).resolved_at == NOON + HOUR


@pytest.mark.parametrize(
    ("later", "same"),
    [(policy.ALERT_REOPENS_WITHIN - INSTANT, True), (policy.ALERT_REOPENS_WITHIN, False)],
)
def test_an_alert_that_comes_back_soon_is_open_again_and_later_it_is_a_new_one(
    data: str, later: timedelta, same: bool
) -> None:
    alert = raised(at=NOON)
    settles(alert.tutor_number, at=NOON)
    fires(alert.tutor_number, at=NOON + later)
    back = the_alert(alert.tutor_number)
    assert (back.id == alert.id) is same
    assert (back.state, back.reopenings, back.raised_at) == ("open", int(same), NOON + later)
    assert acts_of(back) == (["raised", "resolved", "reopened"] if same else ["raised"])


def test_a_rule_that_settles_and_fires_within_one_judgement_leaves_its_alert_open(data: str) -> None:
    alert = raised(at=NOON)
    with transaction() as session:
        firing = a_firing(session, alert.tutor_number, at=NOON + HOUR)
        over = Change(tutor_number=alert.tutor_number, rule_id=RULE)
        alert_raising.follow(session, [over, firing], at=NOON + HOUR)
    assert the_alert(alert.tutor_number).state == "open"
    assert acts_of(alert) == ["raised", "resolved", "reopened"]


def test_a_rule_that_fires_and_settles_within_one_judgement_leaves_its_alert_resolved(data: str) -> None:
    (firing,) = firings(1)
    follow([firing, Change(tutor_number=firing.tutor_number, rule_id=RULE)])
    assert the_alert(firing.tutor_number).ended == "settled"


def test_an_alert_that_lasts_goes_to_another_group_and_is_open_again(data: str) -> None:
    alert = raised(at=NOON)
    up = Change(
        tutor_number=alert.tutor_number,
        rule_id=RULE,
        owner_group=OwnerGroup.OPS_MANAGER,
        case_id="escalation_review/1/1",
    )
    follow([up], at=NOON + HOUR)
    risen = the_alert(alert.tutor_number)
    assert (risen.owner_group, risen.escalated_at, risen.state) == ("ops_manager", NOON + HOUR, "open")
    assert risen.case_id == "escalation_review/1/1"
    assert acts_of(risen) == ["raised", "escalated"]


def test_an_alert_whose_condition_still_holds_was_seen_again(data: str) -> None:
    alert, other = raised(at=NOON), raised(at=NOON)
    with transaction() as session:
        alert_raising.seen(session, [(alert.tutor_number, RULE)], at=NOON + HOUR)
    assert the_alert(alert.tutor_number).last_seen_at == NOON + HOUR
    assert the_alert(other.tutor_number).last_seen_at == NOON


def test_what_was_resolved_is_not_seen_again(data: str) -> None:
    alert = raised(at=NOON)
    settles(alert.tutor_number, at=NOON)
    with transaction() as session:
        alert_raising.seen(session, [(alert.tutor_number, RULE)], at=NOON + HOUR)
    assert the_alert(alert.tutor_number).last_seen_at == NOON


def test_the_alerts_of_a_tutor_who_is_gone_end(data: str) -> None:
    alert, other = raised(at=NOON), raised(at=NOON)
    with transaction() as session:
        alert_raising.tutors_left(session, [alert.tutor_number], at=NOON + HOUR)
    assert the_alert(alert.tutor_number).ended == "tutor_left"
    assert the_alert(other.tutor_number).state == "open"


# Whom to tell at once.


def test_a_new_critical_alert_is_to_be_told_at_once_and_others_are_not(data: str) -> None:
    (critical,) = firings(1, severity=CRITICAL)
    told = follow([critical, *firings(1, rule_id="ALERT.other")])
    assert told == [f"alert/{the_alert(critical.tutor_number).id}"]


def test_it_is_told_once_in_a_day(data: str) -> None:
    alert = raised(at=NOON, severity=CRITICAL)
    assert fires(alert.tutor_number, at=NOON + HOUR, severity=CRITICAL) == []
    settles(alert.tutor_number, at=NOON + HOUR)
    assert fires(alert.tutor_number, at=NOON + 2 * HOUR, severity=CRITICAL) == []


# Nothing watches it any more.


def after_a_look(*, raising: Sequence[str], running: bool = True, lasting: bool = True) -> Alert:
    """An alert after its tutor was judged: which rules raise alerts, and whether its own is running."""
    alert = raised(at=NOON, lasting=lasting)
    state = {"opened_at": NOON.isoformat() if running else None}
    rows = [{"tutor_number": alert.tutor_number, "rule_id": RULE, "state": state}]
    with transaction() as session:
        rulebook.store_states(session, rows, as_of=NOON)
        alert_raising.drop_unwatched(session, [alert.tutor_number], raising, at=NOON + HOUR)
    return the_alert(alert.tutor_number)


def test_an_alert_that_its_rule_watches_stays(data: str) -> None:
    assert after_a_look(raising=[RULE]).state == "open"


def test_an_alert_of_a_rule_that_raises_none_any_more_ends(data: str) -> None:
    over = after_a_look(raising=["ALERT.other"])
    assert (over.ended, over.resolved_by) == ("rule_changed", None)


def test_an_alert_whose_rule_was_edited_and_holds_no_longer_ends_by_that(data: str) -> None:
    assert after_a_look(raising=[RULE], running=False).ended == "rule_changed"


def test_an_alert_about_one_session_is_watched_by_nobody_and_stays(data: str) -> None:
    assert after_a_look(raising=[RULE], running=False, lasting=False).state == "open"


# Two judgements at once.


def test_the_same_firings_followed_at_once_are_one_alert_each(data: str) -> None:
    many = firings(6)
    at_the_same_time(many, many, many)
    assert len(every(Alert)) == 6
    assert {alert.times for alert in every(Alert)} == {3}
