"""How far a condition is from holding, in words, and when that counts as near."""

from typing import Any

import pytest

from rules.conditions import Condition
from rules.entries import condition_of
from rules.fields import clean, registry
from rules.misses import Miss, nearest_miss, not_known, to_go
from rules.reference import truth

FIELDS = registry()
BOTH = {"all": [{"resched_7d": {"gte": 3}}, {"churn_score": {"gt": 50}}]}


def missed(when: dict[str, Any], **facts: Any) -> Miss:
    found = nearest_miss(condition_of(when), clean(facts, FIELDS).sheet, FIELDS)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("when", "facts", "said"),
    [
        ({"resched_7d": {"gte": 3}}, {"resched_7d": 2}, "asked: at least 3 times, 1 time to go"),
        (
            {"churn_score": {"gt": 50}},
            {"churn_score": 50},
            "asked: above 50 points, more than 0 points to go",
        ),
        ({"churn_score": {"gt": 50}}, {"churn_score": 46}, "more than 4 points to go"),
        (
            {"rating_avg_30": {"lt": 3.5}},
            {"rating_avg_30": 3.7},
            "below 3.5 stars, more than 0.2 stars to go",
        ),
        ({"rating_avg_30": {"lte": 3.5}}, {"rating_avg_30": 3.75}, "at most 3.5 stars, 0.25 stars to go"),
        ({"tier": "exemplary"}, {"tier": "strong"}, "Performance tier: “strong”, asked: is “exemplary”"),
        ({"on_leave": False}, {"on_leave": True}, "On leave: yes, asked: is no"),
        ({"resched_7d": {"gte": 3}}, {}, "not known, asked: at least 3 times"),
    ],
)
def test_what_is_missing_is_said_with_its_size_and_unit(
    when: dict[str, Any], facts: dict[str, Any], said: str
) -> None:
    assert said in missed(when, **facts).says


@pytest.mark.parametrize(
    ("when", "facts", "near"),
    [
        ({"resched_7d": {"gte": 3}}, {"resched_7d": 2}, True),  # by one
        ({"resched_7d": {"gte": 3}}, {"resched_7d": 1}, False),
        ({"churn_score": {"gt": 50}}, {"churn_score": 45}, True),  # by a tenth
        ({"churn_score": {"gt": 50}}, {"churn_score": 44}, False),
        ({"rating_avg_30": {"lt": 3.5}}, {"rating_avg_30": 3.85}, True),
        ({"rating_avg_30": {"lt": 3.5}}, {"rating_avg_30": 3.86}, False),
        ({"tier": "exemplary"}, {"tier": "strong"}, False),  # a word is not near another
        ({"resched_7d": {"gte": 3}}, {}, False),  # nothing is known
        (BOTH, {"resched_7d": 2, "churn_score": 49}, False),
    ],
)
def test_near_is_one_comparison_by_one_or_by_a_tenth(
    when: dict[str, Any], facts: dict[str, Any], near: bool
) -> None:
    assert missed(when, **facts).near is near


def test_of_several_alternatives_the_one_that_lacks_least_is_told() -> None:
    when = {
        "any": [
            {"all": [{"resched_7d": {"gte": 3}}, {"noshows_7d": {"gte": 1}}]},
            {"churn_score": {"gt": 50}},
            {"tier": "at_risk"},
        ]
    }
    assert "Churn score" in missed(when, resched_7d=2, noshows_7d=0, churn_score=40, tier="strong").says
    assert (
        "Performance tier" not in missed(when, resched_7d=0, noshows_7d=0, churn_score=20, tier="strong").says
    )


def test_what_is_known_to_lack_little_goes_before_what_is_not_known() -> None:
    when = {"any": [{"noshows_7d": {"gte": 2}}, {"churn_score": {"gt": 50}}]}
    found = missed(when, churn_score=30)
    assert (found.unknown, "Churn score" in found.says) == ((), True)


def test_what_may_hold_or_not_hangs_on_what_is_not_known_and_on_nothing_that_is() -> None:
    when = condition_of({"any": [BOTH, {"noshows_7d": {"gte": 2}}, {"tier": "at_risk"}]})
    sheet = clean({"churn_score": 60, "tier": "strong", "noshows_7d": 1}, FIELDS).sheet
    assert not_known(when, sheet, FIELDS).startswith("Sessions moved by the tutor in 7 days: not known")
    assert "Performance tier" not in not_known(when, sheet, FIELDS)


def test_a_condition_that_holds_lacks_nothing() -> None:
    condition: Condition = condition_of({"churn_score": {"gt": 50}})
    sheet = clean({"churn_score": 51}, FIELDS).sheet
    assert truth(condition, sheet)
    assert nearest_miss(condition, sheet, FIELDS) is None
    assert to_go(condition, sheet, FIELDS) == ""  # type: ignore[arg-type] # it is one comparison
