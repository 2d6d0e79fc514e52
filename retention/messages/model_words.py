"""What every model card says beside its figures, and how its figures are named; a set for each kind."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from retention.vocabulary import ModelKind


@dataclass(frozen=True)
class CardWords:
    """The words of one kind of model."""

    name: str
    purpose: str
    method: str
    not_for: tuple[str, ...]
    label_title: str  # what it is that is foretold
    label: str
    cohort: str  # of what it is foretold
    outcome: str  # the head of a column that counts it
    events: str  # the same in a sentence, after a number
    judged_by: str  # beside the sizes of what it was judged by; {days}: the horizon
    calibration: str  # the title of the diagram; {days}: the horizon
    diagonal: str
    nothing_crosses: str
    not_known_yet: str
    weights: str
    known_failures: tuple[str, ...]
    fairness: str
    fallback: str
    metrics: Mapping[str, str]


ONLY_SYNTHETIC = "Learnt from synthetic tutors only: what it says of real ones has not been judged."
MIXED = (
    "Learnt from real and synthetic tutors together; a synthetic one's row counts less. Real tutors alone "
    "have calibrated and judged it."
)
METRICS = {
    "auc": "AUC",
    "average_precision": "Average precision",
    "lift": "Lift of the first tenth",
    "brier": "Brier score",
    "brier_skill": "Brier skill",
    "observed_to_expected": "Seen / expected",
    "slope": "Calibration slope",
    "calibration_error": "Calibration error",
}
CHURN = CardWords(
    name="churn",
    purpose=(
        "Foretells how likely it is that a tutor leaves within 1, 7, 30 and 90 days, so that staff look "
        "first at those who may still be kept."
    ),
    method=(
        "The mean, on the log odds, of gradient-boosted trees and a logistic regression over the same rows; "
        "the logistic regression alone is the baseline."
    ),
    not_for=(
        "Ending a tutor's work, pay, or the number of students given to them.",
        "An improvement plan without a person who has looked at the tutor.",
        "Being shown to tutors or students.",
        "A reason why somebody leaves: its features go along with leaving, they do not say what causes it.",
    ),
    label_title="What leaving means, and who is scored",
    label=(
        "A tutor has left at the earliest of: the day at which a resignation takes effect; the 15th day in a "
        "row without a completed session; the last day of three weeks in a row below half of the usual "
        "sessions, from 28 days of tenure. Approved leave stops the counting. A return begins a new stay."
    ),
    cohort=("Every tutor who is with us at the end of the day, on every third day, those on leave included."),
    outcome="left",
    events="of whom left",
    judged_by="Judged by (outcomes within {days} days)",
    calibration="Calibration, {days} days",
    diagonal="On the dashed line as many leave as were foretold.",
    nothing_crosses="No row crosses a cut: an interval is learnt from only if it ends within its part.",
    not_known_yet="fewer days have passed since the judged ones than the horizon has, or nobody left",
    weights="They go along with leaving, they do not cause it.",
    known_failures=(
        "A good part of all departures shows no sign beforehand; no model of these features finds them.",
        "Whoever is being counted out for inactivity is easy to find: see the others apart (actionable).",
        "A tutor's first 30 days have little history; their forecasts lean on tenure.",
        "Figures of 30 days are 30 days old by nature: the days since cannot be judged yet.",
        "Tutors whom staff had helped in the 30 days before (treated) are learnt from; that changes what is.",
        "Month and holidays are left out until there are 400 days of history: they would stand for its time.",
    ),
    fairness=(
        "Age, sex, origin, education and place are no features. Time zones and tenure are slices below, so "
        "that a group for which the model ranks or counts worse can be seen; its interval says whether that "
        "may be chance."
    ),
    fallback=(
        "When no version serves, its bytes are damaged, or its features are too old or unknown, the score "
        "comes from the seven components, on the same scale, and says so."
    ),
    metrics=METRICS | {"base": "Share that leaves", "order_violations": "Order violations"},
)
FIRST_SESSION = CardWords(
    name="first sessions",
    purpose=(
        "Foretells how likely it is that a booked first session is rated below 3, so that staff can help a "
        "tutor to prepare before it takes place."
    ),
    method="A logistic regression; failures are not weighted up, so that its chances count right.",
    not_for=(
        "Deciding which tutor a student gets, pay, or the number of students given to a tutor.",
        "A judgement of a tutor: most of how one session goes is chance, and nobody can foretell it.",
        "Being shown to tutors or students.",
        "A reason why a session goes badly: its features go along with it, they do not say what causes it.",
    ),
    label_title="What is foretold, and of what",
    label=(
        "A first session has failed when the least rating that its students gave is below 3; a 3 is no "
        "failure. Sessions that nobody rates say nothing, and are neither learnt from nor judged by."
    ),
    cohort=(
        "Every first session of a tutor with a student that took place, as it looked two days before by what "
        "was known then. Foretold are the booked ones of the next 48 hours, each hour."
    ),
    outcome="failed",
    events="of which were rated below 3",
    judged_by="Judged by",
    calibration="Calibration",
    diagonal="On the dashed line as many fail as were foretold.",
    nothing_crosses="Three days between the parts are left out, in which words on earlier sessions may come.",
    not_known_yet="none of the judged sessions failed, or all did",
    weights="They go along with failing, they do not cause it.",
    known_failures=(
        "Single ratings are mostly chance: who knew all of a tutor and a session would not rank much better.",
        "A forecast is one chance against another, never what will happen.",
        "Students who say nothing may think differently from those who do.",
        "A tutor's first sessions have little history; their forecasts lean on tenure.",
        "Sessions for which a tutor was helped to prepare are among those learnt from.",
    ),
    fairness=(
        "No student's name, number or age in years is a feature, only the band of an age; of the tutor no "
        "age, sex, origin, education and place. Tenure, subjects and ages of students are slices below, "
        "where there are enough, so that a group for which the model ranks or counts worse can be seen."
    ),
    fallback=(
        "When no version serves, its bytes are damaged, it is too old or the platform is silent, nothing is "
        "foretold, and the tutor's page says why. Rules then do not know the risk."
    ),
    metrics=METRICS | {"base": "Share rated below 3"},
)


def words_of(kind: str) -> CardWords:
    """The words of a kind of model."""
    return FIRST_SESSION if kind == ModelKind.FIRST_SESSION else CHURN


def origin_of(origins: Collection[str]) -> str:
    """What is to be said of where a training set comes from; nothing of real tutors alone."""
    if set(origins) == {"synthetic"}:
        return ONLY_SYNTHETIC
    return MIXED if len(set(origins)) > 1 else ""
