"""What follows from exposures: both arms are written down, and looked at later in the same way. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from activities.rulings import Ruling
from retention import policy
from retention.clock import Clock
from retention.messages.effects import CHURN_SCORE, StartEffectReview
from retention.programmes.registry import PROGRAMMES
from retention.records.commands import NewCommand, effect_review_of
from rules.book import Status
from rules.situation import Decision


def exposure_rows(ruled: Sequence[Ruling], stored: Mapping[str, int]) -> list[dict[str, Any]]:
    """Every newly stored firing whose programme has a holdout, in either arm; shadow rules expose nobody."""
    return [
        {
            "decision_id": stored[one.key],
            "programme": one.programme,
            "rule_id": one.rule_id,
            "tutor_number": one.tutor_number,
            "arm": one.arm,
            "share": _share(one),
            "at": one.as_of,
            "case_id": one.case_id,
        }
        for _, one in _exposed(ruled, stored)
    ]


def reviews_of(ruled: Sequence[Ruling], stored: Mapping[str, int], *, clock: Clock) -> list[NewCommand]:
    """The commands that have both arms looked at on the same days after the exposure."""
    return [
        effect_review_of(
            StartEffectReview(
                subject=one.case_id or f"holdout/{stored[one.key]}",
                programme=one.programme,
                tutor_number=one.tutor_number,
                metric=_metric(ruling, one),
                since=one.as_of,
                anchor=one.as_of,
                days=policy.EXPOSURE_EFFECT_DAYS,
                clock=clock,
            )
        )
        for ruling, one in _exposed(ruled, stored)
    ]


def _share(one: Decision) -> float:
    assert one.programme is not None, "only programmes have an arm"
    return PROGRAMMES[one.programme].holdout


def _exposed(ruled: Sequence[Ruling], stored: Mapping[str, int]) -> list[tuple[Ruling, Decision]]:
    made = [(it, one) for it in ruled for one in it.judgement.decisions if one.key in stored]
    return [(it, one) for it, one in made if one.arm is not None and one.status is Status.ACTIVE]


def _metric(ruling: Ruling, one: Decision) -> str:
    """What the programme answers to: what the rule names, else the churn score."""
    rule = ruling.book.rule(one.rule_id)
    assert rule is not None
    return str(rule.start.parameters.get("metric", CHURN_SCORE))
