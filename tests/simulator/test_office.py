"""The made-up staff keeps office hours, takes what waits, and fills in whatever a form asks."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from retention import demo
from retention.demo import Person
from retention.programmes.registry import FORMS
from retention.vocabulary import Role
from simulator import habits
from simulator.habits import at_work
from simulator.office import AGAIN, TEAM, Desk, turned_to
from simulator.pages import Form
from web import forms

COLLEAGUES = [person for person in demo.STAFF if person.role is Role.PEOPLE_OPS]
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)  # in winter London keeps UTC
NOON = MONDAY + timedelta(hours=12)
LONDON = ZoneInfo("Europe/London")
TEXTS = {"line", "text", "moment", "date", "number"}
SATURDAY = MONDAY + timedelta(days=5)


def there(now: datetime, number: int = 0) -> bool:
    return at_work(demo.STAFF[number], now, number=number, people=len(demo.STAFF))


@pytest.mark.parametrize(
    ("hour", "minute", "works"), [(8, 59, False), (9, 0, True), (16, 59, True), (17, 0, False)]
)
def test_the_office_is_open_from_nine_to_five(hour: int, minute: int, works: bool) -> None:
    assert there(MONDAY.replace(hour=hour, minute=minute)) is works


def test_nobody_works_on_a_public_holiday() -> None:
    assert not there(datetime(2026, 12, 25, 11, tzinfo=UTC))


@pytest.mark.parametrize(("hour", "most"), [(9, 0), (10, 1), (13, 1), (14, 0)])
def test_at_most_one_person_has_the_weekend_duty(hour: int, most: int) -> None:
    days = [SATURDAY + timedelta(days=day, hours=hour) for day in (0, 1, 7, 8, 14, 15)]
    on_duty = [sum(there(day, number) for number in range(len(demo.STAFF))) for day in days]
    assert max(on_duty) <= most


def form_of(key: str) -> Form:
    asked = forms.fields_of(FORMS[key], {})
    return Form(
        action="",
        choices={one.name: [choice.value for choice in one.choices] for one in asked if one.choices},
        texts=[place.name for one in asked for place in one.places or (one,) if place.kind in TEXTS],
        ticks=[one.name for one in asked if one.kind == "yes"],
    )


def sent(key: str, answers: dict[str, str]) -> None:
    """The page takes the answers; times to offer stand in its form already."""
    offered = {"times-1": "2026-11-25T10:00", "times-2": "2026-11-26T14:00"}
    _, mistakes = forms.read(FORMS[key], offered | answers, zone=LONDON, at=NOON)
    assert mistakes == {}


@pytest.mark.parametrize("key", sorted(FORMS))
def test_every_form_is_filled_in_so_that_it_is_taken(key: str) -> None:
    outcomes = set()
    for _ in range(300):
        answers = habits.answers(form_of(key), str(uuid4()), now=NOON)
        outcomes.add(answers["outcome"])
        sent(key, answers)
    assert outcomes == {str(outcome) for outcome in FORMS[key].ENDS}


def some_tasks(count: int) -> list[str]:
    return [f"task-{number}" for number in range(count)]


def falls_to(person: Person, *, taken_first: bool) -> list[str]:
    return [
        one
        for one in some_tasks(600)
        if habits.is_theirs(one, person, TEAM)
        and habits.is_taken_first(one) is taken_first
        and not habits.is_overlooked(one)
    ]


@pytest.mark.parametrize("role", [Role.PEOPLE_OPS, Role.OPS_MANAGER])
def test_every_task_of_a_role_falls_to_one_person(role: Role) -> None:
    colleagues = [person for person in TEAM if person.role is role]
    for task in some_tasks(500):
        assert sum(habits.is_theirs(task, one, TEAM) for one in colleagues) == 1


def test_one_task_in_fourteen_is_overlooked_and_waits_for_a_manager() -> None:
    tasks = some_tasks(4_000)
    left = [task for task in tasks if habits.is_overlooked(task)]
    assert len(left) / len(tasks) == pytest.approx(habits.OVERLOOKED, abs=0.017)
    assert {habits.patience(task) for task in left} == {habits.MANAGER_WAITS}


def test_a_task_is_turned_to_after_it_has_been_seen_for_a_while() -> None:
    task, desk, now = falls_to(COLLEAGUES[0], taken_first=False)[0], Desk(), MONDAY + timedelta(hours=9)
    waits = habits.patience(task)
    assert turned_to(COLLEAGUES[0], desk, [task], busy=0, now=now) == []
    assert turned_to(COLLEAGUES[0], desk, [task], busy=0, now=now + waits - timedelta(seconds=1)) == []
    assert turned_to(COLLEAGUES[0], desk, [task], busy=0, now=now + waits) == [task]
    assert turned_to(COLLEAGUES[1], desk, [task], busy=0, now=now + waits) == []


@pytest.mark.parametrize(("busy", "taken"), [(0, habits.HANDS), (habits.HANDS - 1, 1), (habits.HANDS, 0)])
def test_nobody_takes_more_than_their_hands_hold(busy: int, taken: int) -> None:
    waiting, now = falls_to(COLLEAGUES[0], taken_first=True)[:9], MONDAY + timedelta(hours=9)
    desk = Desk(seen=dict.fromkeys(waiting, now - timedelta(days=1)))
    assert len(turned_to(COLLEAGUES[0], desk, waiting, busy=busy, now=now)) == taken


@pytest.mark.parametrize(("more", "taken"), [(0, 0), (1, 1), (2, 2)])
def test_the_weekend_duty_leaves_a_few_tasks_for_monday(more: int, taken: int) -> None:
    now = SATURDAY + timedelta(hours=11)
    waiting = falls_to(COLLEAGUES[0], taken_first=False)[: habits.LEFT_FOR_MONDAY + more]
    desk = Desk(seen=dict.fromkeys(waiting, now - timedelta(days=1)))
    assert len(turned_to(COLLEAGUES[0], desk, waiting, busy=0, now=now)) == taken


def test_a_call_is_not_written_down_before_it_is_held() -> None:
    task, now = falls_to(COLLEAGUES[0], taken_first=False)[0], MONDAY + timedelta(days=2, hours=15)
    desk = Desk(seen={task: now - AGAIN}, later={task: now + timedelta(seconds=1)})
    assert turned_to(COLLEAGUES[0], desk, [task], busy=0, now=now) == []
    assert turned_to(COLLEAGUES[0], desk, [task], busy=0, now=now + timedelta(seconds=1)) == [task]


def test_a_form_that_was_sent_is_not_sent_again_at_once() -> None:
    task, now = falls_to(COLLEAGUES[0], taken_first=False)[0], MONDAY + timedelta(days=2, hours=15)
    desk = Desk(seen={task: now - AGAIN}, sent={task: now - AGAIN + timedelta(hours=1)})
    assert turned_to(COLLEAGUES[0], desk, [task], busy=0, now=now) == []
    assert turned_to(COLLEAGUES[0], desk, [task], busy=0, now=now + timedelta(hours=1)) == [task]
