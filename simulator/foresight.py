"""How far leaving can be foreseen at all: by one who sees the hidden state and lives it on many times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator import chance
from simulator.chronicle import Chronicle, Tell, lately, live_on
from simulator.columns import Flags, Floats, Ints, joined, rows
from simulator.departures import departures, leaving_within
from simulator.sessions import Bookings

MEMORY = 60  # days before the snapshot that decide who is in a countdown
OTHERWISE = 1_000_003  # seeds of other futures lie this far from the world's
HORIZONS = (1, 7, 30, 90)  # days (PRD 3.2)
SIDE_BY_SIDE = 50  # futures lived as one world


@dataclass(frozen=True)
class Foresight:
    """For each tutor here at the snapshot: the chance of leaving, and whether it came so."""

    chance: Floats
    left: Flags


@dataclass(frozen=True)
class Oracle:
    """What one who sees the hidden state would foretell; one row a tutor and snapshot day."""

    tutor: Ints
    day: Ints  # of the chronicle
    chance: Floats  # (rows, HORIZONS)


def foreseen(run: Chronicle, *, days: int, futures: int, tell: Tell = lambda _share: None) -> Foresight:
    """Live on from a chronicle's end many times; one more time tells what came."""
    size = len(run.world.tutors.number)
    left = []
    for number in range(futures + 1):
        other = lately(run, days=min(MEMORY, run.days))
        other.world.seed += OTHERWISE * (number + 1)
        snapshot = other.days - 1
        live_on(other, days=days)
        gone = departures(other)
        here = gone.here[snapshot, :size]
        left.append(leaving_within(gone, snapshot, days=days)[:size][here])
        tell((number + 1) / (futures + 1))
    return Foresight(np.mean(left[1:], axis=0), left[0])


def oracle(run: Chronicle, days: Sequence[int], *, futures: int, tell: Tell = lambda _share: None) -> Oracle:
    """The oracle's word at the end of each of these days, in order; the chronicle lives on up to the last."""
    parts = []
    for number, day in enumerate(days):
        live_on(run, days=day + 1 - run.days)
        here = np.flatnonzero(departures(run).here[-1])
        parts.append(Oracle(here, np.full(len(here), day), chances(run, here, futures=futures)))
        tell((number + 1) / len(days))
    return joined(parts)


def chances(run: Chronicle, who: Ints, *, futures: int) -> Floats:
    """(tutors, HORIZONS) the share of futures in which each of these tutors has left by then.

    Tutors do not touch each other's lives, so many futures of the same tutors are one large world.
    """
    left = np.zeros((len(who), len(HORIZONS)))
    begun = 0
    while begun < futures:
        times = min(SIDE_BY_SIDE, futures - begun)
        other = _many(run, who, times=times, seed=run.world.seed + OTHERWISE * (begun + 1))
        snapshot = other.days - 1
        live_on(other, days=max(HORIZONS))
        gone = departures(other)
        for place, days in enumerate(HORIZONS):
            shown = leaving_within(gone, snapshot, days=days)[: times * len(who)]
            left[:, place] += shown.reshape(times, len(who)).sum(axis=0)
        begun += times
    return left / futures


def _many(run: Chronicle, who: Ints, *, times: int, seed: int) -> Chronicle:
    """Some tutors of a chronicle so many times, each time with draws of its own."""
    other = lately(run, days=min(MEMORY, run.days))
    world, again = other.world, np.tile(who, times)
    world.seed = seed
    world.tutors = replace(rows(world.tutors, again), number=np.arange(len(again)))
    world.life, world.rosters = rows(world.life, again), rows(world.rosters, again)
    for shelf in (world.open, world.firm):
        for day, tables in shelf.items():
            shelf[day] = [_booked_again(table, who, times=times, seed=seed) for table in tables]
    other.counts = {name: table[:, again] for name, table in other.counts.items()}
    other.last_day = other.last_day[again]
    return other


def _booked_again(table: Bookings, who: Ints, *, times: int, seed: int) -> Bookings:
    """What these tutors have been booked for, in every future; whether they come is drawn anew."""
    place = np.full(max(int(table.tutor.max(initial=0)), int(who.max(initial=0))) + 1, -1)
    place[who] = np.arange(len(who))
    ours = rows(table, place[table.tutor] >= 0)
    futures = [
        replace(
            ours,
            tutor=place[ours.tutor] + number * len(who),
            key=chance.keys(seed + number, ours.key.astype(np.int64)),
        )
        for number in range(times)
    ]
    return joined(futures)


def ranking(chance: Floats, came: Flags) -> float:
    """The area under the ROC curve, ties counted half."""
    _, place, count = np.unique(chance, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    ones = int(came.sum())
    return float((rank[came].sum() - ones * (ones + 1) / 2) / (ones * (len(came) - ones)))
