"""The table that says whether the first-session model may be leaned on, and its gates."""

import math

import numpy as np
import pytest

from ml import first_session_evaluation as evaluation
from ml.figures import Figure
from ml.synthetic import Lived
from retention.measures.cube import Cube
from retention.measures.first_sessions import FirstSessions
from tests.ml.first_sessions import a_platform

GOOD = {
    ("model", "auc"): 0.61,
    ("ceiling", "auc"): 0.61 / 0.95,
    ("model", "brier_skill"): 0.0,
    ("model", "slope"): 0.8,
    ("shuffled", "auc"): 0.55,
}


def a_world(tutors: int, *, seed: int) -> Lived:
    platform: tuple[Cube, FirstSessions] = a_platform(tutors, 280, seed=seed)
    return Lived(*platform)


@pytest.fixture(scope="module")
def table() -> list[Figure]:
    ceiling = evaluation.ceiling_of(a_world(150, seed=9))
    worlds = [evaluation.judged(a_world(100, seed=seed), ceiling=ceiling) for seed in (1, 2)]
    return evaluation.figures(worlds, draws=40)


def gates_of(known: dict[tuple[str, str], float]) -> dict[str, bool]:
    nan = math.nan
    found = [Figure(model, name, value, nan, nan) for (model, name), value in known.items()]
    return {gate.name: gate.passed for gate in evaluation.gates(found)}


def test_every_model_has_its_figures_with_an_interval(table: list[Figure]) -> None:
    assert {one.model for one in table} == {"model", "history alone", "ceiling", "oracle", "shuffled"}
    for one in table:
        drawn_only = one.name == "calibration_error"  # fewer different tutors look worse calibrated
        assert one.low < one.high
        assert drawn_only or one.low <= one.value <= one.high, one


def test_who_knows_the_truth_ranks_best_and_the_shuffled_twin_not_at_all(table: list[Figure]) -> None:
    auc = {one.model: one.value for one in table if one.name == "auc"}
    assert auc["oracle"] >= auc["model"] - 0.05  # by chance, on few sessions
    assert abs(auc["shuffled"] - 0.5) < 0.06
    assert auc["model"] > 0.6


def test_the_table_holds_all_that_the_gates_ask_for(table: list[Figure]) -> None:
    assert all(not math.isnan(gate.value) for gate in evaluation.gates(table))


def test_figures_on_their_bounds_pass() -> None:
    assert set(gates_of(GOOD).values()) == {True}
    assert set(gates_of(GOOD | {("model", "slope"): 1.2, ("shuffled", "auc"): 0.45}).values()) == {True}


@pytest.mark.parametrize(
    ("model", "name", "value", "gate"),
    [
        ("ceiling", "auc", 0.61 / 0.949, "auc_to_ceiling"),
        ("model", "brier_skill", -0.001, "brier_skill"),
        ("model", "slope", 0.79, "slope"),
        ("model", "slope", 1.21, "slope"),
        ("shuffled", "auc", 0.56, "shuffled_auc"),
        ("model", "slope", float("nan"), "slope"),
    ],
)
def test_a_figure_beyond_its_bound_is_missed(model: str, name: str, value: float, gate: str) -> None:
    passed = gates_of(GOOD | {(model, name): value})
    assert [name for name, fine in passed.items() if not fine] == [gate]


def test_judging_looks_at_no_day_after_the_history() -> None:
    parts = evaluation.the_cut()
    assert parts.judge == (243, 269)
    assert parts.learn[0] == 90
    world = a_world(20, seed=1)
    assert np.isin(world.first_sessions.day, np.arange(280)).all()
