"""Temporal is killed twice while a tutor has 48 hours to answer: each deadline comes once, and in time."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from retention.clock import Clock
from retention.records.letters import LetterRecord
from retention.records.tasks import Task
from retention.vocabulary import Letter, LetterState, TaskKind
from tests.faults.accounts import rows, timers
from tests.faults.conftest import MortalTown
from tests.faults.people import CHOICE, OFFER, TEN_O_CLOCK, Does, InTown, coached
from tests.testbed.town import OwnServer
from tests.testbed.waiting import eventually
from tests.workflows.coaching_people import DAY, HOUR, WORDS, times

pytestmark = pytest.mark.devserver
TWO_DAYS_IN_A_MINUTE = 48 * HOUR / timedelta(minutes=1)
FAR_AHEAD = replace(OFFER, form=lambda now: times(now + 10 * DAY, now + 11 * DAY))
PHONE = Does(TaskKind.COACHING_PHONE, "tutor_declined", form=lambda _now: {"reason": WORDS})


def crash(server: OwnServer) -> None:
    """The server dies as it stands."""
    assert server.running is not None
    server.running.child.kill()
    server.stop()


def letters_of(told: InTown) -> dict[str, datetime]:
    with told.town.records() as records:
        wanted = select(LetterRecord).where(LetterRecord.case_id == told.case.case_id)
        letters = list(records.scalars(wanted))
    assert {letter.state for letter in letters} == {LetterState.SENT}
    assert len({letter.letter for letter in letters}) == len(letters)
    return {letter.letter: letter.at for letter in letters}


async def waits(told: InTown, *, timers_set: int) -> bool:
    """Whether the case waits for its tutor for as long as its first or second deadline is off."""
    return await timers(told, CHOICE.waited_for) == (timers_set, timers_set - 1)


async def test_the_reminder_and_the_telephone_task_come_once(
    mortal_town: MortalTown, town_server: OwnServer
) -> None:
    clock = Clock(origin_real=datetime.now(UTC), origin=TEN_O_CLOCK, speed=TWO_DAYS_IN_A_MINUTE)
    told = coached(mortal_town.town, clock=clock)
    await told.begins()
    await told.goes_on(FAR_AHEAD)
    await eventually(lambda: waits(told, timers_set=1), within=30)

    crash(town_server)
    await asyncio.sleep(1)  # an outage within the wait
    town_server.start()
    await eventually(lambda: waits(told, timers_set=2), within=60)
    asked = letters_of(told)[Letter.COACHING_TIMES]
    crash(town_server)
    await eventually(lambda: clock.now() > asked + 52 * HOUR, within=60)  # it is due meanwhile
    town_server.start()
    await told.comes_to(PHONE)
    with told.town.records() as records:
        (task,) = records.scalars(
            select(Task).where(Task.case_id == told.case.case_id, Task.kind == TaskKind.COACHING_PHONE)
        )
    sent = letters_of(told)
    assert sorted(sent) == [Letter.COACHING_TIMES, Letter.COACHING_TIMES_REMINDER]
    assert sent[Letter.COACHING_TIMES_REMINDER] >= asked + 24 * HOUR
    assert task.opened_at >= asked + 48 * HOUR
    await told.goes_on(PHONE)
    assert (await told.result())["outcome"] == "declined_by_tutor"
    assert [kind for kind, *_ in rows(told)["tasks"]] == ["coaching_offer", "coaching_phone"]
    assert await timers(told, CHOICE.waited_for) == (2, 2)
