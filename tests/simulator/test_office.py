"""The made-up staff keeps office hours, takes what waits, and fills in whatever a form asks."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from retention import demo
from retention.messages.forms import FORMS, filled_in
from retention.vocabulary import Role
from simulator import office
from simulator.office import Desk, at_work, to_take
from simulator.pages import Form
from web import forms

COLLEAGUES = [person for person in demo.STAFF if person.role is Role.PEOPLE_OPS]
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)  # in winter London keeps UTC
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
        texts=[one.name for one in asked if not one.choices],
    )


@pytest.mark.parametrize("key", sorted(FORMS))
def test_every_form_is_filled_in_so_that_it_is_taken(key: str) -> None:
    outcomes = set()
    for _ in range(60):
        answers = office._answers(form_of(key), str(uuid4()))
        outcomes.add(answers.pop("outcome"))
        filled_in(key, outcome=max(outcomes), form=answers)
    assert outcomes == {str(outcome) for outcome in FORMS[key].ENDS}


def test_a_few_tasks_are_overlooked_until_a_manager_takes_them() -> None:
    manager = next(person for person in demo.STAFF if person.role is Role.OPS_MANAGER)
    tasks = [str(uuid4()) for _ in range(4_000)]
    left = [task for task in tasks if office._patience(COLLEAGUES[0], task) == timedelta.max]
    assert len(left) / len(tasks) == pytest.approx(office.OVERLOOKED, abs=0.017)
    for task in tasks:
        waits = office._patience(manager, task)
        assert waits == timedelta.max if task not in left else waits > timedelta(days=1)


def eager() -> list[str]:
    """Tasks that nobody overlooks, puts aside or talks about."""
    ids = (f"task-{number}" for number in range(200))
    words = {"overlooked": office.OVERLOOKED, "rest": office.PUT_ASIDE, "comment": office.TALKED_ABOUT}
    return [one for one in ids if all(office._drawn(one, word) >= share for word, share in words.items())]


def test_a_task_is_taken_after_it_has_been_seen_for_a_while() -> None:
    task, desk, now = eager()[0], Desk(), MONDAY + timedelta(hours=9)
    patience = office._patience(COLLEAGUES[0], task)
    assert to_take(COLLEAGUES[0], desk, [task], busy=0, now=now) == []
    assert to_take(COLLEAGUES[0], desk, [task], busy=0, now=now + patience - timedelta(seconds=1)) == []
    assert to_take(COLLEAGUES[0], desk, [task], busy=0, now=now + patience) == [task]


@pytest.mark.parametrize(("busy", "taken"), [(0, office.HANDS), (office.HANDS - 1, 1), (office.HANDS, 0)])
def test_nobody_takes_more_than_their_hands_hold(busy: int, taken: int) -> None:
    waiting, now = eager()[:9], MONDAY + timedelta(hours=9)
    desk = Desk(seen=dict.fromkeys(waiting, now - timedelta(days=1)))
    assert len(to_take(COLLEAGUES[0], desk, waiting, busy=busy, now=now)) == taken


@pytest.mark.parametrize(("more", "taken"), [(0, 0), (1, 1), (2, 2)])
def test_the_weekend_duty_leaves_a_few_tasks_for_monday(more: int, taken: int) -> None:
    waiting, now = eager()[: office.LEFT_FOR_MONDAY + more], SATURDAY + timedelta(hours=11)
    desk = Desk(seen=dict.fromkeys(waiting, now - timedelta(days=1)))
    assert len(to_take(COLLEAGUES[0], desk, waiting, busy=0, now=now)) == taken
