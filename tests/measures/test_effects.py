"""What a change of a metric means, on both sides of each bound."""

import pytest

from retention import policy
from retention.measures.effects import (
    BEHIND,
    METRICS,
    NOT_AFTER,
    NOT_BEFORE,
    change,
    verdict,
    why_not,
)
from retention.settings import settings
from retention.vocabulary import EffectVerdict
from rules.loader import load_book


@pytest.mark.parametrize(
    ("metric", "before", "after", "expected"),
    [
        ("churn_score", 62, 57, EffectVerdict.IMPROVED),
        ("churn_score", 62, 58, EffectVerdict.NO_CHANGE),
        ("churn_score", 62, 62, EffectVerdict.NO_CHANGE),
        ("churn_score", 62, 66, EffectVerdict.NO_CHANGE),
        ("churn_score", 62, 67, EffectVerdict.WORSENED),
        ("rating_avg_30", 4.1, 4.3, EffectVerdict.IMPROVED),  # in floats a hair less than 0.2
        ("rating_avg_30", 4.1, 4.29, EffectVerdict.NO_CHANGE),
        ("rating_avg_30", 4.1, 3.9, EffectVerdict.WORSENED),
        ("first_success_pct", 60, 70, EffectVerdict.IMPROVED),
        ("first_success_pct", 60, 69, EffectVerdict.NO_CHANGE),
        ("resched_rate_30d", 18, 15, EffectVerdict.IMPROVED),
        ("noshow_rate_30d", 5, 7, EffectVerdict.WORSENED),
    ],
)
def test_a_change_counts_from_the_policys_size_on(
    metric: str, before: float, after: float, expected: EffectVerdict
) -> None:
    assert verdict(metric, before, after, cases=99, churned=False) is expected


@pytest.mark.parametrize(("before", "after"), [(None, 4.0), (4.0, None), (None, None)])
def test_what_is_not_known_at_one_of_the_two_looks_cannot_be_measured(
    before: float | None, after: float | None
) -> None:
    assert verdict("rating_avg_30", before, after, cases=9, churned=False) is EffectVerdict.NOT_MEASURABLE


@pytest.mark.parametrize(
    ("cases", "expected"),
    [(None, EffectVerdict.IMPROVED), (3, EffectVerdict.IMPROVED), (2, EffectVerdict.NOT_MEASURABLE)],
)
def test_too_few_new_cases_cannot_have_changed_anything(cases: int | None, expected: EffectVerdict) -> None:
    assert verdict("first_success_pct", 40, 90, cases=cases, churned=False) is expected


def test_a_tutor_who_left_has_left_whatever_the_figures_say() -> None:
    assert verdict("churn_score", 90, 10, cases=None, churned=True) is EffectVerdict.CHURNED
    assert verdict("churn_score", None, None, cases=None, churned=True) is EffectVerdict.CHURNED


def test_every_metric_has_a_size_that_counts() -> None:
    assert METRICS.keys() == policy.EFFECT_SMALLEST.keys()


def test_a_change_is_said_with_its_unit() -> None:
    assert change("churn_score", 62, 48) == "the churn score: 62 to 48 points"
    assert change("rating_avg_30", 4.12, None) == "the mean rating: 4.1 to unknown stars"


def test_every_metric_that_a_rule_names_can_be_measured() -> None:
    book = load_book(settings().rules_folder)
    named = {rule.then.parameters.get("metric") for rule in book.rules if rule.then is not None} - {None}
    assert named
    assert named <= METRICS.keys()


@pytest.mark.parametrize(
    ("before", "after", "evaluated", "words"),
    [
        (None, None, False, BEHIND),
        (4.0, 4.1, False, BEHIND),
        (None, 4.0, True, NOT_BEFORE),
        (4.0, None, True, NOT_AFTER),
        (4.0, 4.1, True, "Too few new cases since: 2 of at least 3."),
    ],
)
def test_what_is_not_measurable_says_why(
    before: float | None, after: float | None, evaluated: bool, words: str
) -> None:
    assert why_not(before, after, cases=2, evaluated=evaluated) == words
