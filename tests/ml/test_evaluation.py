"""The table that says whether a model may be leaned on, and the gates that it checks."""

import math

import pytest

from ml.evaluation import Figure, ceiling_of, figures, judged
from ml.gates import gates
from ml.splits import split
from tests.ml.cubes import tiring_cube

CUT = split(30, 150)
GOOD = {
    ("model", "auc_30d"): 0.85,
    ("ceiling", "auc_30d"): 0.85 / 0.95,
    ("model", "auc_30d_actionable"): 0.73,
    ("component", "auc_30d_actionable"): 0.70,
    ("model", "ap_30d"): 0.25,
    ("model", "base_30d"): 0.05,
    ("model", "lift_30d"): 4.0,
    ("model", "brier_30d"): 0.04,
    ("model", "brier_skill_1d"): 0.01,
    ("model", "brier_skill_7d"): 0.01,
    ("model", "brier_skill_30d"): 0.10,
    ("model", "brier_skill_90d"): 0.01,
    ("model", "observed_to_expected_30d"): 1.4,
    ("model", "slope_30d"): 0.7,
    ("model", "calibration_error_30d"): 0.015,
    ("model", "order_violations"): 0.0,
    ("shuffled", "auc_30d"): 0.55,
    ("any", "single_feature_auc_30d"): 0.80,
}


@pytest.fixture(scope="module")
def table() -> list[Figure]:
    ceiling = ceiling_of(tiring_cube(300, seed=9), CUT)
    worlds = [judged(tiring_cube(100, seed=seed), CUT, ceiling=ceiling) for seed in (1, 2)]
    return figures(worlds, draws=10)


def test_every_model_has_its_figures_with_an_interval(table: list[Figure]) -> None:
    assert {one.model for one in table} >= {"model", "logistic", "shuffled", "ceiling", "component"}
    found = next(one for one in table if (one.model, one.name) == ("model", "auc_30d"))
    assert found.low <= found.value <= found.high


def test_the_table_holds_all_that_the_gates_ask_for(table: list[Figure]) -> None:
    known = {(one.model, one.name): one.value for one in table}
    known |= {("any", one.name): one.value for one in table if one.name.startswith("single")}
    assert all(not math.isnan(gate.value) for gate in gates(known, profile="prd"))


def test_figures_on_their_bounds_pass() -> None:
    assert [gate.name for gate in gates(GOOD, profile="prd") if not gate.passed] == []


@pytest.mark.parametrize(
    ("model", "name", "value", "gate"),
    [
        ("model", "auc_30d", 0.849, "auc_30d"),
        ("ceiling", "auc_30d", 0.90, "auc_30d_to_ceiling"),
        ("component", "auc_30d_actionable", 0.71, "auc_30d_actionable_over_component"),
        ("model", "ap_30d", 0.249, "ap_30d_to_base"),
        ("model", "lift_30d", 3.9, "lift_30d"),
        ("model", "brier_skill_1d", -0.01, "brier_skill_1d"),
        ("model", "brier_skill_30d", 0.09, "brier_skill_30d"),
        ("model", "brier_30d", 0.16, "brier_30d"),
        ("model", "observed_to_expected_30d", 0.74, "observed_to_expected_30d"),
        ("model", "observed_to_expected_30d", 1.41, "observed_to_expected_30d"),
        ("model", "slope_30d", 0.69, "slope_30d"),
        ("model", "calibration_error_30d", 0.016, "calibration_error_30d"),
        ("model", "order_violations", 1.0, "order_violations"),
        ("shuffled", "auc_30d", 0.44, "shuffled_auc_30d"),
        ("any", "single_feature_auc_30d", 0.81, "single_feature_auc_30d"),
        ("model", "brier_skill_7d", float("nan"), "brier_skill_7d"),
    ],
)
def test_a_figure_outside_its_bounds_fails_its_gate(model: str, name: str, value: float, gate: str) -> None:
    failed = [one.name for one in gates({**GOOD, (model, name): value}, profile="prd") if not one.passed]
    assert gate in failed


def test_only_the_world_of_the_prd_has_a_floor_for_ranking() -> None:
    assert "auc_30d" not in {gate.name for gate in gates(GOOD, profile="hard")}
