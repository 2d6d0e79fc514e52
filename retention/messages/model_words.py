"""What every model card says beside its figures, and how its figures are named."""

from collections.abc import Collection

PURPOSE = (
    "Foretells how likely it is that a tutor leaves within 1, 7, 30 and 90 days, so that staff look first at "
    "those who may still be kept."
)
NOT_FOR = (
    "Ending a tutor's work, pay, or the number of students given to them.",
    "An improvement plan without a person who has looked at the tutor.",
    "Being shown to tutors or students.",
    "A reason why somebody leaves: its features go along with leaving, they do not say what causes it.",
)
LABEL = (
    "A tutor has left at the earliest of: the day at which a resignation takes effect; the 15th day in a row "
    "without a completed session; the last day of three weeks in a row below half of the usual sessions, "
    "from 28 days of tenure. Approved leave stops the counting. A return begins a new stay."
)
ONLY_SYNTHETIC = "Learnt from synthetic tutors only: what it says of real ones has not been judged."
MIXED = (
    "Learnt from real and synthetic tutors together; a synthetic one's row counts less. Real tutors alone "
    "have calibrated and judged it."
)
METHOD = (
    "The mean, on the log odds, of gradient-boosted trees and a logistic regression over the same rows; the "
    "logistic regression alone is the baseline."
)
COHORT = "Every tutor who is with us at the end of the day, on every third day, those on leave included."
KNOWN_FAILURES = (
    "A good part of all departures shows no sign beforehand; no model of these features finds them.",
    "Whoever is being counted out for inactivity is easy to find: see the figures without them (actionable).",
    "A tutor's first 30 days have little history; their forecasts lean on tenure.",
    "Figures of 30 days are 30 days old by nature: the days since cannot be judged yet.",
    "Tutors whom staff have helped are among those learnt from; helping changes what is learnt.",
    "Month and holidays are left out until there are 400 days of history: they would stand for its time.",
)
FAIRNESS = (
    "Age, sex, origin, education and place are no features. Time zones and tenure are slices below, so "
    "that a group for which the model ranks or counts worse can be seen; its interval says whether that may "
    "be chance."
)
FALLBACK = (
    "When no version serves, its bytes are damaged, or its features are too old or unknown, the score comes "
    "from the seven components, on the same scale, and says so."
)
METRIC_WORDS = {
    "auc": "AUC",
    "average_precision": "Average precision",
    "lift": "Lift of the first tenth",
    "brier": "Brier score",
    "brier_skill": "Brier skill",
    "observed_to_expected": "Seen / expected",
    "slope": "Calibration slope",
    "calibration_error": "Calibration error",
    "base": "Share that leaves",
    "order_violations": "Order violations",
}


def origin_of(origins: Collection[str]) -> str:
    """What is to be said of where a training set comes from; nothing of real tutors alone."""
    if set(origins) == {"synthetic"}:
        return ONLY_SYNTHETIC
    return MIXED if len(set(origins)) > 1 else ""
