"""A long run of a world in counts: one row a day, one column a tutor. Nothing is posted or stored."""

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulator.columns import Flags, Floats
from simulator.days import LivedDay
from simulator.engagement import NEVER
from simulator.sessions import TUTOR, Bookings
from simulator.tutors import DAY
from simulator.world import World, live

COUNTS = ("scheduled", "completed", "moved", "moved_by_tutor", "no_shows", "logins", "on_leave")
GREEN, OLD = 45, 200  # days of tenure: fewer is a beginner, more an old hand
FAILING = 3  # stars; fewer is a failed first session
SPILL = 2  # days after the last one into which its sessions may run
Tell = Callable[[float], None]  # the share that is done
Counts = NDArray[np.int16]  # no count of a tutor's day is larger


@dataclass
class Chronicle:
    """What happened, in counts."""

    world: World  # at its end
    days: int
    counts: dict[str, Counts]  # by name; [day, tutor]
    last_day: Floats  # for each tutor the day on which a resignation takes effect, or NEVER
    tallies: Counter[str] = field(default_factory=Counter)  # what needs no tutor
    notices: list[tuple[int, int]] = field(default_factory=list)  # day, tutor


def lived(world: World, *, days: int, tell: Tell = lambda _share: None) -> Chronicle:
    """Live so many days and count."""
    shape = (SPILL, len(world.tutors.number))
    run = Chronicle(world, 0, {name: np.zeros(shape, dtype=np.int16) for name in COUNTS}, _never(shape[1]))
    live_on(run, days=days, tell=tell)
    return run


def live_on(run: Chronicle, *, days: int, tell: Tell = lambda _share: None) -> None:
    """Live more days, and count on."""
    first, before = run.world.day - run.days, run.days
    run.days += days
    for name, table in run.counts.items():
        run.counts[name] = np.pad(table, ((0, days), (0, 0)))
    for day in range(before, run.days):
        one = live(run.world)
        _make_room(run, len(run.world.tutors.number))
        _count(run, one, day=day, first=first)
        _tally(run.tallies, one)
        _tally_firsts(run, one)
        tell((day + 1 - before) / days)


def lately(run: Chronicle, *, days: int) -> Chronicle:
    """A copy that remembers the last days only, to live on otherwise."""
    begin = run.days - days
    last = np.where(run.last_day < NEVER, run.last_day - begin, NEVER)
    return Chronicle(
        deepcopy(run.world), days, {name: table[begin:].copy() for name, table in run.counts.items()}, last
    )


def _count(run: Chronicle, one: LivedDay, *, day: int, first: int) -> None:
    size, life = len(run.last_day), run.world.life
    ends = (one.taught.ends - one.first_second) // DAY - first
    np.add.at(run.counts["completed"], (np.minimum(ends, run.days + SPILL - 1), one.taught.bookings.tutor), 1)
    missed = one.missed.bookings.tutor[one.missed.by == TUTOR]
    by_tutor = one.moved.bookings.tutor[one.moved.by == TUTOR]
    for name, tutors in (
        ("scheduled", np.concatenate([one.taught.bookings.tutor, one.missed.bookings.tutor])),
        ("moved", one.moved.bookings.tutor),
        ("moved_by_tutor", by_tutor),
        ("no_shows", missed),
        ("logins", one.behaviour[0].deeds.tutor),
    ):
        run.counts[name][day] = np.bincount(tutors, minlength=size)
    run.counts["on_leave"][day] = life.approved & (life.away_until > day + first)
    run.last_day = np.where(one.turns.notice, life.gone_from - first, run.last_day)
    run.notices.extend((day, tutor) for tutor in np.flatnonzero(one.turns.notice).tolist())


def _tally(tallies: Counter[str], one: LivedDay) -> None:
    taught, said = one.taught.bookings, one.said
    weekday = (one.midnight // DAY + 3) % 7
    tallies[f"taught on weekday {weekday}"] += len(taught.key)
    tallies["booked"] += len(one.booked.key)
    tallies["group"] += int((taught.group > 1).sum())
    tallies["first"] += int((taught.number == 1).sum())
    tallies["told"] += len(said.stars)
    by_tutor = one.missed.by == TUTOR
    for name, table in (("taught", taught), ("missed", one.missed.bookings)):
        for when, which in _when(table).items():
            tallies[f"{name} {when}"] += int(which.sum())
    tallies["missed by tutor"] += int(by_tutor.sum())


def _tally_firsts(run: Chronicle, one: LivedDay) -> None:
    """First sessions that students spoke of, and those that failed, by the tutor's tenure."""
    table = one.said.taught.bookings
    tenure = one.day - run.world.tutors.joined[table.tutor]
    first, failed = table.number == 1, one.said.stars < FAILING
    for who, which in (("all", tenure > -NEVER), ("green", tenure < GREEN), ("old", tenure > OLD)):
        run.tallies[f"first told, {who}"] += int((first & which).sum())
        run.tallies[f"first failed, {who}"] += int((first & which & failed).sum())


def _when(table: Bookings) -> dict[str, Flags]:
    """Four kinds of times that share no session."""
    monday = (table.start // DAY + 3) % 7 == 0
    return {
        "monday morning": monday & table.morning,
        "monday": monday & ~table.morning,
        "morning": ~monday & table.morning,
        "else": ~monday & ~table.morning,
    }


def _make_room(run: Chronicle, size: int) -> None:
    """Columns for tutors who joined."""
    new = size - len(run.last_day)
    if new:
        run.last_day = np.concatenate([run.last_day, _never(new)])
        for name, table in run.counts.items():
            run.counts[name] = np.pad(table, ((0, 0), (0, new)))


def _never(size: int) -> Floats:
    return np.full(size, NEVER)
