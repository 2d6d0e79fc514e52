"""What is different of a case when more is true than its rule asks for."""

from typing import Any

import pytest

from rules.situation import Decision
from tests.rules.books import a_book, a_rule, judged

CRITICAL = {"when": {"churn_score": {"gt": 75}}, "priority": 90}
CASES = [
    {"says": "high", "facts": {"churn_score": 75}, "fires": True, "priority": 50},
    {"says": "critical", "facts": {"churn_score": 76}, "fires": True, "priority": 90},
    {"says": "no risk", "facts": {"churn_score": 20}, "fires": False},
]


def decided(facts: dict[str, Any], *overrides: dict[str, Any], **more: Any) -> Decision:
    rule = a_rule(override=list(overrides), tests={"cases": CASES}, **more)
    (made,) = judged(a_book(rule), facts).decisions
    return made


@pytest.mark.parametrize(("score", "priority"), [(75, 50), (76, 90)])
def test_an_override_holds_above_its_own_bound(score: int, priority: int) -> None:
    assert decided({"churn_score": score}, CRITICAL).priority == priority


def test_the_reason_says_why_it_is_more_urgent() -> None:
    assert decided({"churn_score": 80}, CRITICAL).sentence == (
        "A tutor is at high risk. Churn score: 80 points."
        " Churn score: 80 points; it is more urgent above 75 points."
    )
    assert "urgent" not in decided({"churn_score": 60}, CRITICAL).sentence


def test_what_an_override_does_not_name_stays() -> None:
    made = decided({"churn_score": 80}, {**CRITICAL, "policy": "alert_medium"})
    assert (made.policy, made.owner_group, made.task) == ("alert_medium", "ops_manager", "no_show_check")
    assert decided({"churn_score": 80}, {**CRITICAL, "owner_group": "people_ops"}).owner_group == "people_ops"


def test_of_several_the_first_that_holds_counts() -> None:
    very = {"when": {"churn_score": {"gt": 90}}, "priority": 99}
    assert [decided({"churn_score": score}, very, CRITICAL).priority for score in (60, 80, 95)] == [
        50,
        90,
        99,
    ]
    assert decided({"churn_score": 95}, CRITICAL, very).priority == 90


def test_what_is_not_known_overrides_nothing() -> None:
    on_leave = {"when": {"tier": "exemplary"}, "priority": 90}
    assert decided({"churn_score": 60}, on_leave).priority == 50
