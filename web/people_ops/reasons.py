"""Why: the facts a rule saw with its thresholds, and the reasons behind a score, as sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from retention.policy import COMPONENT_WEIGHTS
from web.components.words import plain

NAMES = {
    "engagement_decline": "Engagement falls",
    "performance_trend": "Ratings fall",
    "reschedule_pattern": "Reschedules",
    "first_session_quality": "First sessions",
    "no_show_risk": "No-shows",
    "tenure_risk": "Early weeks",
    "availability_reduction": "Less availability",
}


GROUPS = {
    "notice": "Notice",
    "tenure": "Time with us",
    "activity": "Sessions taught",
    "quality": "Ratings and results",
    "engagement": "Engagement",
    "reliability": "Reliability",
    "availability": "Availability",
}


@dataclass(frozen=True)
class Leaf:
    """One comparison of a rule; `result` None means that the fact was not known."""

    says: str
    result: bool | None


@dataclass(frozen=True)
class Reason:
    """One part of a score: its points, and the length of its bar as a share of the heaviest part's most."""

    name: str
    value: float
    text: str
    note: str


def leaves(explanation: Sequence[Mapping[str, Any]]) -> list[Leaf]:
    """What the rule looked at, what held first; of several bounds of one fact, those that held."""
    held = {leaf.get("field") for leaf in explanation if leaf.get("result")}
    told = [leaf for leaf in explanation if leaf.get("result") or leaf.get("field") not in held]
    found = [Leaf(str(leaf.get("says") or leaf.get("field", "")), leaf.get("result")) for leaf in told]
    return sorted(found, key=lambda leaf: (leaf.result is not True, leaf.result is None))


def score_reasons(factors: Sequence[Mapping[str, Any]], components: Mapping[str, float]) -> list[Reason]:
    """The parts of a score, the heaviest first, with the fact behind each where one is known."""
    said = {str(factor.get("name", "")): factor for factor in factors}
    heaviest_first = sorted(components, key=lambda name: -_points(name, components[name]))
    return [
        Reason(
            name=NAMES.get(name, name.replace("_", " ").capitalize()),
            value=components[name],  # full marks fill the bar, whatever they weigh
            text=f"{_points(name, components[name]):.0f} of {COMPONENT_WEIGHTS.get(name, 0) * 100:.0f}",
            note=_note(said.get(name)),
        )
        for name in heaviest_first
    ]


def model_reasons(factors: Sequence[Mapping[str, Any]]) -> list[Reason]:
    """What goes with a model's forecast, the heaviest group first; empty when the components spoke."""
    groups = [factor for factor in factors if "log_odds" in factor]
    heaviest = max((factor["log_odds"] or 0.0 for factor in groups), default=0.0)
    return [
        Reason(
            name=GROUPS.get(str(factor["name"]), str(factor["name"]).capitalize()),
            value=100.0 if factor["log_odds"] is None else 100 * factor["log_odds"] / heaviest,
            text="" if factor["log_odds"] is None else _weight(factor["log_odds"]),
            note=_note(factor),
        )
        for factor in groups
    ]


def _weight(log_odds: float) -> str:
    """How the odds of leaving compare with those of a tutor who is usual in this."""
    return f"odds × {exp(log_odds):.1f}"


def _points(name: str, value: float) -> float:
    """What a component adds to the raw score: its height by its weight."""
    return value * COMPONENT_WEIGHTS.get(name, 0)


def _note(factor: Mapping[str, Any] | None) -> str:
    """ "No-shows in 14 days: 3 times; others mostly 0"."""
    if factor is None:
        return ""
    if factor["value"] is None:
        return f"{factor['says']}: not known"
    unit = str(factor.get("unit", ""))
    if unit == "yes/no":
        return f"{factor['says']}: {'yes' if factor['value'] else 'no'}"
    unit = unit.removesuffix("s") if factor["value"] == 1 else unit
    said = f"{factor['says']}: {plain(factor['value'])} {unit}".rstrip()
    peers = factor.get("peer_median")
    return said if peers is None else f"{said}; others mostly {plain(peers)}"


def in_short(reason: str) -> str:
    """A decision's reason for a list: the facts alone, for the kind of task says the rule's own sentence."""
    says, _, facts = reason.partition(". ")
    telling = [
        fact for fact in facts.rstrip(".").split("; ") if fact and not fact.endswith((": yes", ": no"))
    ]
    return "; ".join(telling) or says


def in_a_sentence(reason: str) -> str:
    """A decision's reason above the list of its facts: the rule's own sentence."""
    says, stop, _ = reason.partition(". ")
    return says + stop.strip()
