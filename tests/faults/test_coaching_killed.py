"""Workers die at every await of both programmes: each case ends exactly as the one that nobody disturbed."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.faults import mortal
from tests.faults.accounts import Account, account, rows, steps
from tests.faults.conftest import MortalTown
from tests.faults.people import LOOKED_AT_AT_ONCE, UNTIL_CONFIRMED, UNTIL_USED, Act, InTown, coached, tipped

pytestmark = [pytest.mark.devserver, pytest.mark.slow, pytest.mark.timeout(600)]
AT_ONCE = timedelta()
SHARED_BY = 3  # cases that share the awaits of a story among them


@dataclass(frozen=True)
class Way:
    """One way through a programme."""

    begin: Callable[[MortalTown], InTown]
    acts: Sequence[Act]


def a_coaching(here: MortalTown) -> InTown:
    return coached(here.town, clock=here.clock)


def a_short_coaching(here: MortalTown) -> InTown:
    return coached(here.town, clock=here.clock, follow_up_after=AT_ONCE)


def a_tip(here: MortalTown) -> InTown:
    return tipped(here.town, clock=here.clock)


def a_short_tip(here: MortalTown) -> InTown:
    return tipped(here.town, clock=here.clock, measured_after=AT_ONCE)


# Two ways go through all of a programme: to where it waits for weeks, and from there to the end.
PROGRAMMES = {
    "coaching": (Way(a_coaching, UNTIL_CONFIRMED), Way(a_short_coaching, LOOKED_AT_AT_ONCE)),
    "coaching_tip": (Way(a_tip, UNTIL_USED), Way(a_short_tip, ())),
}


def undisturbed() -> None:
    """Nothing happens before somebody acts."""


async def lived(told: InTown, acts: Sequence[Act], *, before: Callable[[], None] = undisturbed) -> Account:
    """The case from its start to its end; what it left."""
    await told.begins()
    for act in acts:
        try:
            await told.comes_to(act)
        except AssertionError as missing:
            message = f"{act} cannot be: {rows(told)}"
            raise AssertionError(message) from missing
        before()
        await told.goes_on(act)
    return await account(told)


@pytest.mark.parametrize("programme", PROGRAMMES)
async def test_workers_die_at_every_await(mortal_town: MortalTown, programme: str) -> None:
    deaths: dict[str, str] = {}
    stories, expected, known = [], [], set[tuple[str, str]]()
    for way in PROGRAMMES[programme]:
        twin = way.begin(mortal_town)
        account_of_twin = await lived(twin, way.acts)
        new = [one for one in await steps(twin) if one not in known]
        known.update(new)
        cases = [way.begin(mortal_town) for _ in range(2 * SHARED_BY)]
        deaths |= deaths_of(new, [case.case.case_id for case in cases])
        stories += [lived(case, way.acts) for case in cases]
        at_rest = way.begin(mortal_town)
        stories.append(lived(at_rest, way.acts, before=mortal_town.kill_all))
        expected += [account_of_twin] * (len(cases) + 1)
    before = mortal_town.died()
    mortal_town.plan(deaths)
    for left, undisturbed_one in zip(await asyncio.gather(*stories), expected, strict=True):
        assert left == undisturbed_one
    assert mortal_town.died() - before == len(deaths) == 2 * len(known)


def deaths_of(awaits: Sequence[tuple[str, str]], case_ids: Sequence[str]) -> dict[str, str]:
    """Each await twice: a case in which the worker of the activity dies there, and one of the workflows."""
    deaths = {}
    for number, (name, place) in enumerate(awaits):
        whose = number % SHARED_BY
        deaths[mortal.place(case_ids[whose], name, place)] = "the activity's"
        deaths[mortal.place(case_ids[SHARED_BY + whose], name, place)] = mortal.WORKFLOWS
    return deaths
