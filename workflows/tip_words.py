"""How a coaching tip says what it waits for and how it ended, in people-ops words."""

from dataclasses import dataclass
from datetime import datetime

from retention.measures.effects import METRICS, change
from retention.messages.effects import EffectFigure, MeasureEffect
from retention.messages.tutors import TutorLeft
from retention.programmes.coaching_tip import StartTip, TipTerms
from retention.vocabulary import EffectVerdict, Outcome, TipAct

WAKING_HOURS = "an hour at which the tutor may be written to"
BUDGET = "room in the tutor's mail budget"
RETURN = "the tutor's return from leave"
CAME_BACK = "the letter came back"
THANKS = "Thank you. We use it to choose better guides."
TOO_LATE = "Thank you. This tip is over, so nothing changes."
DEEDS = {
    TipAct.READ: "The tutor has read the guide.",
    TipAct.HELPFUL: "The tutor found the guide helpful.",
    TipAct.NOT_HELPFUL: "The tutor did not find the guide helpful.",
}
OUTCOMES = {
    EffectVerdict.IMPROVED: Outcome.IMPROVED,
    EffectVerdict.NO_CHANGE: Outcome.NO_CHANGE,
    EffectVerdict.WORSENED: Outcome.WORSENED,
    EffectVerdict.CHURNED: Outcome.CHURNED,
    EffectVerdict.NOT_MEASURABLE: Outcome.NOT_MEASURABLE,
}


@dataclass(frozen=True)
class Ending:
    """How the story ends, and why."""

    outcome: Outcome
    words: str


def watching(metric: str) -> str:
    """What is waited for after the letter."""
    return f"what {METRICS[metric].words} does"


def left(heard: TutorLeft | None) -> Ending:
    """The tutor is gone."""
    why = f" ({heard.reason.replace('_', ' ')})" if heard else ""
    return Ending(Outcome.CHURNED, f"The tutor has left{why}.")


def gone_too_long(terms: TipTerms) -> Ending:
    """The leave has lasted longer than the tip is worth waiting."""
    return Ending(
        Outcome.EXPIRED, f"The tutor was on leave for the {terms.wait_for_return.days} days that a tip waits."
    )


def no_room(terms: TipTerms) -> Ending:
    """Other optional letters went first."""
    days = terms.wait_for_budget.days
    return Ending(
        Outcome.SUPERSEDED,
        f"Other letters used the tutor's mail budget for the {days} days that a tip waits.",
    )


def in_portal(reason: str) -> str:
    """No letter reaches the tutor."""
    return f"No letter reaches the tutor: {reason.rstrip('.')}. The guide is left for the platform to show."


def measured(figure: EffectFigure) -> Ending:
    """What became of the metric; that it did does not say that the tip did it."""
    outcome = OUTCOMES[figure.verdict]
    if outcome is Outcome.CHURNED:
        return Ending(outcome, "The tutor has left.")
    said = change(figure.metric, figure.before, figure.after)
    if outcome is Outcome.NOT_MEASURABLE:
        return Ending(outcome, f"Too little is known to say what came of it; {said}. {figure.reason}".strip())
    return Ending(outcome, f"{said[0].upper()}{said[1:]} in {figure.day} days.")


def measure(case: StartTip, until: datetime, *, at: datetime) -> MeasureEffect:
    """The question at the end; the figures that are kept are the effect review's, alike for both arms."""
    return MeasureEffect(
        subject=case.case_id,
        programme=case.programme,
        tutor_number=case.tutor_number,
        metric=case.metric,
        day=case.terms.measured_after.days,
        since=case.opened_at,
        as_of=until,
        at=at,
        keep=False,
    )
