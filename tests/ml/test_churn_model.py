"""The churn models: they learn what was planted, never contradict themselves, and refuse broken bytes."""

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
import xgboost
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as arrays

from ml import metrics
from ml.artefact import ArtefactBroken
from ml.calibration import Calibration, calibrated
from ml.churn_model import PARTS, SEASONAL, ChurnModel, fitted
from ml.features import NAMES
from ml.horizons import INTERVALS, expit, logit, probabilities
from ml.labels import Labels, labels
from ml.person_periods import snapshots, stacked
from ml.splits import split
from ml.training import Trained, trained
from retention.errors import Refusal
from retention.measures.cube import Cube
from tests.ml.cubes import a_cube, tiring_cube

CUT = split(30, 150)


@pytest.fixture(scope="module")
def cube() -> Cube:
    return tiring_cube()


@pytest.fixture(scope="module")
def known(cube: Cube) -> Labels:
    return labels(cube)


@pytest.fixture(scope="module")
def taught(cube: Cube, known: Labels) -> Trained:
    return trained(cube, known, CUT, search=False)


def judged(cube: Cube, known: Labels, model: ChurnModel) -> float:
    shots = snapshots(cube, known.at_risk, CUT.judge)
    gone = known.leaves[shots.tutor, shots.day] <= shots.day + 30
    return metrics.auc(probabilities(model.hazards(shots.matrix))[:, 2], gone)


def test_what_was_planted_is_found(cube: Cube, known: Labels, taught: Trained) -> None:
    assert judged(cube, known, taught.model) > 0.8
    assert judged(cube, known, taught.baseline) > 0.8


def test_shuffled_labels_teach_nothing(cube: Cube, known: Labels) -> None:
    rows = stacked(snapshots(cube, known.at_risk, CUT.learn), known, until=CUT.learn_until)
    shuffled = replace(rows, gone=np.random.default_rng(5).permutation(rows.gone))
    assert 0.35 < judged(cube, known, fitted(shuffled, history=200)) < 0.65


def test_no_horizon_is_less_likely_than_a_shorter_one(cube: Cube, known: Labels, taught: Trained) -> None:
    shots = snapshots(cube, known.at_risk, CUT.judge)
    for model in (taught.model, taught.baseline):
        assert metrics.order_violations(probabilities(model.hazards(shots.matrix))) == 0


@settings(max_examples=50, deadline=None)
@given(arrays.arrays(np.float64, (4, 7), elements=st.floats(0, 1)))
def test_any_hazards_give_ordered_chances_between_nought_and_one(hazards: np.ndarray) -> None:
    found = probabilities(hazards)
    assert (np.diff(found, axis=1) >= 0).all()
    assert ((found >= 0) & (found <= 1)).all()


def test_a_stored_model_foretells_the_same(cube: Cube, known: Labels, taught: Trained) -> None:
    shots = snapshots(cube, known.at_risk, CUT.judge)
    model = taught.model
    whole = model.artefact()
    digest = sha256(whole).hexdigest()
    again = ChurnModel.stored(whole, digest=digest, slope=model.slope, shift=model.shift)
    assert again.hazards(shots.matrix).tobytes() == model.hazards(shots.matrix).tobytes()
    assert again.blind == model.blind


@pytest.mark.parametrize("cut", [0, 100, -1])
def test_damaged_bytes_are_refused_by_their_hash(taught: Trained, cut: int) -> None:
    whole = taught.model.artefact()
    with pytest.raises(ArtefactBroken):
        ChurnModel.stored(whole[:cut], digest=sha256(whole).hexdigest(), slope=1, shift=0)


def test_a_model_of_other_features_is_refused(taught: Trained) -> None:
    booster = xgboost.train({"nthread": 1}, xgboost.DMatrix(np.zeros((4, 2)), label=np.zeros(4)), 1)
    head = taught.model.artefact().partition(b"\n")[0]
    other = head + b"\n" + bytes(booster.save_raw(raw_format="ubj"))
    with pytest.raises(ArtefactBroken, match="other features"):
        ChurnModel.stored(other, digest=sha256(other).hexdigest(), slope=1, shift=0)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"[]",
        b'{"blind": [], "line": {}}',
        b'{"blind": ["gone"]}',
        b'{"blind": 5, "line": {"middle": []}}',
    ],
)
def test_a_whole_file_that_is_no_model_is_refused(taught: Trained, head: bytes) -> None:
    other = head + b"\n" + taught.model.artefact().partition(b"\n")[2]
    with pytest.raises(ArtefactBroken):
        ChurnModel.stored(other, digest=sha256(other).hexdigest(), slope=1, shift=0)


@pytest.mark.parametrize("interval", [0, 4, 6])
def test_the_shares_of_features_interval_and_base_add_up_to_the_log_odds(
    cube: Cube, known: Labels, taught: Trained, interval: int
) -> None:
    matrix, model = snapshots(cube, known.at_risk, CUT.judge[:1]).matrix[:5], taught.model
    parts = model.contributions(matrix, np.tile(np.eye(INTERVALS)[interval], (5, 1)))
    assert parts.shape == (5, len(PARTS))
    assert parts.sum(axis=1) == pytest.approx(logit(model.hazards(matrix))[:, interval], abs=1e-4)


def test_the_mean_of_both_halves_is_what_is_foretold(cube: Cube, known: Labels, taught: Trained) -> None:
    matrix = snapshots(cube, known.at_risk, CUT.judge[:1]).matrix
    model = replace(taught.model, slope=1.0, shift=0.0, blind=())
    halves = [logit(replace(model, share=share).hazards(matrix)) for share in (0.0, 1.0)]
    assert logit(model.hazards(matrix)) == pytest.approx((halves[0] + halves[1]) / 2)


@pytest.mark.parametrize(("history", "blind"), [(399, SEASONAL), (400, ())])
def test_month_and_holidays_are_left_out_of_a_history_of_less_than_400_days(
    cube: Cube, known: Labels, history: int, blind: tuple[str, ...]
) -> None:
    shots = snapshots(cube, known.at_risk, CUT.learn)
    model = fitted(stacked(shots, known, until=CUT.learn_until), history=history)
    assert model.blind == blind
    other = shots.matrix[:50].copy()
    other[:, NAMES.index("month")] = 7
    same = bool((model.hazards(other) == model.hazards(shots.matrix[:50])).all())
    assert same is bool(blind)


def test_nothing_to_learn_from_is_said(known: Labels) -> None:
    quiet = a_cube(200, 3, completed=np.full((3, 200), 2))
    with pytest.raises(Refusal, match="Nobody left"):
        trained(quiet, labels(quiet), CUT)


HAZARDS = np.full(5_000, 0.01)


def seen(count: int) -> np.ndarray:
    return np.arange(5_000) < count


@pytest.mark.parametrize(("events", "changed"), [(29, False), (30, True)])
def test_below_thirty_departures_nothing_is_calibrated(events: int, changed: bool) -> None:
    assert (calibrated(HAZARDS, seen(75), events=events) != Calibration()) is changed


def test_an_intercept_brings_the_mean_into_line() -> None:
    found = calibrated(HAZARDS, seen(75), events=75)
    assert expit(logit(HAZARDS) + found.shift).sum() == pytest.approx(75, abs=0.01)
    assert found.slope == 1


def test_an_intercept_goes_no_further_than_half_a_log_odd() -> None:
    assert calibrated(HAZARDS, seen(500), events=99).shift == 0.5


def test_from_a_hundred_departures_the_slope_is_calibrated_too() -> None:
    draw = np.random.default_rng(1)
    odds = draw.normal(-3, 1, 20_000)
    gone = draw.random(20_000) < expit(0.7 * odds - 0.2)
    found = calibrated(expit(odds), gone, events=100)
    assert found.slope == pytest.approx(0.7, abs=0.1)
    assert expit(found.slope * odds + found.shift).sum() == pytest.approx(gone.sum(), rel=1e-6)
