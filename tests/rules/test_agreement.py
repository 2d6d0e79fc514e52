"""The C engine and the reference say the same of any rule and any facts, and both are monotone."""

import random
import secrets

import pytest
from hypothesis import given, settings, strategies as st

from rules.conditions import All, Leaf, Op, Part
from rules.engine import DurableEngine
from rules.fields import clean, registry
from rules.fuzz import fuzz, some_conditions, some_sheets
from rules.ranges import impossible, negated
from rules.reference import truth

NUMBERS = st.integers(0, 100)


def test_engine_and_reference_agree_on_thousands_of_random_pairs() -> None:
    report = fuzz(60_000, seeds=[secrets.randbits(32) for _ in range(3)])
    assert report.pairs >= 60_000
    assert report.disagreements == 0, f"seeds {report.seeds}: {report.examples}"


@pytest.mark.slow
def test_engine_and_reference_agree_on_a_million_random_pairs() -> None:
    report = fuzz(1_000_000, seeds=[secrets.randbits(32)])
    assert report.disagreements == 0, f"seeds {report.seeds}: {report.examples}"


def test_the_random_pairs_are_worth_comparing() -> None:
    chance, fields = random.Random(4), registry()
    conditions = some_conditions(chance, fields)
    sheets = list(some_sheets(chance, fields, conditions))
    answers = [truth(it, sheet) for sheet in sheets for it in conditions.values()]
    shares = {answer: answers.count(answer) / len(answers) for answer in (True, False, None)}
    assert min(shares.values()) > 0.05, shares


def test_a_condition_and_its_opposite_are_never_both_true() -> None:
    chance, fields = random.Random(5), registry()
    conditions = some_conditions(chance, fields)
    for sheet in some_sheets(chance, fields, conditions):
        for condition in conditions.values():
            answer, opposite = truth(condition, sheet), truth(negated(condition), sheet)
            assert opposite == (None if answer is None else not answer)


def test_an_alternative_called_impossible_is_never_seen_true() -> None:
    chance, fields = random.Random(6), registry()
    conditions = some_conditions(chance, fields)
    ruled_out = [group for it in conditions.values() for group in impossible(it, fields)]
    assert ruled_out
    for group in ruled_out:
        sheets = some_sheets(chance, fields, {("G", Part.WHEN): All(group)})
        assert not any(truth(All(group), clean(sheet, fields).sheet) for sheet in sheets)


@settings(max_examples=60, deadline=None)
@given(threshold=NUMBERS, raised=NUMBERS, values=st.lists(NUMBERS, max_size=20))
def test_raising_a_threshold_never_adds_a_match(threshold: int, raised: int, values: list[int]) -> None:
    lower, higher = sorted((threshold, raised))
    engine = DurableEngine(
        {
            ("LOW", Part.WHEN): Leaf("churn_score", Op.GT, lower),
            ("HIGH", Part.WHEN): Leaf("churn_score", Op.GT, higher),
        }
    )
    for value in values:
        found = {rule for rule, _ in engine.matches({"churn_score": value})}
        assert "HIGH" not in found or "LOW" in found
    engine.close()
