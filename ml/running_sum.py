"""Whether more or fewer leave than was foretold, a little each week: the running sum of both (CUSUM).

A day's count sees a sudden change; a steady small one shows only in the sum. The bound comes from weeks
drawn by the forecasts themselves, so from a platform on which nothing has drifted (ML guide 11). Whole
weeks that do not overlap are independent of each other, given what was known at each one's beginning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ml.drift import Alarm
from retention.measures.cube import Bools, Floats

DRAWS = 1_000
QUIET = 0.99  # of platforms without drift stay below the bound, over all weeks together
AT_ONCE = 100  # draws held in memory at a time
KIND = "running_sum"


@dataclass(frozen=True)
class Week:
    """Tutors at the beginning of a week: what was foretold for its seven days, and who was gone after."""

    chance: Floats
    gone: Bools

    @property
    def surplus(self) -> float:
        """How many more left than were expected."""
        return float(self.gone.sum() - self.chance.sum())


@dataclass(frozen=True)
class RunningSum:
    """How far the sum has risen above its lowest point and fallen below its highest, at most."""

    more: float  # departures
    fewer: float
    bound: float

    @property
    def beyond(self) -> bool:
        return max(self.more, self.fewer) > self.bound


def summed(weeks: Sequence[Week], *, draws: int = DRAWS, seed: int = 1) -> RunningSum:
    """The running sum of weeks in order of time, and the bound that chance alone keeps to."""
    if not weeks:
        return RunningSum(0.0, 0.0, 0.0)
    more, fewer = (
        float(side[0]) for side in _swings(np.array([[week.surplus for week in weeks]], dtype=np.float64))
    )
    draw = np.random.default_rng(seed)
    quiet = np.stack([np.concatenate(list(_surpluses(week, draw, draws))) for week in weeks], axis=1)
    return RunningSum(more, fewer, float(np.quantile(np.maximum(*_swings(quiet)), QUIET)))


def alarms(weeks: Sequence[Week]) -> list[Alarm]:
    """The alarm of a sum beyond its bound, in words."""
    found = summed(weeks)
    if not found.beyond:
        return []
    seen = sum(int(week.gone.sum()) for week in weeks)
    expected = sum(float(week.chance.sum()) for week in weeks)
    side, swing = ("more", found.more) if found.more >= found.fewer else ("fewer", found.fewer)
    says = (
        f"Week after week {side} leave than was foretold: {seen} in {len(weeks)} weeks instead of"
        f" {expected:.1f}. The running sum moved by {swing:.1f}, by chance less than {found.bound:.1f}"
    )
    told = {"seen": float(seen), "expected": expected, "weeks": float(len(weeks))}
    return [Alarm(kind=KIND, says=says, details=told | {"swing": swing, "bound": found.bound})]


def _swings(surpluses: Floats) -> tuple[Floats, Floats]:
    """(runs, weeks) -> for each run the largest rise above an earlier low and fall below an earlier high."""
    sums = np.cumsum(np.pad(surpluses, ((0, 0), (1, 0))), axis=1)
    more: Floats = (sums - np.minimum.accumulate(sums, axis=1)).max(axis=1)
    fewer: Floats = (np.maximum.accumulate(sums, axis=1) - sums).max(axis=1)
    return more, fewer


def _surpluses(week: Week, draw: np.random.Generator, draws: int) -> Iterator[Floats]:
    """The surplus of a week drawn by its own chances, so many times."""
    expected = week.chance.sum()
    for begin in range(0, draws, AT_ONCE):
        size = (min(AT_ONCE, draws - begin), len(week.chance))
        yield (draw.random(size) < week.chance).sum(axis=1) - expected
