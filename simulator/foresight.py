"""How far leaving can be foreseen at all: by one who sees the hidden state and lives it on many times."""

from dataclasses import dataclass

import numpy as np

from simulator.chronicle import Chronicle, Tell, lately, live_on
from simulator.columns import Flags, Floats
from simulator.departures import departures, leaving_within

MEMORY = 60  # days before the snapshot that decide who is in a countdown
OTHERWISE = 1_000_003  # seeds of other futures lie this far from the world's


@dataclass(frozen=True)
class Foresight:
    """For each tutor here at the snapshot: the chance of leaving, and whether it came so."""

    chance: Floats
    left: Flags


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


def ranking(chance: Floats, came: Flags) -> float:
    """The area under the ROC curve, ties counted half."""
    _, place, count = np.unique(chance, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    ones = int(came.sum())
    return float((rank[came].sum() - ones * (ones + 1) / 2) / (ones * (len(came) - ones)))
