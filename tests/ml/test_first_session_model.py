"""The first-session model: it finds what was planted, counts right, and refuses broken bytes."""

import json
from dataclasses import replace
from functools import cache
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given, strategies as st

from ml import metrics
from ml.artefact import ArtefactBroken
from ml.first_session_factors import LEAST, SAYS, factors
from ml.first_session_features import KINDS
from ml.first_session_model import PRIOR_SESSIONS, FirstSessionModel, fitted, group_of, history_share
from ml.first_session_training import FEWEST, PENALTIES, Examples, cut, enough, examples, searched, trained
from retention import policy
from retention.errors import Refusal
from tests.ml.first_sessions import a_platform, all_examples


@cache
def learnt() -> tuple[FirstSessionModel, Examples]:
    known = all_examples(a_platform())
    return trained(known)[0], known


def stored(artefact: bytes, *, digest: str = "") -> FirstSessionModel:
    return FirstSessionModel.stored(artefact, digest=digest or sha256(artefact).hexdigest())


def test_it_ranks_other_tutors_nearly_as_well_as_one_who_knows_the_truth() -> None:
    model, _ = learnt()
    test = all_examples(a_platform(seed=8))
    mine, best = (metrics.auc(chance, test.failed) for chance in (model.chances(test.rows), test.true_chance))
    assert mine > 0.9 * best
    assert best > 0.65


def test_it_foretells_as_many_failures_as_were_seen() -> None:
    model, known = learnt()
    assert model.chances(known.rows).mean() == pytest.approx(known.failed.mean(), abs=0.005)
    assert model.content.usual == pytest.approx(known.failed.mean())


def test_the_same_rows_teach_the_same_bytes() -> None:
    known = all_examples(a_platform())
    assert fitted(known.rows, known.failed).artefact() == fitted(known.rows, known.failed).artefact()


def test_a_row_has_its_chance_whatever_is_asked_beside_it() -> None:
    model, known = learnt()
    rows = known.rows.of(np.arange(200))
    together = model.chances(rows)
    alone = [float(model.chances(rows.of(np.array([row])))[0]) for row in range(0, 200, 17)]
    assert alone == together[::17].tolist()


def test_the_groups_add_up_to_the_forecast() -> None:
    model, known = learnt()
    rows = known.rows.of(np.arange(50))
    shares = model.shares(rows)
    odds = np.log(model.chances(rows) / (1 - model.chances(rows)))
    base = odds - sum(shares.values())
    np.testing.assert_allclose(base, base[0])
    assert set(shares) == set(SAYS)


def test_factors_are_the_heaviest_that_raise_the_risk_in_words() -> None:
    model, known = learnt()
    for row in factors(model, known.rows.of(np.arange(60))):
        weights = [one["log_odds"] for one in row]
        assert weights == sorted(weights, reverse=True)
        assert all(weight >= LEAST for weight in weights)
        assert len(row) <= 3
        assert all(one["says"] and "_" not in str(one["value"]) for one in row)


def test_a_new_tutor_in_the_evening_is_told_so() -> None:
    model, known = learnt()
    risky = known.rows.of(
        (known.rows.number("is_new_tutor") == 1) & (known.rows.kinds["time_of_day"] == "evening")
    )
    names = [{one["name"] for one in row} for row in factors(model, risky)]
    assert sum({"tenure", "time_of_day"} <= row for row in names) > 0.8 * len(names)


@pytest.mark.parametrize(
    ("column", "group"),
    [("tenure", "tenure"), ("is_new_tutor", "tenure"), ("rating_unknown", "rating"),
     ("engagement", "engagement"), ("subject=History", "subject"), ("time_of_day=evening", "time_of_day")],
)  # fmt: skip
def test_each_column_is_explained_with_its_group(column: str, group: str) -> None:
    assert group_of(column) == group


def test_a_rare_subject_has_no_say_of_its_own() -> None:
    known = all_examples(a_platform())
    subjects = known.rows.kinds["subject"].astype("U20")
    subjects[:29], subjects[29:59] = "Sanskrit", "Latin"
    known.rows.kinds["subject"] = subjects
    kinds = fitted(known.rows, known.failed).content.kinds
    assert "Latin" in kinds["subject"]
    assert "Sanskrit" not in kinds["subject"]
    assert "" not in kinds["student_age"]
    assert set(kinds) == set(KINDS)


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_history_is_drawn_towards_the_usual_while_it_is_short(rated: int, failed: int) -> None:
    rows = all_examples(a_platform(5, 40)).rows.of(np.array([0]))
    rows.numbers[0, -2:] = (max(rated, failed), failed)
    share = float(history_share(rows, 0.25)[0])
    assert 0 < share < 1
    own = failed / max(rated, failed, 1)
    assert min(own, 0.25) - 1e-9 <= share <= max(own, 0.25) + 1e-9
    if not rated and not failed:
        assert share == 0.25
    assert PRIOR_SESSIONS == 10


def test_what_is_stored_comes_back_as_it_was() -> None:
    model, known = learnt()
    again = stored(model.flagging_from(0.4).artefact())
    assert again.chances(known.rows).tobytes() == model.chances(known.rows).tobytes()
    assert again.content.flag_from == 0.4
    assert json.loads(model.artefact())["usual"] == model.content.usual


@pytest.mark.parametrize(
    ("spoilt", "sentence"),
    [
        (lambda told: told | {"features": "another"}, "other features"),
        (lambda told: {name: value for name, value in told.items() if name != "weights"}, "cannot be read"),
        (lambda told: told | {"weights": told["weights"][:-1]}, "not whole"),
        (lambda told: told | {"run": "this"}, "cannot be read"),
    ],
)
def test_bytes_that_are_no_model_of_this_release_are_refused(spoilt: object, sentence: str) -> None:
    assert callable(spoilt)
    told = spoilt(json.loads(learnt()[0].artefact()))
    with pytest.raises(ArtefactBroken, match=sentence):
        stored(json.dumps(told).encode())


@pytest.mark.parametrize("artefact", [b"", b"no json", b"[]", b'{"features": NaN}', b"\x80\x04."])
def test_bytes_that_are_no_model_at_all_are_refused(artefact: bytes) -> None:
    with pytest.raises(ArtefactBroken):
        stored(artefact)


def test_damaged_bytes_are_refused_by_their_hash() -> None:
    artefact = learnt()[0].artefact()
    with pytest.raises(ArtefactBroken, match="hash"):
        stored(artefact + b" ", digest=sha256(artefact).hexdigest())


def test_the_penalty_is_found_on_days_that_were_not_learnt_from() -> None:
    known = all_examples(a_platform())
    assert searched(known) in PENALTIES
    one_day = known.of(known.rows.day == known.rows.day[0])
    assert searched(one_day) == PENALTIES[2]


def test_the_parts_of_a_history_do_not_touch() -> None:
    for days in (40, 90, 180, 365):
        parts = cut(days)
        assert 0 < parts.learn[0] <= parts.learn[1] < parts.judge[0] - 3
        assert parts.judge[1] == days - 4  # the last three days may still be spoken of


def test_too_few_days_are_too_few() -> None:
    with pytest.raises(Refusal, match="12 days of history are too few"):
        cut(12)
    assert cut(16).judge[1] == 12


@pytest.mark.parametrize(
    ("rated", "failed", "fine"),
    [(500, 100, True), (499, 100, False), (500, 99, False), (500, 500, False)],
)
def test_so_many_first_sessions_are_needed(rated: int, failed: int, fine: bool) -> None:
    known = all_examples(a_platform())
    outcome = np.arange(rated) < failed
    few = replace(known.of(np.arange(len(known)) < rated), failed=outcome)
    if fine:
        enough(few, FEWEST, what="learn from")
    else:
        with pytest.raises(Refusal, match="too few to learn from"):
            enough(few, FEWEST, what="learn from")


def test_unrated_sessions_and_tutors_whom_nobody_knows_teach_nothing() -> None:
    cube, told = a_platform(20, 60)
    known = examples(cube.of(slice(0, 10)), told, days=(0, 59))
    assert set(known.rows.tutor.tolist()) <= set(cube.numbers[:10].tolist())
    assert len(known) == int((told.rated & np.isin(told.tutor, cube.numbers[:10])).sum())


def test_real_sessions_outweigh_synthetic_ones_and_alone_judge() -> None:
    known = all_examples(a_platform())
    synthetic = np.arange(len(known)) % 2 == 0
    mixed = replace(known, synthetic=synthetic, failed=np.where(synthetic, True, known.failed))
    assert set(mixed.weights[synthetic].tolist()) == {policy.SYNTHETIC_WEIGHT}
    assert set(mixed.weights[~synthetic].tolist()) == {1.0}
    assert not mixed.decisive().synthetic.any()


def test_real_sessions_alone_say_how_many_fail() -> None:
    known = all_examples(a_platform())
    synthetic = np.arange(len(known)) % 2 == 0
    drawn = np.random.default_rng(1).random(len(known)) < 0.2
    mixed = replace(known, synthetic=synthetic, failed=known.failed | (synthetic & drawn))
    real = mixed.decisive()
    model = trained(mixed)[0]
    assert model.chances(real.rows).mean() == pytest.approx(real.failed.mean(), abs=0.005)
    assert model.content.usual == pytest.approx(real.failed.mean())


@pytest.mark.parametrize("origin", [True, False])
def test_sessions_of_one_origin_count_alike_and_judge_themselves(origin: bool) -> None:
    known = all_examples(a_platform(20, 60))
    alike = replace(known, synthetic=np.full(len(known), origin))
    assert set(alike.weights.tolist()) == {1.0}
    assert len(alike.decisive()) == len(known)
