"""Shares with their intervals, and what may be claimed from two of them. Pure.

Wilson's interval for one share, Newcombe's (method 10, 1998) for the difference of two independent ones:
both stay between their bounds and hold for few cases, where the textbook's normal interval does not.
"""

from dataclasses import dataclass
from math import sqrt

from retention import policy

Z = 1.959963984540054  # 95 %, two-sided


@dataclass(frozen=True)
class Share:
    """So many of so many, 0-1, with the 95 % interval; nothing is known of a share of nobody."""

    part: int
    whole: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """Share of the treated less share of those left without it, with the 95 % interval."""

    treated: Share
    holdout: Share
    difference: float | None
    low: float
    high: float
    no_claim: str  # why nothing may be claimed; empty: the interval leaves zero out


def share_of(part: int, whole: int) -> Share:
    """A share with Wilson's interval. Raises ValueError unless 0 <= part <= whole."""
    if not 0 <= part <= whole:
        message = f"{part} of {whole} is no share."
        raise ValueError(message)
    if whole == 0:
        return Share(0, 0, None, 0.0, 1.0)
    share, z2 = part / whole, Z * Z
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    reach = Z * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    low = 0.0 if part == 0 else middle - reach  # exact at the ends, which floats miss by a hair
    high = 1.0 if part == whole else middle + reach
    return Share(part, whole, share, max(0.0, low), min(1.0, high))


def difference_of(treated: Share, holdout: Share) -> Difference:
    """What the treated have over those left without, and whether that may be claimed."""
    if treated.share is None or holdout.share is None:
        return Difference(treated, holdout, None, -1.0, 1.0, _too_few(treated, holdout))
    p, q = treated.share, holdout.share
    low = p - q - sqrt((p - treated.low) ** 2 + (holdout.high - q) ** 2)
    high = p - q + sqrt((treated.high - p) ** 2 + (q - holdout.low) ** 2)
    low, high = max(-1.0, low), min(1.0, high)
    return Difference(treated, holdout, p - q, low, high, _why_not(treated, holdout, low, high))


def _why_not(treated: Share, holdout: Share, low: float, high: float) -> str:
    if min(treated.whole, holdout.whole) < policy.EFFECT_FEWEST_TUTORS:
        return _too_few(treated, holdout)
    if low <= 0 <= high:
        return "The interval includes zero: with so many tutors, chance alone explains the difference."
    return ""


def _too_few(treated: Share, holdout: Share) -> str:
    return (
        f"Too few tutors so far: {treated.whole} with it and {holdout.whole} without; "
        f"at least {policy.EFFECT_FEWEST_TUTORS} of each are needed."
    )
