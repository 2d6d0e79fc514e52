"""The list of alerts: a line a tutor or a storm, the most severe first, narrowed as asked."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from retention.records import alert_acts, alert_list, alert_story
from retention.records.alert_list import AlertLine, AlertView, Filters, Whose
from retention.records.alerts import Alert
from retention.records.database import transaction
from retention.records.inbox import Desk
from retention.records.tutors import Tutor
from retention.vocabulary import AlertCategory, AlertEnd, AlertSeverity, OwnerGroup
from tests.factories.alerts import NOON, every, fires, firings, follow, raised, settles
from tests.web.conftest import account

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
OTHER = "ALERT.inactivity"


def the_desk(*, now: datetime = NOON, groups: tuple[str, ...] = (OwnerGroup.PEOPLE_OPS,)) -> Desk:
    return Desk(actor=str(account().id), groups=groups, now=now)


def lines(desk: Desk | None = None, *, page: int = 1, **filters: Any) -> list[AlertLine]:
    with transaction() as session:
        return alert_list.alerts(session, desk or the_desk(), Filters(**filters), page=page).lines


def tutors(**filters: Any) -> list[int]:
    return [line.tutor_number for line in lines(**filters)]


def test_the_most_severe_come_first_and_of_those_the_newest(data: str) -> None:
    medium = raised(severity=AlertSeverity.MEDIUM)
    old = raised(severity=AlertSeverity.HIGH)
    critical = raised(severity=AlertSeverity.CRITICAL)
    new = raised(at=NOON + HOUR, severity=AlertSeverity.HIGH)
    assert tutors() == [one.tutor_number for one in (critical, new, old, medium)]


def test_a_tutor_with_several_alerts_is_one_line(data: str) -> None:
    first = raised(severity=AlertSeverity.LOW)
    raised(first.tutor_number, rule_id=OTHER, severity=AlertSeverity.CRITICAL)
    (line,) = lines()
    assert line.count == 2
    assert [one.severity for one in line.alerts] == ["critical", "low"]


def test_a_storm_is_one_line_that_counts_its_alerts_and_shows_the_first(data: str) -> None:
    follow(firings(12))
    alone = raised(rule_id=OTHER)
    storm, other = lines()
    if storm.storm_id is None:
        storm, other = other, storm
    assert (storm.count, len(storm.alerts)) == (12, alert_list.SHOWN)
    assert (other.storm_id, other.tutor_number) == (None, alone.tutor_number)


def in_view(alert: Alert, **changes: Any) -> list[AlertView]:
    desk = the_desk(**changes)
    return [
        view for view in AlertView if alert.tutor_number in [it.tutor_number for it in lines(desk, view=view)]
    ]


def test_each_alert_stands_in_the_view_of_its_state(data: str) -> None:
    alert, ada = raised(), account().id
    assert in_view(alert) == [AlertView.OPEN]
    with transaction() as session:
        alert_acts.acknowledge(session, [alert.id], by=ada, at=NOON)
    assert in_view(alert) == [AlertView.ACKNOWLEDGED, AlertView.MINE]
    with transaction() as session:
        alert_acts.resolve(session, [alert.id], AlertEnd.DEALT_WITH, note="", by=ada, at=NOON)
    assert in_view(alert) == [AlertView.RESOLVED]


@pytest.mark.parametrize(
    ("now", "views"), [(NOON + HOUR - INSTANT, [AlertView.SNOOZED]), (NOON + HOUR, [AlertView.OPEN])]
)
def test_a_snoozed_alert_comes_back_at_its_time(data: str, now: datetime, views: list[AlertView]) -> None:
    alert = raised()
    with transaction() as session:
        alert_acts.snooze(session, [alert.id], NOON + HOUR, reason="A trip.", by=account().id, at=NOON)
    assert in_view(alert, now=now) == views


def test_alerts_of_another_group_are_shown_when_asked_for(data: str) -> None:
    alert = raised(owner_group=OwnerGroup.OPS_MANAGER)
    assert tutors() == []
    assert tutors(whose=Whose.ALL) == [alert.tutor_number]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"severity": "high"}, True),
        ({"severity": "low"}, False),
        ({"category": "quality"}, True),
        ({"category": "churn"}, False),
        ({"subject": "Mathematics"}, True),
        ({"subject": "Greek"}, False),
        ({"about": "kowalczyk"}, True),
        ({"about": "Ko_al"}, False),
        ({"tier": "exemplary"}, False),
    ],
)
def test_the_list_is_narrowed_as_asked(data: str, filters: dict[str, str], found: bool) -> None:
    alert = raised()
    with transaction() as session:
        tutor = session.get(Tutor, alert.tutor_number)
        assert tutor is not None
        tutor.name, tutor.subjects = "Zofia Kowalczyk", ["Mathematics", "Physics"]
    assert bool(tutors(**filters)) is found


def test_a_tutor_is_found_by_number(data: str) -> None:
    alert = raised()
    raised()
    assert tutors(about=f"#{alert.tutor_number}") == [alert.tutor_number]


def test_what_is_over_is_listed_by_when_it_ended(data: str) -> None:
    first, second = raised(severity=AlertSeverity.LOW), raised(severity=AlertSeverity.CRITICAL)
    settles(second.tutor_number, at=NOON + HOUR)
    settles(first.tutor_number, at=NOON + 2 * HOUR)
    assert tutors(view=AlertView.RESOLVED) == [first.tutor_number, second.tutor_number]


def test_the_list_goes_on_on_the_next_page(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert_list, "PAGE", 2)
    for _ in range(3):
        raised()
    with transaction() as session:
        first = alert_list.alerts(session, the_desk(), Filters())
    assert (len(first.lines), first.total, len(lines(page=2)), len(lines(page=3))) == (2, 3, 1, 0)


def test_the_views_and_kinds_are_counted(data: str) -> None:
    raised(severity=AlertSeverity.CRITICAL, category=AlertCategory.CHURN)
    seen = raised()
    with transaction() as session:
        alert_acts.acknowledge(session, [seen.id], by=account().id, at=NOON)
        found = alert_list.counts(session, the_desk(), Filters())
        assert alert_list.unseen(session, the_desk()) == 1
    assert found.views == {
        AlertView.OPEN: 1,
        AlertView.ACKNOWLEDGED: 1,
        AlertView.MINE: 1,
        AlertView.SNOOZED: 0,
    }
    assert (found.severities[AlertSeverity.CRITICAL], found.severities[AlertSeverity.HIGH]) == (1, 0)
    assert (found.categories[AlertCategory.CHURN], found.categories[AlertCategory.QUALITY]) == (1, 0)


def test_the_story_of_an_alert_tells_what_happened_and_what_stands_beside_it(data: str) -> None:
    alert = raised()
    other = raised(alert.tutor_number, rule_id=OTHER)
    fires(alert.tutor_number, at=NOON + HOUR)
    with transaction() as session:
        story = alert_story.alert_story(session, alert.id)
        acts = alert_story.lines_of(session, alert.id)
    assert (story.times, story.explanation[0]["field"]) == (2, "noshows_7d")
    assert [one["id"] for one in story.others] == [other.id]
    assert [line.act for line in acts] == ["raised_again", "raised"]


def test_a_storm_is_told_with_its_members_those_that_are_not_over_first(data: str) -> None:
    many = firings(10)
    follow(many)
    settles(many[3].tutor_number, at=NOON + HOUR)
    storm_id = every(Alert)[0].storm_id
    assert storm_id is not None
    with transaction() as session:
        storm = alert_story.storm(session, storm_id)
        members = alert_story.members_of(session, storm_id)
    assert (storm.members, storm.open, storm.resolved) == (10, 9, 1)
    assert members[-1].tutor_number == many[3].tutor_number
