"""Scores by a model: coherent, repeatable, explained."""

from datetime import timedelta

import numpy as np
import pytest

from activities import champions
from ml.features import FEATURES, features
from ml.horizons import expit, logit
from ml.scale import score_of
from retention import policy
from retention.records import cubes, database
from tests.factories import platform, wire
from tests.factories.forecasts import (
    DAY,
    HOUR,
    NOW,
    a_tutor,
    damaged,
    evaluated,
    looked_at_again,
    posted,
    predictions,
    promoted,
    scores,
)
from tests.factories.models import BASE


def test_a_champion_scores_and_the_component_score_stands_beside(data: str) -> None:
    version, (number, _) = promoted(), a_tutor()
    evaluated()
    (row,), (forecast,) = scores(), predictions()
    assert (row.source, row.version, row.model_version, row.fallback) == (
        "model", f"model-{version}", version, None
    )  # fmt: skip
    assert row.p1 is not None
    assert row.p7 is not None
    assert row.p90 is not None
    assert 0 < row.p1 <= row.p7 <= row.p30 <= row.p90 < 1
    assert row.score == round(score_of(row.p30))
    assert row.component_score is not None
    assert set(row.components) == set(policy.COMPONENT_WEIGHTS)
    assert (forecast.tutor_number, forecast.seen_until) == (number, (NOW - DAY).date())
    assert forecast.p30 == row.p30


def test_the_window_with_the_largest_risk_against_its_usual_is_the_primary_one(data: str) -> None:
    promoted()
    a_tutor()
    evaluated()
    (row,) = scores()
    chances = {"1": row.p1, "7": row.p7, "30": row.p30, "90": row.p90}
    assert row.relative == pytest.approx({days: p / BASE[days] for days, p in chances.items() if p})
    assert row.relative is not None
    assert row.relative[str(row.window_days)] == max(row.relative.values())


def test_factors_are_groups_with_value_peers_and_unit(data: str) -> None:
    promoted()
    a_tutor()
    a_tutor(until=NOW - 9 * DAY)  # has been silent since
    evaluated()
    silent = scores()[1]
    assert silent.score > scores()[0].score
    groups = {feature.group for feature in FEATURES} - {"calendar"}
    assert {one["name"] for one in silent.factors} <= groups
    weights = [one["log_odds"] for one in silent.factors]
    assert weights == sorted(weights, reverse=True)
    assert min(weights) > 0
    assert all({"says", "value", "peer_median", "unit", "measure"} <= one.keys() for one in silent.factors)


def test_a_second_run_and_a_second_look_on_the_same_day_foretell_nothing_anew(data: str) -> None:
    promoted()
    number, tutor_id = a_tutor()
    assert evaluated(times=2).scores_changed == 0
    posted(wire.a_session(tutor_id, start=NOW), now=NOW + HOUR)
    looked_at_again(number, NOW + 2 * HOUR)
    (forecast,) = predictions()
    assert forecast.as_of == NOW
    assert [one.as_of for one in scores()] == [NOW + 2 * HOUR]


def test_the_score_is_smoothed_over_the_days_before(data: str) -> None:
    promoted()
    number, _ = a_tutor(until=NOW - 6 * DAY)
    _, other_id = a_tutor()
    evaluated()
    tomorrow = NOW + DAY
    posted(wire.a_session(other_id, start=tomorrow - 2 * HOUR), now=tomorrow - HOUR)
    looked_at_again(number, tomorrow)
    first, second = (row for row in scores() if row.tutor_number == number)
    assert first.smoothed_p30 == first.p30
    assert second.p30 != first.p30
    expected = expit(0.5 * logit(np.array(second.p30)) + 0.5 * logit(np.array(first.p30)))
    assert second.smoothed_p30 == pytest.approx(float(expected))
    assert second.raw_score == pytest.approx(score_of(float(expected)))


def test_a_notice_raises_the_windows_that_hold_its_day_at_once(data: str) -> None:
    promoted()
    _, tutor_id = a_tutor()
    evaluated()
    last_day = NOW + 20 * DAY
    notice = platform.an_act(tutor_id, "resignation_notice", at=NOW + HOUR, effective_on=last_day.isoformat())
    posted(notice, now=NOW + HOUR)
    before = scores()[0]
    evaluated(NOW + 2 * HOUR)
    (row,), (forecast,) = scores(), predictions()
    assert row.p7 is not None
    assert before.p30 < row.p30 == policy.NOTICE_CHANCE > row.p7
    assert row.smoothed_p30 == row.p30
    assert row.band == "critical"
    assert row.factors[0] == {
        "name": "notice", "measure": "notice", "says": "Gave notice; days to the last one", "value": 20,
        "unit": "days", "peer_median": None, "log_odds": None,
    }  # fmt: skip
    assert forecast.p30 < policy.NOTICE_CHANCE  # the model's own word is kept as it was
    assert (forecast.as_of, forecast.seen_until) == (NOW + 2 * HOUR, NOW.date())


@pytest.mark.parametrize(("missed", "anew"), [(1, False), (2, True)])
def test_a_burst_of_no_shows_does_not_wait_for_tomorrow(data: str, missed: int, *, anew: bool) -> None:
    promoted()
    _, tutor_id = a_tutor()
    evaluated()
    gone = [wire.a_session(tutor_id, start=NOW - HOUR, transition="no_show") for _ in range(missed)]
    posted(*gone, now=NOW + HOUR)
    evaluated(NOW + 2 * HOUR)
    (forecast,) = predictions()
    assert (forecast.as_of > NOW, forecast.seen_until == NOW.date()) == (anew, anew)


def test_on_the_mornings_after_a_burst_of_no_shows_whole_days_are_looked_at(data: str) -> None:
    promoted()
    number, tutor_id = a_tutor()
    _, other_id = a_tutor()
    gone = [wire.a_session(tutor_id, start=NOW - HOUR, transition="no_show") for _ in range(2)]
    posted(*gone, now=NOW + HOUR)
    evaluated(NOW + 2 * HOUR)
    morning = NOW + 13 * HOUR
    posted(wire.a_session(other_id, start=morning - 3 * HOUR), now=morning - HOUR)
    looked_at_again(number, morning)
    days = [(one.day, one.seen_until) for one in predictions() if one.tutor_number == number]
    assert days == [(NOW.date(), NOW.date()), (morning.date(), NOW.date())]


def test_a_notice_of_today_is_foretold_with_today_though_nothing_was_foretold_before(data: str) -> None:
    promoted()
    _, tutor_id = a_tutor()
    last_day = (NOW + 20 * DAY).isoformat()
    posted(platform.an_act(tutor_id, "resignation_notice", at=NOW - HOUR, effective_on=last_day))
    evaluated(NOW + 2 * HOUR)
    assert predictions()[0].seen_until == NOW.date()


def test_a_model_is_opened_once(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    number = promoted()
    with database.transaction() as session:
        one = champions.champion_of(session, as_of=NOW)
    damaged(number)  # after it was opened: the whole bytes are in memory
    with database.transaction() as session:
        other = champions.champion_of(session, as_of=NOW)
    assert isinstance(one, champions.Champion)
    assert isinstance(other, champions.Champion)
    assert one.model is other.model


def test_what_is_foretold_is_what_the_model_says_of_the_days_as_known(data: str) -> None:
    """One path: the cube of the records, the features, the model."""
    promoted()
    number, _ = a_tutor()
    evaluated()
    yesterday = (NOW - DAY).date()
    with database.transaction() as session:
        span = cubes.Span(yesterday - timedelta(days=119), yesterday, NOW)
        cube = cubes.cube_of(session, [number], span)
    matrix = features(cube, np.array([119]))[:, 0]
    kept = np.array(predictions()[0].values, dtype=np.float32)
    assert kept.tobytes() == matrix[0].tobytes()
