"""Performance tiers by absolute criteria (PRD C2; design 3, Tiers). Knows no churn score."""

from collections.abc import Mapping

from retention import policy
from retention.measures.thresholds import Light, red_flags
from retention.vocabulary import Tier


def tier_of(metrics: Mapping[str, float | None], seen: Mapping[str, Light]) -> Tier | None:
    """The tier of 30 days of metrics and their lights; None while nothing has been taught or rated."""
    rating, rated = metrics.get("rating_last_30"), metrics.get("rated_last_30") or 0
    if not rated and not metrics.get("sessions"):
        return None
    if rating is None or rated < policy.FEW_DATA:
        rating = None  # too few to judge by
    reds = len(red_flags(seen))
    if _is_critical(metrics, seen, rating=rating) or reds >= policy.TIER_CRITICAL_REDS:
        return Tier.AT_RISK
    if reds >= policy.TIER_ATTENTION_REDS or seen.get("rating_last_30") is Light.RED:
        return Tier.NEEDS_ATTENTION
    return _good_tier(seen, rating=rating) if not reds and rating is not None else Tier.DEVELOPING


def _is_critical(
    metrics: Mapping[str, float | None], seen: Mapping[str, Light], *, rating: float | None
) -> bool:
    missed = metrics.get("no_show_pct") or 0.0
    absent = seen.get("no_show_pct") is Light.RED and missed > policy.TIER_CRITICAL_NO_SHOWS
    return absent or (rating is not None and rating < policy.TIER_CRITICAL_RATING)


def _good_tier(seen: Mapping[str, Light], *, rating: float) -> Tier:
    clear = all(colour in {Light.GREEN, Light.UNKNOWN} for colour in seen.values())
    if clear and rating >= policy.TIER_EXEMPLARY_RATING:
        return Tier.EXEMPLARY
    return Tier.STRONG if rating >= policy.TIER_STRONG_RATING else Tier.DEVELOPING
