"""What a change of a metric means: better, worse, or no more than chance moves it."""

from dataclasses import dataclass

from retention import policy
from retention.vocabulary import EffectVerdict


@dataclass(frozen=True)
class Answering:
    """A metric that a programme can be measured by."""

    words: str  # in a sentence: "what the churn score does"
    unit: str = ""
    decimals: int = 0
    lower_is_better: bool = False
    cases: str = ""  # column of tutor_days that counts what it is computed from; "": it always has a value


METRICS = {  # names as in the fact sheet
    "churn_score": Answering("the churn score", "points", lower_is_better=True),
    "rating_avg_30": Answering("the mean rating", "stars", 1, cases="rated_n"),
    "first_success_pct": Answering("the share of first sessions rated 4 or better", "%", cases="first_rated"),
    "resched_rate_30d": Answering(
        "the share of sessions moved", "%", 1, lower_is_better=True, cases="booked"
    ),
    "noshow_rate_30d": Answering(
        "the share of sessions missed", "%", 1, lower_is_better=True, cases="booked"
    ),
    "engagement": Answering("engagement", "points", cases="completed"),
    "objectives_pct": Answering("the share of learning objectives met", "%", cases="objectives_known"),
}


BEHIND = "The evaluation had not come to that day, and was waited for in vain."
NOT_BEFORE = "What it was before is not known."
NOT_AFTER = "What it was then is not known."


def change(metric: str, before: float | None, after: float | None) -> str:
    """A change in words: "the churn score: 62 to 48 points"."""
    known = METRICS[metric]
    told = [f"{value:.{known.decimals}f}" if value is not None else "unknown" for value in (before, after)]
    return f"{known.words}: {told[0]} to {told[1]} {known.unit}".strip()


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


def why_not(before: float | None, after: float | None, *, cases: int | None, evaluated: bool) -> str:
    """Why a change is not measurable, in a sentence; `evaluated`: the facts of that day are there."""
    if not evaluated:
        return BEHIND
    if before is None:
        return NOT_BEFORE
    if after is None:
        return NOT_AFTER
    return f"Too few new cases since: {cases} of at least {policy.EFFECT_FEWEST_CASES}."
