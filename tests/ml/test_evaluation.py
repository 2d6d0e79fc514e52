"""The table that says whether a model may be leaned on, and the gates that it checks."""

import json
import math

import numpy as np
import pytest

from ml.acceptance import Verdict, Wish
from ml.acceptance_table import lines, markdown, told
from ml.evaluation import Oracle, ceiling_of, figures, judged
from ml.figures import Figure
from ml.gates import Gate, gates
from ml.horizons import HORIZONS
from ml.labels import labels
from ml.splits import split
from retention.errors import Refusal
from retention.measures.cube import Cube
from tests.ml.cubes import tiring_cube

CUT = split(30, 150)
GOOD = {
    ("model", "auc_30d"): 0.85,
    ("ceiling", "auc_30d"): 0.85 / 0.95,
    ("model", "auc_30d_on_oracle_days"): 0.86,
    ("oracle", "auc_30d_high"): 0.86,
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


def one_who_knows(cube: Cube) -> Oracle:
    """Near certain of everybody on the first judged day."""
    known, day = labels(cube), int(CUT.judge[0])
    tutor = np.flatnonzero(known.at_risk[:, day])
    left = known.leaves[tutor, day][:, None] <= day + np.array(HORIZONS)[None, :]
    return Oracle(tutor, np.full(len(tutor), day), 0.01 + 0.98 * left)


@pytest.fixture(scope="module")
def table() -> list[Figure]:
    ceiling = ceiling_of(tiring_cube(300, seed=9), CUT)
    cubes = [tiring_cube(100, seed=seed) for seed in (1, 2)]
    worlds = [judged(cube, CUT, ceiling=ceiling, oracle=one_who_knows(cube)) for cube in cubes]
    return figures(worlds, draws=10)


def of(table: list[Figure], model: str, name: str) -> Figure:
    return next(one for one in table if (one.model, one.name) == (model, name))


def test_every_model_has_its_figures_with_an_interval(table: list[Figure]) -> None:
    models = {one.model for one in table}
    assert models >= {"model", "logistic", "unseen tutors", "shuffled", "ceiling", "oracle", "component"}
    for model in ("model", "oracle", "unseen tutors"):
        for name in ("auc_30d", "auc_30d_actionable"):
            found = of(table, model, name)
            assert found.low <= found.value <= found.high


def test_the_table_holds_all_that_the_gates_ask_for(table: list[Figure]) -> None:
    known = {(one.model, one.name): one.value for one in table}
    known |= {("any", one.name): one.value for one in table if one.name.startswith("single")}
    known["oracle", "auc_30d_high"] = of(table, "oracle", "auc_30d").high
    assert all(not math.isnan(gate.value) for gate in gates(known, profile="prd"))


def test_who_knows_the_outcome_is_above_the_model_on_the_same_days(table: list[Figure]) -> None:
    assert of(table, "oracle", "auc_30d").value == 1
    assert of(table, "model", "auc_30d_on_oracle_days").value < 1
    assert of(table, "model", "auc_30d_to_oracle").value == of(table, "model", "auc_30d_on_oracle_days").value


def test_what_is_compared_is_compared_on_the_same_drawn_tutors(table: list[Figure]) -> None:
    ratio = of(table, "model", "auc_30d_to_ceiling")
    apart = of(table, "model", "auc_30d").value / of(table, "ceiling", "auc_30d").value
    assert ratio.value == pytest.approx(apart)
    assert ratio.low <= ratio.value <= ratio.high


def test_an_oracle_of_other_days_is_refused() -> None:
    cube = tiring_cube(40, seed=1)
    elsewhere = Oracle(np.array([0]), np.array([int(CUT.judge[0]) + 1]), np.full((1, 4), 0.5))
    with pytest.raises(Refusal, match="not judged"):
        judged(cube, CUT, oracle=elsewhere)


WISH = Wish(profile="prd", seeds=2, tutors=100, draws=10, futures=10)


def test_machines_get_every_figure_and_gate_with_its_interval(table: list[Figure]) -> None:
    missed = Gate("auc_30d", of(table, "model", "auc_30d").value, 1.1, None)
    unknown = Gate("lift_30d", math.nan, 4.0, None)
    said = json.loads(json.dumps(told(Verdict(WISH, table, [missed, unknown])), allow_nan=False))
    assert said["gates_passed"] is False
    assert said["gates"]["auc_30d"]["passed"] is False
    assert said["gates"]["auc_30d"]["bound"] == "≥ 1.1"
    assert len(said["gates"]["auc_30d"]["interval"]) == 2
    assert said["gates"]["lift_30d"]["value"] is None
    assert len(said["figures"]) == len(table)


def test_people_get_one_line_a_figure_and_a_column_a_model(table: list[Figure]) -> None:
    verdict = Verdict(WISH, table, [Gate("auc_30d", 0.8, 0.85, None)])
    found = dict(lines(verdict))
    assert "[" in found["auc_30d"][0]
    assert "(" in found["single_feature_auc_30d"][0]
    assert "| `auc_30d` | 0.8 | ≥ 0.85 | **MISSED** |" in markdown(verdict)


def test_figures_on_their_bounds_pass() -> None:
    assert [gate.name for gate in gates(GOOD, profile="prd") if not gate.passed] == []


@pytest.mark.parametrize(
    ("model", "name", "value", "gate"),
    [
        ("model", "auc_30d", 0.849, "auc_30d"),
        ("ceiling", "auc_30d", 0.90, "auc_30d_to_ceiling"),
        ("ceiling", "auc_30d", 0.96, "ceiling_auc_30d"),
        ("model", "auc_30d_on_oracle_days", 0.861, "auc_30d_on_oracle_days"),
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
