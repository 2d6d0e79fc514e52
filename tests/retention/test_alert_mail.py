"""Who is written to about which alerts, at which hour, and what a letter tells."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from retention import policy
from retention.records import accounts, alert_acts, alert_mail
from retention.records.accounts import AlertWishes
from retention.records.alerts import Alert, AlertStorm
from retention.records.database import transaction
from retention.vocabulary import AlertMail, AlertScope, AlertSeverity, OwnerGroup, Role
from tests.factories.alerts import NOON, every, firings, follow, raised, settles
from tests.web.conftest import a_shown_task, account

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
INSTANT = timedelta(microseconds=1)
CRITICAL = AlertSeverity.CRITICAL
YESTERDAY = NOON - DAY


def wishes(name: str = "Ada Byron", *, role: Role = Role.PEOPLE_OPS, **changes: Any) -> int:
    """A colleague who wants to be written to as said; their number."""
    number = account(name, role=role).id
    chosen = {"mail": AlertMail.AT_ONCE, "scope": AlertScope.GROUP, "hour": 8, **changes}
    with transaction() as session:
        accounts.wish_alerts(session, number, AlertWishes(**chosen))
    return number


def told(*alerts: Alert) -> dict[int, list[str]]:
    with transaction() as session:
        return alert_mail.told_at_once(session, [f"alert/{alert.id}" for alert in alerts])


def digest(reader: int, *, since: datetime = YESTERDAY, as_of: datetime = NOON) -> alert_mail.Digest:
    with transaction() as session:
        return alert_mail.digest(session, reader, since=since, as_of=as_of)


def subject(alert: Alert) -> str:
    return f"alert/{alert.id}"


def a_new_alert(**changes: Any) -> Alert:
    return raised(changes.pop("tutor", None), **{"at": NOON - HOUR, **changes})


# At once.


def test_who_has_chosen_nothing_is_told_at_once_of_their_groups_alerts(data: str) -> None:
    ada, grace = account().id, account("Grace Hopper", role=Role.OPS_MANAGER).id
    theirs, managers = a_new_alert(), a_new_alert(owner_group=OwnerGroup.OPS_MANAGER)
    assert told(theirs, managers) == {ada: [subject(theirs)], grace: [subject(theirs), subject(managers)]}


@pytest.mark.parametrize("role", [Role.ADMIN, Role.TUTOR, Role.STUDENT])
def test_nobody_else_is_written_to(data: str, role: Role) -> None:
    account("Root", role=role)
    assert told(a_new_alert()) == {}


@pytest.mark.parametrize("mail", [AlertMail.MORNING, AlertMail.PAGES])
def test_who_does_not_want_it_at_once_is_not_told_at_once(data: str, mail: AlertMail) -> None:
    wishes(mail=mail)
    assert told(a_new_alert()) == {}


def test_who_wants_everybodys_is_told_of_other_groups(data: str) -> None:
    ada = wishes(scope=AlertScope.EVERYBODY)
    alert = a_new_alert(owner_group=OwnerGroup.OPS_MANAGER)
    assert told(alert) == {ada: [subject(alert)]}


def test_who_wants_their_own_is_told_of_tutors_whose_task_they_hold(data: str) -> None:
    ada = wishes(scope=AlertScope.MINE)
    task = a_shown_task(assignee=str(ada))
    mine, other = a_new_alert(tutor=task.tutor_number), a_new_alert()
    assert told(mine, other) == {ada: [subject(mine)]}


def test_who_wants_their_own_is_told_of_what_was_given_to_them(data: str) -> None:
    ada = wishes(scope=AlertScope.MINE)
    mine = a_new_alert()
    with transaction() as session:
        alert_acts.assign(session, [mine.id], ada, by=ada, at=NOON)
    assert told(mine) == {ada: [subject(mine)]}


def test_a_task_that_is_over_makes_nobodys_tutor(data: str) -> None:
    ada = wishes(scope=AlertScope.MINE)
    task = a_shown_task(assignee=str(ada), state="canceled")
    assert told(a_new_alert(tutor=task.tutor_number)) == {}


def test_what_somebody_has_seen_meanwhile_is_not_told(data: str) -> None:
    ada = wishes()
    seen, settled, open_still = a_new_alert(), a_new_alert(), a_new_alert()
    with transaction() as session:
        alert_acts.acknowledge(session, [seen.id], by=ada, at=NOON)
    settles(settled.tutor_number, at=NOON)
    assert told(seen, settled, open_still) == {ada: [subject(open_still)]}


def test_a_storm_is_told_as_one(data: str) -> None:
    ada = wishes()
    follow(firings(policy.ALERT_STORM_FROM, severity=CRITICAL))
    (storm,) = every(AlertStorm)
    with transaction() as session:
        assert alert_mail.told_at_once(session, [f"storm/{storm.id}"]) == {ada: [f"storm/{storm.id}"]}
        (said,) = alert_mail.told(session, [f"storm/{storm.id}"])
    assert said.members == policy.ALERT_STORM_FROM


# In the morning.


def test_each_reader_has_their_hour(data: str) -> None:
    ada = wishes(hour=7, mail=AlertMail.MORNING)
    with transaction() as session:
        accounts.prefer(session, ada, time_zone="America/Denver", shortcuts=True)
        assert alert_mail.morning_readers(session) == [alert_mail.MorningReader(ada, "America/Denver", 7)]


def test_who_wants_no_letters_has_no_morning(data: str) -> None:
    wishes(mail=AlertMail.PAGES)
    with transaction() as session:
        assert alert_mail.morning_readers(session) == []


def test_the_letter_tells_what_is_new_the_most_severe_first(data: str) -> None:
    ada = wishes()
    low = a_new_alert(severity=AlertSeverity.LOW)
    high = a_new_alert(at=NOON - 2 * HOUR)
    higher = a_new_alert()
    assert digest(ada).subjects == [subject(higher), subject(high), subject(low)]


@pytest.mark.parametrize(
    ("at", "told", "older"),
    [
        (YESTERDAY - INSTANT, False, 1),
        (YESTERDAY, True, 0),
        (NOON - INSTANT, True, 0),
        (NOON, False, 0),
    ],
)
def test_every_alert_is_new_in_one_letter(data: str, at: datetime, told: bool, older: int) -> None:
    ada = wishes()
    alert = raised(at=at)
    found = digest(ada)
    assert (found.subjects == [subject(alert)], found.older) == (told, older)


def test_what_is_critical_is_told_until_somebody_looks(data: str) -> None:
    ada = wishes()
    alert = raised(at=NOON - 5 * DAY, severity=CRITICAL)
    assert digest(ada).subjects == [subject(alert)]
    with transaction() as session:
        alert_acts.acknowledge(session, [alert.id], by=ada, at=NOON)
    assert digest(ada) == alert_mail.Digest([], 0, 0, 0)


def test_what_is_put_aside_is_not_told(data: str) -> None:
    ada = wishes()
    alert = a_new_alert()
    with transaction() as session:
        alert_acts.snooze(session, [alert.id], NOON + INSTANT, reason="A trip.", by=ada, at=NOON - HOUR)
    assert digest(ada).subjects == []
    assert digest(ada, as_of=NOON + INSTANT).subjects == [subject(alert)]


def test_what_came_to_an_end_by_itself_is_counted(data: str) -> None:
    ada = wishes()
    alert, other = a_new_alert(), raised(at=NOON - 9 * DAY)
    settles(alert.tutor_number, at=NOON - INSTANT)
    settles(other.tutor_number, at=NOON)
    found = digest(ada)
    assert (found.subjects, found.settled) == ([], 1)


def test_the_letter_has_as_many_lines_as_can_be_read(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "ALERT_LINES", 2)
    ada = wishes()
    for _ in range(3):
        a_new_alert()
    found = digest(ada)
    assert (len(found.subjects), found.more) == (2, 1)


def test_a_quarter_of_an_hour_is_twenty_lines() -> None:
    assert policy.ALERT_LINES == 20


def test_a_storm_is_one_line_of_the_letter(data: str) -> None:
    ada = wishes()
    at = NOON - HOUR
    follow(firings(policy.ALERT_STORM_FROM, at=at), at=at)
    (storm,) = every(AlertStorm)
    assert digest(ada).subjects == [f"storm/{storm.id}"]


def test_what_is_told_of_an_alert_names_the_tutor_and_what_held(data: str) -> None:
    alert = a_new_alert()
    with transaction() as session:
        (said,) = alert_mail.told(session, [subject(alert)])
    assert (said.number, said.members, said.severity) == (alert.tutor_number, 0, "high")
    assert said.facts == ("No-shows in 7 days: 2 times",)
