"""One score from seven components: bounded, monotone, explained."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ml.components import components_of
from ml.measures import SPOKEN, Sums, measures_of
from ml.patterns import patterns_of
from ml.score import PastScore, component_sum, scored
from retention import policy
from retention.vocabulary import RiskBand

TODAY = date(2026, 11, 18)
WELL = Sums(
    tutor_number=1,
    tenure_days=400,
    silent_days=1,
    on_leave=False,
    sessions_14d=30,
    sessions_before=30,
    logins_14d=18,
    logins_before=18,
    days_14d=14,
    days_before=14,
    moves_7d=0,
    first_poor_7d=0,
    first_poor_30d=0,
    no_shows_14d=0,
    missed_14d=0,
    rating=4.7,
    rated=30,
    rating_change=0.0,
    reschedule_pct=3.0,
    first_success_pct=90.0,
    first_rated=10,
    no_show_pct=0.0,
    availability_hours=20.0,
    availability_before=20.0,
)
AILING = replace(
    WELL,
    tenure_days=20,
    silent_days=14,
    rating=2.5,
    rating_change=-1.5,
    moves_7d=6,
    first_poor_7d=2,
    first_poor_30d=4,
    no_shows_14d=3,
    missed_14d=4,
    reschedule_pct=40.0,
    first_success_pct=20.0,
    no_show_pct=20.0,
    availability_hours=2.0,
)
NAMES = list(policy.COMPONENT_WEIGHTS)
MEASURES = st.fixed_dictionaries({}, optional={name: st.floats(-200, 1_000) for name in SPOKEN})


def parts(sums: Sums) -> dict[str, float]:
    return {part.name: part.value for part in components_of(measures_of(sums))}


def test_the_weights_are_those_of_the_requirements_and_add_up() -> None:
    assert list(policy.COMPONENT_WEIGHTS.values()) == [0.25, 0.20, 0.15, 0.15, 0.10, 0.10, 0.05]
    assert sum(policy.COMPONENT_WEIGHTS.values()) == pytest.approx(1)
    assert set(policy.COMPONENT_MEASURES) == set(policy.COMPONENT_WEIGHTS)
    for measures in policy.COMPONENT_MEASURES.values():
        assert sum(share for share, _, _ in measures.values()) == pytest.approx(1)


def test_a_tutor_who_does_well_has_no_component_and_one_who_ails_has_all() -> None:
    assert parts(WELL) == dict.fromkeys(NAMES, 0)
    assert parts(AILING) == pytest.approx(dict.fromkeys(NAMES, 100))


@pytest.mark.parametrize(
    ("name", "changes", "value"),
    [
        ("engagement_decline", {"logins_14d": 9}, 0.5 * 100 * (50 - 15) / 60),
        ("engagement_decline", {"silent_days": 4}, 0),
        ("engagement_decline", {"silent_days": 9}, 50),
        ("engagement_decline", {"silent_days": 14, "on_leave": True}, 0),
        ("performance_trend", {"rating": 3.75}, 25),
        ("performance_trend", {"rating": 3.75, "rated": 4}, 0),
        ("performance_trend", {"rating_change": -0.5}, 25),
        ("reschedule_pattern", {"moves_7d": 3}, 25),
        ("first_session_quality", {"first_success_pct": 50.0}, 25),
        ("first_session_quality", {"first_poor_30d": 3}, 50),
        ("no_show_risk", {"no_shows_14d": 1}, 30),
        ("tenure_risk", {"tenure_days": 105}, 50),
        ("availability_reduction", {"availability_hours": 13.0}, 50),
    ],
)
def test_each_component_counts_by_its_formula(name: str, changes: dict[str, Any], value: float) -> None:
    assert parts(replace(WELL, **changes))[name] == pytest.approx(value)


@given(MEASURES)
def test_every_component_and_the_sum_stay_within_bounds(measures: dict[str, float]) -> None:
    components = components_of(measures)
    assert all(0 <= part.value <= 100 for part in components)
    assert 0 <= component_sum(components, list(policy.PATTERN_POINTS)) <= 100


RISING = [  # measures of which more is worse; of the others less is
    name for name in SPOKEN if name not in {"rating", "first_success_pct", "tenure_days"}
]


@given(MEASURES, st.sampled_from(list(SPOKEN)), st.floats(0, 500))
def test_a_worse_measure_never_lowers_the_sum(measures: dict[str, float], name: str, worse: float) -> None:
    if name not in measures:
        return
    changed = measures | {name: measures[name] + (worse if name in RISING else -worse)}
    before, after = (component_sum(components_of(one), []) for one in (measures, changed))
    assert after >= before - 1e-9


@pytest.mark.parametrize(
    ("changes", "pattern"),
    [
        ({"first_poor_7d": 1, "first_poor_30d": 1}, "poor_first_session"),
        ({"first_poor_30d": 1}, None),
        ({"first_poor_30d": 2}, "poor_first_session"),
        ({"moves_7d": 3}, None),
        ({"moves_7d": 4}, "high_reschedule"),
        ({"no_shows_14d": 1, "missed_14d": 1}, "no_show_risk"),
        ({"missed_14d": 3}, None),
        ({"missed_14d": 3, "logins_14d": 12}, "no_show_risk"),  # a third fewer logins
        ({"missed_14d": 2, "logins_14d": 12}, None),
    ],
)
def test_patterns_show_at_the_thresholds_of_the_requirements(
    changes: dict[str, Any], pattern: str | None
) -> None:
    sums = replace(WELL, **changes)
    assert patterns_of(sums, measures_of(sums)) == ([pattern] if pattern else [])


def test_a_score_names_its_three_heaviest_reasons_with_value_and_peers() -> None:
    it = scored(AILING, [], day=TODAY, medians={"silent_days": 1.0, "rating": 4.5})
    assert [factor["name"] for factor in it.factors] == NAMES[:3]
    assert it.factors[0] | {"points": 0} == {
        "name": "engagement_decline",
        "measure": "silent_days",
        "says": "Days since the last session",
        "value": 14.0,
        "peer_median": 1.0,
        "unit": "days",
        "points": 0,
    }
    assert (it.score, it.band) == (round(it.raw_score), RiskBand.CRITICAL)
    assert scored(WELL, [], day=TODAY, medians={}).factors == []


def test_a_pattern_keeps_the_day_since_which_it_shows() -> None:
    yesterday = TODAY - timedelta(days=1)
    past = [PastScore(yesterday, 90, RiskBand.CRITICAL, yesterday, {"no_show_risk": yesterday.isoformat()})]
    it = scored(AILING, past, day=TODAY, medians={})
    assert it.patterns["no_show_risk"] == yesterday.isoformat()
    assert it.patterns["high_reschedule"] == TODAY.isoformat()
    assert it.band_since == yesterday


def test_an_earlier_score_of_the_same_day_holds_the_band_up() -> None:
    past = [PastScore(TODAY, 60, RiskBand.HIGH, TODAY, {})]
    it = scored(WELL, past, day=TODAY, medians={})
    assert (it.score < 26, it.band) == (True, RiskBand.HIGH)


def test_unknown_measures_add_nothing() -> None:
    unknown = replace(
        WELL,
        rating=None,
        rating_change=None,
        reschedule_pct=None,
        first_success_pct=None,
        no_show_pct=None,
        availability_before=None,
        days_before=6,
    )
    assert set(SPOKEN) - set(measures_of(unknown)) == {
        "rating",
        "rating_fall",
        "reschedule_pct",
        "first_success_pct",
        "no_show_pct",
        "availability_fall",
        "login_fall",
        "session_fall",
    }
    assert parts(unknown) == dict.fromkeys(NAMES, 0)
