"""The scale of the score: anchors, bands, and bands that do not flutter."""

import pytest
from hypothesis import given, strategies as st

from ml.scale import band_of, probability_of, score_of, steady_band
from retention import policy
from retention.vocabulary import RiskBand

PROBABILITIES = st.floats(min_value=1e-9, max_value=1 - 1e-9)


@pytest.mark.parametrize(("p30", "score"), policy.SCORE_ANCHORS)
def test_each_anchor_has_its_score(p30: float, score: float) -> None:
    assert score_of(p30) == pytest.approx(score)


@given(PROBABILITIES, PROBABILITIES)
def test_a_higher_probability_never_has_a_lower_score(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= score_of(low) <= score_of(high) <= 100


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_higher_component_sum_never_has_a_lower_probability(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 < probability_of(low) <= probability_of(high) < 1


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0, RiskBand.LOW),
        (25, RiskBand.LOW),
        (26, RiskBand.MEDIUM),
        (50, RiskBand.MEDIUM),
        (51, RiskBand.HIGH),
        (75, RiskBand.HIGH),
        (76, RiskBand.CRITICAL),
        (100, RiskBand.CRITICAL),
    ],
)
def test_bands_have_no_gap(score: int, band: RiskBand) -> None:
    assert band_of(score) is band


@pytest.mark.parametrize(
    ("score", "days_before", "band"),
    [
        (51, [20, 20], RiskBand.HIGH),  # up at once
        (22, [22, 22], RiskBand.LOW),  # the third day three points below 25
        (22, [22, 23], RiskBand.MEDIUM),  # not low enough the day before yesterday
        (23, [10, 10], RiskBand.MEDIUM),  # not low enough today
        (22, [22], RiskBand.MEDIUM),  # only two days
        (10, [], RiskBand.MEDIUM),
    ],
)
def test_a_band_rises_at_once_and_falls_after_three_clear_days(
    score: int, days_before: list[int], band: RiskBand
) -> None:
    assert steady_band(score, before=RiskBand.MEDIUM, days_before=days_before) is band


def test_a_band_falls_only_as_far_as_all_three_days_allow() -> None:
    assert steady_band(10, before=RiskBand.CRITICAL, days_before=[40, 40]) is RiskBand.MEDIUM


def test_the_first_score_has_its_own_band() -> None:
    assert steady_band(30, before=None, days_before=[]) is RiskBand.MEDIUM
