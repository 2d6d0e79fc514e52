"""Lights of the core metrics, and the tiers that follow from them."""

import pytest

from retention.measures.thresholds import CORE, Light, light, lights, red_flags
from retention.measures.tiers import tier_of
from retention.vocabulary import Tier

GOOD: dict[str, float | None] = {
    "sessions": 40,
    "rated_last_30": 30,
    "rating_last_30": 4.7,
    "first_rated": 6,
    "first_success_pct": 90.0,
    "reschedule_pct": 5.0,
    "no_show_pct": 0.0,
    "engagement_pct": 85.0,
    "objectives_pct": 95.0,
}
THRESHOLDS = {threshold.metric: threshold for threshold in CORE}


@pytest.mark.parametrize(
    ("metric", "value", "colour"),
    [
        ("rating_last_30", 3.49, Light.RED),
        ("rating_last_30", 3.5, Light.AMBER),
        ("rating_last_30", 3.86, Light.GREEN),
        ("first_success_pct", 69.9, Light.RED),
        ("first_success_pct", 70.0, Light.AMBER),
        ("reschedule_pct", 15.1, Light.RED),
        ("reschedule_pct", 15.0, Light.AMBER),
        ("reschedule_pct", 13.5, Light.GREEN),
        ("no_show_pct", 5.1, Light.RED),
        ("no_show_pct", 5.0, Light.AMBER),
        ("engagement_pct", 59.9, Light.RED),
        ("engagement_pct", 60.0, Light.AMBER),
        ("objectives_pct", 79.9, Light.RED),
        ("objectives_pct", 88.1, Light.GREEN),
    ],
)
def test_each_core_metric_turns_at_the_threshold_of_the_requirements(
    metric: str, value: float, colour: Light
) -> None:
    assert light(THRESHOLDS[metric], value) is colour


@pytest.mark.parametrize(("cases", "colour"), [(4, Light.UNKNOWN), (5, Light.RED)])
def test_a_share_of_too_few_cases_says_nothing(cases: int, colour: Light) -> None:
    assert light(THRESHOLDS["no_show_pct"], 50.0, cases=cases) is colour


def tier(**changes: float | None) -> Tier | None:
    metrics = GOOD | changes
    return tier_of(metrics, lights(metrics))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Tier.EXEMPLARY),
        ({"rating_last_30": 4.59}, Tier.STRONG),
        ({"reschedule_pct": 14.0}, Tier.STRONG),  # amber is not green
        ({"rating_last_30": 4.2}, Tier.STRONG),
        ({"rating_last_30": 4.19}, Tier.DEVELOPING),
        ({"reschedule_pct": 20.0}, Tier.DEVELOPING),  # one red
        ({"reschedule_pct": 20.0, "engagement_pct": 50.0}, Tier.NEEDS_ATTENTION),
        ({"rating_last_30": 3.4}, Tier.NEEDS_ATTENTION),
        ({"rating_last_30": 2.9}, Tier.AT_RISK),
        ({"no_show_pct": 15.0}, Tier.DEVELOPING),
        ({"no_show_pct": 15.1}, Tier.AT_RISK),
        (
            {"reschedule_pct": 20.0, "engagement_pct": 50.0, "objectives_pct": 70.0, "no_show_pct": 6.0},
            Tier.AT_RISK,
        ),
        ({"first_rated": 0, "first_success_pct": None}, Tier.EXEMPLARY),  # none in the window
        ({"rated_last_30": 4, "rating_last_30": 5.0}, Tier.DEVELOPING),  # too few ratings to praise
        ({"rated_last_30": 0, "rating_last_30": None, "sessions": 0}, None),
    ],
)
def test_tiers_follow_absolute_criteria(changes: dict[str, float | None], expected: Tier | None) -> None:
    assert tier(**changes) is expected


def test_red_flags_are_named_in_the_order_of_the_requirements() -> None:
    seen = lights(GOOD | {"objectives_pct": 70.0, "rating_last_30": 3.0})
    assert red_flags(seen) == ["rating_last_30", "objectives_pct"]
