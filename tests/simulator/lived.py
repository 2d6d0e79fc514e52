"""A world that has lived, for tests that count: made once a run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from math import sqrt
from typing import Any

from simulator import world as worlds
from simulator.postings import Posting
from simulator.world import World

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
TUTORS, DAYS = 400, 120


@dataclass(frozen=True)
class Lived:
    """A world at the end of its days, and everything that was posted about it."""

    world: World
    postings: Sequence[Posting]

    def records(self, door: str, wanted: Callable[[dict[str, Any]], bool] = bool) -> list[dict[str, Any]]:
        """Records of one door that meet a condition."""
        return [one.record for one in self.postings if one.door == door and wanted(one.record)]

    def sessions(self, transition: str) -> list[dict[str, Any]]:
        """The transitions of one kind."""
        return self.records("sessions", lambda record: record["transition"] == transition)

    def behaviour(self, kind: str) -> list[dict[str, Any]]:
        """The behaviour events of one kind."""
        return self.records("events", lambda record: record["kind"] == kind)


@lru_cache
def a_long_run() -> Lived:
    """Four months of six hundred tutors."""
    return lived(TUTORS, days=DAYS, seed=7)


def lived(tutors: int, *, days: int, seed: int) -> Lived:
    """A world after some days."""
    world = worlds.born(MONDAY, tutors_wanted=tutors, seed=seed)
    postings = [posting for _ in range(days) for posting in worlds.live_a_day(world)]
    return Lived(world, postings)


def share(records: Sequence[Any], wanted: Callable[[Any], bool]) -> float:
    """The share of the records that meet a condition."""
    return sum(map(wanted, records)) / len(records)


def slack(expected: float, count: int, *, design: float = 1.0) -> float:
    """Four standard errors of a share; `design` multiplies the variance where rows are not independent."""
    return 4 * sqrt(design * expected * (1 - expected) / count)
