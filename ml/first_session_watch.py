"""Whether as many first sessions go badly as were foretold, the flagged ones and the others apart."""

import math
from collections.abc import Iterator

import numpy as np

from ml.drift import ODD, Alarm
from retention.measures.cube import Bools, Floats

FEWEST = 30  # rated first sessions of a group; with fewer a count says nothing


def miscounted(chance: Floats, failed: Bools, flagged: Bools) -> list[Alarm]:
    """One alarm when a group's failures are as odd as happens once in two hundred times, on either side."""
    odd: dict[str, float] = {}
    for name, rows in (("flagged", flagged), ("others", ~flagged)):
        odd |= dict(_odd(name, chance[rows], failed[rows]))
    if not odd:
        return []
    told = ", ".join(f"{name}: {value:.3g}" for name, value in odd.items())
    return [Alarm(kind="calibration", says=f"First sessions rated below 3: {told}", details=odd)]


def _odd(name: str, chance: Floats, failed: Bools) -> Iterator[tuple[str, float]]:
    expected, spread = float(chance.sum()), float(np.sqrt((chance * (1 - chance)).sum()))
    if len(chance) >= FEWEST and beyond((failed.sum() - expected) / spread) < ODD:
        yield f"{name} seen", float(failed.sum())
        yield f"{name} expected", expected


def beyond(distance: float) -> float:
    """How likely a sum of many chances lies so many standard deviations off or more, on that side."""
    return 0.5 * math.erfc(abs(distance) / math.sqrt(2))
