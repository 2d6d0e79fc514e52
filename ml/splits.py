"""Which days are learnt from, which calibrate, which judge: in the order of time, nothing across a cut."""

from dataclasses import dataclass

import numpy as np

from ml.person_periods import EVERY
from retention.measures.cube import Ints

SHARES = (0.70, 0.15)  # learning, calibrating; the rest judges (ML guide 2)


@dataclass(frozen=True)
class Split:
    """Days of snapshots. A row is learnt from only if its interval ends by the part's own last day."""

    learn: Ints
    learn_until: int
    calibrate: Ints
    calibrate_until: int
    judge: Ints


def split(first: int, last: int, *, every: int = EVERY) -> Split:
    """The days from `first` to `last`, both included, cut into three."""
    days = last - first + 1
    learn_until = first + round(days * SHARES[0]) - 1
    calibrate_until = learn_until + round(days * SHARES[1])
    return Split(
        learn=np.arange(first, learn_until + 1, every),
        learn_until=learn_until,
        calibrate=np.arange(learn_until + 1, calibrate_until + 1, every),
        calibrate_until=calibrate_until,
        judge=np.arange(calibrate_until + 1, last + 1, every),
    )
