"""Shares and differences: against independent computations, and what must hold of every one."""

from math import isclose

import pytest
from hypothesis import given, strategies
from scipy.stats import binomtest  # type: ignore[import-untyped] # it ships no types

from retention import policy
from retention.measures.shares import Share, difference_of, share_of

FEW = policy.EFFECT_FEWEST_TUTORS
COUNTS = strategies.integers(1, 3_000).flatmap(
    lambda whole: strategies.tuples(strategies.integers(0, whole), strategies.just(whole))
)


@given(COUNTS)
def test_the_interval_of_a_share_is_scipys(counts: tuple[int, int]) -> None:
    ours = share_of(*counts)
    theirs = binomtest(*counts).proportion_ci(confidence_level=0.95, method="wilson")
    assert isclose(ours.low, theirs.low, abs_tol=1e-12)
    assert isclose(ours.high, theirs.high, abs_tol=1e-12)


@given(COUNTS)
def test_a_share_lies_in_its_interval_and_mirrors_its_opposite(counts: tuple[int, int]) -> None:
    part, whole = counts
    ours, other = share_of(part, whole), share_of(whole - part, whole)
    assert ours.share is not None
    assert 0 <= ours.low <= ours.share <= ours.high <= 1
    assert isclose(ours.low, 1 - other.high, abs_tol=1e-12)


def test_nothing_is_known_of_nobody() -> None:
    assert share_of(0, 0) == Share(0, 0, None, 0.0, 1.0)


@pytest.mark.parametrize(("part", "whole"), [(-1, 3), (4, 3)])
def test_what_is_no_share_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        share_of(part, whole)


# R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("treated", "holdout", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_newcombes(
    treated: tuple[int, int], holdout: tuple[int, int], low: float, high: float
) -> None:
    ours = difference_of(share_of(*treated), share_of(*holdout))
    assert (round(ours.low, 4), round(ours.high, 4)) == (low, high)


@given(COUNTS, COUNTS)
def test_a_difference_lies_in_its_interval_and_turns_its_sign_with_its_arms(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    ours, mirrored = (difference_of(share_of(*a), share_of(*b)) for a, b in ((one, other), (other, one)))
    assert ours.difference is not None
    assert -1 <= ours.low <= ours.difference + 1e-12
    assert ours.difference - 1e-12 <= ours.high <= 1
    assert isclose(ours.low, -mirrored.high, abs_tol=1e-12)


@given(COUNTS, COUNTS)
def test_a_claim_needs_enough_tutors_and_an_interval_without_zero(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    ours = difference_of(share_of(*one), share_of(*other))
    sure = min(one[1], other[1]) >= FEW and not ours.low <= 0 <= ours.high
    assert (ours.no_claim == "") is sure


@pytest.mark.parametrize(("tutors", "claimed"), [(FEW, True), (FEW - 1, False)])
def test_too_few_tutors_are_no_claim_however_great_the_difference(tutors: int, claimed: bool) -> None:
    ours = difference_of(share_of(300, 300), share_of(0, tutors))
    assert (ours.no_claim == "") is claimed
    assert claimed or f"300 with it and {tutors} without" in ours.no_claim


def test_a_difference_to_nobody_is_no_claim() -> None:
    ours = difference_of(share_of(5, 9), share_of(0, 0))
    assert ours.difference is None
    assert "9 with it and 0 without" in ours.no_claim
