"""What a change of a metric means: better, worse, or no more than chance moves it."""

from dataclasses import dataclass

from retention import policy
from retention.vocabulary import EffectVerdict


@dataclass(frozen=True)
class Answering:
    """A metric that a programme can be measured by."""

    lower_is_better: bool = False
    cases: str = ""  # column of tutor_days that counts what it is computed from; "": it always has a value


METRICS = {  # names as in the fact sheet
    "churn_score": Answering(lower_is_better=True),
    "rating_avg_30": Answering(cases="rated_n"),
    "first_success_pct": Answering(cases="first_rated"),
    "resched_rate_30d": Answering(lower_is_better=True, cases="booked"),
    "noshow_rate_30d": Answering(lower_is_better=True, cases="booked"),
    "engagement": Answering(cases="completed"),
    "objectives_pct": Answering(cases="objectives_known"),
}


def verdict(
    metric: str, before: float | None, after: float | None, *, cases: int | None, churned: bool
) -> EffectVerdict:
    """What became of a metric; `cases` are new ones since the first look, None when they do not matter.

    Raises KeyError for a metric that nothing is measured by.
    """
    if churned:
        return EffectVerdict.CHURNED
    if before is None or after is None or (cases is not None and cases < policy.EFFECT_FEWEST_CASES):
        return EffectVerdict.NOT_MEASURABLE
    gain = before - after if METRICS[metric].lower_is_better else after - before
    gain = round(gain, 6)  # 4.3 - 4.1 is a hair under 0.2, and that is not what anybody means
    if abs(gain) < policy.EFFECT_SMALLEST[metric]:
        return EffectVerdict.NO_CHANGE
    return EffectVerdict.IMPROVED if gain > 0 else EffectVerdict.WORSENED
