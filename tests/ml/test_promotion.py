"""The promotion rule, on both sides of each of its bounds."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from ml.metrics import Forecasts
from ml.promotion import ShadowFigures, chance_better, conditions, gates_of, misjudges
from retention.messages.model_card import CardContent, Condition, Reading

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUIET = ShadowFigures(beside=1, score_change=3.0, band_changes=0.10)


def a_card(**other: Any) -> CardContent:
    """The card of a challenger that stands beside champion 1 and is better in everything."""
    day = date(2026, 11, 1)
    told: dict[str, Any] = {
        "kind": "churn", "algorithm": "xgboost", "data_from": day, "data_to": day, "rows": 9, "tutors": 3,
        "events": 2, "parts": [], "params": {}, "slope": 1.0, "shift": 0.0, "judged_days": 30, "sizes": [],
        "readings": [], "baseline": [], "calibration": [], "weights": [], "gates": [], "chance_better": 0.90,
        "champion_id": 1, "slice_drops": {"everybody": 0.03}, "champion_misjudges": False, "anchors": [],
        "anchors_version": "1",
    }  # fmt: skip
    return CardContent(**told | other)


def in_the_way(
    card: CardContent, *shadow: ShadowFigures, last: timedelta | None = None, serving: int | None = 1
) -> list[str]:
    promoted = AT - last if last is not None else None
    found = conditions(card, serving=serving, shadow=shadow or [QUIET] * 3, last_promotion=promoted, at=AT)
    return [one.name for one in found if one.stands_in_the_way]


def a_gate(verdict: str) -> Condition:
    return Condition.model_validate(
        {"name": "lift_30d", "says": "", "value": 1.0, "bound": "", "verdict": verdict}
    )


def test_a_challenger_on_every_bound_may_be_promoted() -> None:
    assert in_the_way(a_card(), last=timedelta(days=7)) == []


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"chance_better": 0.89}, "better"),
        ({"chance_better": None}, "better"),
        ({"slice_drops": {"new tutors": 0.031}}, "slice: new tutors"),
        ({"gates": [a_gate("unmet")]}, "gates"),
        ({"gates": [a_gate("unknown")]}, "gates"),
    ],
)
def test_each_condition_can_stand_in_the_way(other: dict[str, Any], named: str) -> None:
    assert in_the_way(a_card(**other)) == [named]


def test_a_gate_that_is_missed_by_chance_does_not() -> None:
    assert in_the_way(a_card(gates=[a_gate("unclear"), a_gate("met")])) == []


@pytest.mark.parametrize(
    ("day", "named"),
    [
        (ShadowFigures(beside=1, score_change=3.1, band_changes=0.0), "score_change"),
        (ShadowFigures(beside=1, score_change=0.0, band_changes=0.11), "band_changes"),
    ],
)
def test_the_worst_shadow_day_counts(day: ShadowFigures, named: str) -> None:
    assert in_the_way(a_card(), QUIET, day, QUIET) == [named]


def test_two_shadow_days_are_too_few_and_six_days_too_soon() -> None:
    assert in_the_way(a_card(), QUIET, QUIET) == ["shadow_days"]
    assert in_the_way(a_card(), last=timedelta(days=6, hours=23)) == ["not_too_often"]


def test_a_champion_that_counts_wrong_need_not_be_beaten() -> None:
    assert in_the_way(a_card(chance_better=0.2, champion_misjudges=True)) == []


def forecasts_of(chance: float, *gone: bool) -> Forecasts:
    """A tutor a row, each foretold the same."""
    seen = np.array(gone)[:, None]
    return Forecasts(np.full((len(gone), 1), chance), seen, np.arange(len(gone)), seen[:, 0])


@pytest.mark.parametrize(
    ("chance", "left", "wrong"), [(0.5, 50, False), (0.05, 50, True), (0.9, 20, True), (0.05, 0, False)]
)
def test_a_champion_misjudges_where_its_interval_leaves_out_the_count_and_never_where_nobody_left(
    chance: float, left: int, wrong: bool
) -> None:
    assert misjudges(forecasts_of(chance, *[n < left for n in range(100)])) is wrong


def test_the_first_model_moves_the_scale_once() -> None:
    first = a_card(champion_id=None, chance_better=None, slice_drops={})
    day = ShadowFigures(beside=None, score_change=20.0, band_changes=0.6)
    assert in_the_way(first, *[day] * 3, serving=None) == []


@pytest.mark.parametrize("serving", [0, None])
def test_after_a_roll_back_what_was_compared_with_another_model_does_not_count(serving: int | None) -> None:
    assert in_the_way(a_card(), serving=serving) == ["compared", "shadow_days"]


def test_only_shadow_days_beside_the_model_that_serves_count() -> None:
    moved = ShadowFigures(beside=0, score_change=20.0, band_changes=0.6)
    assert in_the_way(a_card(), moved, QUIET, QUIET, QUIET) == []
    assert in_the_way(a_card(), moved, QUIET, QUIET) == ["shadow_days"]


def test_whole_tutors_are_drawn_for_the_comparison() -> None:
    one_tutor_wins_much = np.array([5.0] + [-0.1] * 20)
    assert chance_better(one_tutor_wins_much, np.arange(21)) < 0.8
    assert chance_better(np.full(21, 0.1), np.arange(21)) == 1


SKILLS = [Reading(slice="everybody", metric="brier_skill", days=days, value=0.1) for days in (1, 7)]
IN_ORDER = Reading(slice="everybody", metric="order_violations", days=90, value=0.0)


def test_what_no_judged_day_is_old_enough_for_is_shown_and_stands_in_nobodys_way() -> None:
    young = gates_of([*SKILLS, IN_ORDER], {}, outlived=[1, 7])
    assert {one.name for one in young if one.verdict == "met"} == {
        "brier_skill_1d",
        "brier_skill_7d",
        "order_violations",
    }
    assert {one.verdict for one in young} == {"met", "not_judged"}
    assert in_the_way(a_card(gates=young)) == []
    told = conditions(a_card(gates=young), serving=1, shadow=[], last_promotion=None, at=AT)[0]
    assert "0 missed, 0 not known yet, 11 not judged yet, of 14" in told.says


@pytest.mark.parametrize(("outlived", "verdict"), [([1, 7], "not_judged"), ([1, 7, 30], "unknown")])
def test_what_could_be_judged_and_is_not_known_stands_in_the_way(outlived: list[int], verdict: str) -> None:
    found = gates_of([*SKILLS, IN_ORDER], {}, outlived=outlived)
    assert next(one.verdict for one in found if one.name == "lift_30d") == verdict
    assert in_the_way(a_card(gates=found)) == ([] if verdict == "not_judged" else ["gates"])


def test_a_short_history_excuses_no_miss() -> None:
    bad = Reading(slice="everybody", metric="brier_skill", days=7, value=-0.2, low=-0.3, high=-0.1)
    assert in_the_way(a_card(gates=gates_of([SKILLS[0], bad, IN_ORDER], {}, outlived=[1, 7]))) == ["gates"]


@pytest.mark.parametrize(("low", "high", "verdict"), [(3.0, 4.0, "unclear"), (3.0, 3.9, "unmet")])
def test_a_gate_is_missed_only_where_its_interval_says_so(low: float, high: float, verdict: str) -> None:
    lift = Reading(slice="everybody", metric="lift", days=30, value=3.5, low=low, high=high)
    found = {one.name: one for one in gates_of([lift], {})}
    assert found["lift_30d"].verdict == verdict
    assert found["ap_30d_to_base"].verdict == "unknown"
