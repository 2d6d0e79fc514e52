"""The one scale of churn scores: fixed anchors on the 30-day probability, and steady bands."""

from collections.abc import Sequence
from itertools import pairwise
from math import exp, log

from retention import policy
from retention.vocabulary import RiskBand

BANDS = tuple(RiskBand)
LOWEST, HIGHEST = policy.SCORE_ANCHORS[0], policy.SCORE_ANCHORS[-1]


CERTAIN = 1e-6  # nothing is nearer to impossible or certain


def logit(probability: float) -> float:
    """Log odds, kept off the edges."""
    safe = min(max(probability, CERTAIN), 1 - CERTAIN)
    return log(safe / (1 - safe))


def expit(odds: float) -> float:
    """The probability of log odds."""
    return 1 / (1 + exp(-odds))


def probability_of(component_sum: float) -> float:
    """The 30-day probability that a component sum of 0-100 stands for (component source)."""
    first, second = policy.COMPONENT_LOGIT
    return expit(first + second * component_sum)


def score_of(p30: float) -> float:
    """The score, before rounding, of a 30-day probability: linear in its logit between the anchors."""
    if p30 <= LOWEST[0]:
        return LOWEST[1]
    for (low, floor), (high, ceiling) in pairwise(policy.SCORE_ANCHORS):
        if p30 <= high:
            share = (logit(p30) - logit(low)) / (logit(high) - logit(low))
            return floor + share * (ceiling - floor)
    return HIGHEST[1]


def band_of(score: int) -> RiskBand:
    """The band of an integer score (PRD 3.1)."""
    return BANDS[sum(score > edge for edge in policy.BAND_UPPER_EDGES)]


def steady_band(score: int, *, before: RiskBand | None, days_before: Sequence[int]) -> RiskBand:
    """The band shown: up at once, down after three days in a row well below the edge.

    `before` is the band shown last, `days_before` the scores of the days before today, newest first,
    without a gap.
    """
    now = BANDS.index(band_of(score))
    shown = now if before is None else BANDS.index(before)
    if now >= shown:
        return BANDS[now]
    days = [score, *days_before][: policy.BAND_DOWN_DAYS]
    while shown > now and _well_below(days, policy.BAND_UPPER_EDGES[shown - 1]):
        shown -= 1
    return BANDS[shown]


def _well_below(days: Sequence[int], edge: int) -> bool:
    enough = len(days) == policy.BAND_DOWN_DAYS
    return enough and all(score <= edge - policy.BAND_DOWN_POINTS for score in days)
