"""What people do with alerts: each act once, whoever is second."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from retention.errors import NotFound, Refusal
from retention.records import alert_acts
from retention.records.alerts import Alert, AlertActLine
from retention.records.database import transaction
from retention.vocabulary import AlertEnd, AlertSeverity
from tests.factories.alerts import NOON, RULE, every, fires, firings, follow, raised, settles, the_alert
from tests.web.conftest import account

HOUR = timedelta(hours=1)
DEALT, FALSE = AlertEnd.DEALT_WITH, AlertEnd.FALSE_ALARM


def acknowledges(alert: Alert, by: int) -> list[int]:
    with transaction() as session:
        return alert_acts.acknowledge(session, [alert.id], by=by, at=NOON + HOUR)


def resolves(alert: Alert, by: int, ended: AlertEnd = DEALT, note: str = "We talked.") -> list[int]:
    with transaction() as session:
        return alert_acts.resolve(session, [alert.id], ended, note=note, by=by, at=NOON + HOUR)


def rates(alert: Alert, by: int, *, useful: bool) -> None:
    with transaction() as session:
        alert_acts.rate(session, alert.id, useful=useful, why="Known.", by=by, at=NOON + HOUR)


def reopens(alert: Alert, by: int) -> None:
    with transaction() as session:
        alert_acts.reopen(session, alert.id, by=by, at=NOON + 2 * HOUR)


def story() -> list[tuple[str, str, str]]:
    return [(line.act, line.actor, line.note) for line in every(AlertActLine)]


def now(alert: Alert) -> Alert:
    return the_alert(alert.tutor_number)


def test_who_acknowledges_an_alert_sees_to_it(data: str) -> None:
    alert, ada = raised(), account().id
    assert acknowledges(alert, ada) == [alert.id]
    seen = now(alert)
    assert (seen.state, seen.acknowledged_by, seen.assignee) == ("acknowledged", ada, ada)
    assert seen.acknowledged_at == NOON + HOUR
    assert story()[-1] == ("acknowledged", str(ada), "")


def test_the_first_who_acknowledges_is_the_one_on_record(data: str) -> None:
    alert, ada, grace = raised(), account().id, account("Grace Hopper").id
    acknowledges(alert, ada)
    assert acknowledges(alert, grace) == []
    assert now(alert).acknowledged_by == ada


def test_who_acknowledges_for_somebody_leaves_it_to_them(data: str) -> None:
    alert, ada, grace = raised(), account().id, account("Grace Hopper").id
    with transaction() as session:
        assert alert_acts.assign(session, [alert.id], grace, by=ada, at=NOON) == [alert.id]
    acknowledges(alert, ada)
    assert (now(alert).acknowledged_by, now(alert).assignee) == (ada, grace)
    assert ("assigned", str(ada), str(grace)) in story()


def test_a_snoozed_alert_stays_put_aside_when_its_rule_fires_again(data: str) -> None:
    alert, ada = raised(), account().id
    with transaction() as session:
        alert_acts.snooze(session, [alert.id], NOON + 48 * HOUR, reason="On a trip.", by=ada, at=NOON)
    fires(alert.tutor_number, at=NOON + HOUR)
    assert now(alert).snoozed_until == NOON + 48 * HOUR
    with transaction() as session:
        assert alert_acts.wake(session, [alert.id], by=ada, at=NOON) == [alert.id]
    assert now(alert).snoozed_until is None


def test_a_snoozed_alert_that_becomes_critical_is_no_longer_put_aside(data: str) -> None:
    alert, ada = raised(), account().id
    with transaction() as session:
        alert_acts.snooze(session, [alert.id], NOON + 48 * HOUR, reason="On a trip.", by=ada, at=NOON)
    fires(alert.tutor_number, at=NOON + HOUR, severity=AlertSeverity.CRITICAL)
    assert now(alert).snoozed_until is None


def test_an_alert_is_resolved_with_how_and_why(data: str) -> None:
    alert, ada = raised(), account().id
    assert resolves(alert, ada) == [alert.id]
    over = now(alert)
    assert (over.state, over.ended, over.resolved_by, over.note) == (
        "resolved", "dealt_with", ada, "We talked.",
    )  # fmt: skip
    assert over.useful is None
    assert resolves(alert, ada) == []
    assert story()[-1] == ("resolved", str(ada), "dealt_with: We talked.")


def test_what_the_facts_have_settled_nobody_resolves(data: str) -> None:
    alert, ada = raised(), account().id
    settles(alert.tutor_number, at=NOON)
    assert resolves(alert, ada) == []
    assert now(alert).ended == "settled"


def test_the_facts_do_not_resolve_what_somebody_has(data: str) -> None:
    alert, ada = raised(), account().id
    resolves(alert, ada)
    settles(alert.tutor_number, at=NOON + 2 * HOUR)
    assert now(alert).ended == "dealt_with"


def test_a_false_alarm_was_not_useful(data: str) -> None:
    alert, ada = raised(), account().id
    resolves(alert, ada, FALSE, "He had moved them.")
    over = now(alert)
    assert (over.useful, over.rating, over.rated_by) == (False, "He had moved them.", ada)


def test_a_false_alarm_keeps_what_was_said_of_it_before(data: str) -> None:
    alert, ada, grace = raised(), account().id, account("Grace Hopper").id
    rates(alert, grace, useful=True)
    resolves(alert, ada, FALSE)
    assert (now(alert).useful, now(alert).rating, now(alert).rated_by) == (True, "Known.", grace)


def test_the_last_word_about_usefulness_counts(data: str) -> None:
    alert, ada = raised(), account().id
    rates(alert, ada, useful=True)
    rates(alert, ada, useful=False)
    assert now(alert).useful is False
    assert [act for act, _, _ in story()] == ["raised", "rated", "rated"]


def test_an_end_can_be_taken_back(data: str) -> None:
    alert, ada = raised(), account().id
    acknowledges(alert, ada)
    resolves(alert, ada)
    reopens(alert, ada)
    back = now(alert)
    assert (back.state, back.ended, back.acknowledged_by) == ("open", None, None)
    assert story()[-1][0] == "reopened"


def test_an_alert_that_is_not_over_is_not_reopened(data: str) -> None:
    alert, ada = raised(), account().id
    with pytest.raises(Refusal, match="is not over"):
        reopens(alert, ada)


def test_an_end_is_not_taken_back_beside_a_newer_alert_of_the_same_rule(data: str) -> None:
    alert, ada = raised(), account().id
    resolves(alert, ada)
    fires(alert.tutor_number, at=NOON + 30 * 24 * HOUR)
    with pytest.raises(Refusal, match="has raised another one"):
        reopens(alert, ada)


def test_one_act_for_a_whole_storm_changes_what_it_fits(data: str) -> None:
    many = firings(10)
    follow(many)
    (storm,) = {alert.storm_id for alert in every(Alert)}
    ada = account().id
    acknowledges(the_alert(many[0].tutor_number), ada)
    assert storm is not None
    with transaction() as session:
        ids = alert_acts.of_storm(session, storm)
        assert len(alert_acts.acknowledge(session, ids, by=ada, at=NOON)) == 9
        assert len(alert_acts.resolve(session, ids, DEALT, note="", by=ada, at=NOON)) == 10


def test_what_is_not_there_is_said_so(data: str) -> None:
    with transaction() as session, pytest.raises(NotFound, match="no such alert"):
        alert_acts.must_be(session, 1)
    with transaction() as session, pytest.raises(NotFound, match="no such group"):
        alert_acts.of_storm(session, 1)


def test_of_two_who_act_at_once_one_does(data: str) -> None:
    alert = raised()
    people = [account(name).id for name in ("Ada Byron", "Grace Hopper", "Alan Turing", "Edith Clarke")]
    with ThreadPoolExecutor(len(people)) as pool:
        changed = list(pool.map(lambda by: resolves(alert, by), people))
    assert sorted(map(len, changed)) == [0, 0, 0, 1]
    assert [act for act, _, _ in story()] == ["raised", "resolved"]
    assert now(alert).rule_id == RULE
