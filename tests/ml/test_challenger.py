"""A challenger learnt from a platform's own history, and what its card says of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ml import card as cards
from ml.assessment import FEWEST_DAYS, live_cut
from ml.challenger import Champion, Made, made
from ml.promotion import conditions
from retention import policy
from retention.errors import Refusal
from retention.measures.cube import FAR
from retention.messages.model_card import Reading
from tests.ml.cubes import FIRST_DAY, a_cube, tiring_cube

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
BERLIN = dict.fromkeys(range(10_001, 10_061), "Europe/Berlin")
MATHEMATICS = dict.fromkeys(range(10_001, 10_091), "subject Mathematics")
PHYSICS = dict.fromkeys(range(10_091, 10_096), "subject Physics")


@pytest.fixture(scope="module")
def learnt() -> Made:
    return made(tiring_cube(120, 200), groups=[BERLIN, MATHEMATICS, PHYSICS], draws=10)


def value(one: Made, metric: str, days: int) -> float | None:
    found = (it for it in one.card.readings if (it.slice, it.metric, it.days) == ("everybody", metric, days))
    return next(found).value


def test_too_little_history_is_refused_in_words() -> None:
    with pytest.raises(Refusal, match="too few"):
        made(a_cube(FEWEST_DAYS - 1, 5))
    with pytest.raises(Refusal, match="Nobody left"):
        made(a_cube(FEWEST_DAYS, 5, completed=np.ones((5, FEWEST_DAYS))))


def test_judged_days_come_last_and_leave_room_for_their_outcomes() -> None:
    young, old = live_cut(104), live_cut(365)
    assert young.learn[0] == 26
    assert old.learn[0] == 90
    assert old.judge[-1] <= 365 - 1 - 30
    assert young.learn[-1] < young.calibrate[0] <= young.calibrate_until < young.judge[0]


def test_a_card_tells_the_last_day_that_taught_and_later_days_only_judge(learnt: Made) -> None:
    until = FIRST_DAY + timedelta(days=live_cut(200).calibrate_until)
    _, calibrated, judged = learnt.card.parts
    assert learnt.card.learnt_until == until
    assert calibrated.last <= until < judged.first <= judged.last < learnt.card.data_to
    assert f"to {until} (UTC)" in cards.markdown(learnt.card, version_id=12)


def test_what_cannot_be_known_yet_is_said_so(learnt: Made) -> None:
    assert value(learnt, "auc", 7) is not None
    assert value(learnt, "auc", 90) is None
    gate = next(one for one in learnt.card.gates if one.name == "brier_skill_90d")
    assert (gate.verdict, gate.value) == ("not_judged", None)


def test_forecasts_never_fall_with_time(learnt: Made) -> None:
    assert value(learnt, "order_violations", 90) == 0


def test_weights_are_shares_of_a_whole(learnt: Made) -> None:
    assert sum(one.share for one in learnt.card.weights) == pytest.approx(1)
    assert learnt.card.weights[0].share >= learnt.card.weights[-1].share


def test_the_same_model_again_is_no_better(learnt: Made) -> None:
    before = {one.name: one.share for one in learnt.card.weights}
    champion = Champion(7, learnt.model.model, before)
    again = made(tiring_cube(120, 200), champion=champion, draws=10).card
    assert again.champion_id == 7
    assert again.chance_better == 0  # the same losses, row by row: nothing is gained
    assert set(again.slice_drops.values()) == {0.0}
    assert again.weights[0].share_before == pytest.approx(again.weights[0].share)


def test_where_nobody_left_nothing_is_said_of_either_model(learnt: Made) -> None:
    cube = tiring_cube(120, 200)
    stays = cube.leaving.min(axis=1) >= 150  # for good
    taught = np.maximum(cube.completed, stays[:, None] * 2)
    calm = replace(cube, leaving=np.where(stays[:, None], FAR, cube.leaving), completed=taught)
    card = made(calm, champion=Champion(7, learnt.model.model, {}), draws=2).card
    assert {one.left for one in card.sizes} == {0}
    assert (card.chance_better, card.champion_misjudges) == (None, False)
    (better,) = (
        one
        for one in conditions(card, serving=7, shadow=[], last_promotion=None, at=AT)
        if one.name == "better"
    )
    assert better.verdict == "unknown"


@pytest.mark.parametrize(("fewest", "held"), [(1, True), (10_000, False)])
def test_a_subject_may_not_lose_either_once_enough_of_its_tutors_have_left(
    learnt: Made, monkeypatch: pytest.MonkeyPatch, fewest: int, held: bool
) -> None:
    monkeypatch.setattr(policy, "PROMOTE_SLICE_FEWEST", fewest)
    champion = Champion(7, learnt.model.model, {})
    again = made(tiring_cube(120, 200), champion=champion, groups=[BERLIN, MATHEMATICS], draws=2).card
    assert ("subject Mathematics" in again.slice_drops) is held
    assert "Europe/Berlin" not in again.slice_drops
    assert "everybody" in again.slice_drops


def test_the_markdown_says_everything_once(learnt: Made) -> None:
    text = cards.markdown(learnt.card, version_id=12)
    for heading in ("# Model 12", "## What it was learnt from", "## How good it is", "## Calibration"):
        assert heading in text
    for words in ("Not for:", "Known failures", "Fairness", "Fallback", "not known yet", "Berlin"):
        assert words in text


def test_a_slice_of_which_nothing_is_known_yet_is_left_out(learnt: Made) -> None:
    known = [
        Reading(slice=name, metric="auc", days=7, value=value, low=value, high=value)
        for name, value in (("everybody", None), ("Berlin", None), ("London", 0.7))
    ]
    card = learnt.card.model_copy(update={"readings": known, "baseline": []})
    lines = {title: [row[0] for row in rows] for title, _, rows in cards.tables(card)}
    assert lines == {"This model": ["AUC"], "By slice": ["London: AUC"]}
