"""Scores by a model: coherent, repeatable, explained; and the component score with its reason otherwise."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, update

from activities import champions, forecasts
from activities.churn import score
from activities.measurement import measure
from ml.features import FEATURES, features
from ml.hazard import XgbHazard
from ml.horizons import expit, logit
from ml.labels import labels
from ml.scale import score_of
from ml.schema import feature_schema
from ml.splits import split
from ml.training import trained
from retention import policy
from retention.messages.evaluation import Step, StepReport
from retention.records import batches, cubes, database, dirty_days, model_versions
from retention.records.churn import ChurnScore
from retention.records.model_versions import ModelVersion
from retention.records.predictions import Prediction
from retention.vocabulary import Fallback
from tests.factories import platform, wire
from tests.factories.models import BASE, a_champion
from tests.ml.cubes import tiring_cube

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAYS = 40


@cache
def the_model() -> XgbHazard:
    cube = tiring_cube()
    return trained(cube, labels(cube), split(30, 150), search=False).model


@pytest.fixture(autouse=True)
def nothing_open() -> Iterator[None]:
    yield
    champions._OPEN.clear()  # numbers of another test's database
    forecasts._MEDIANS.clear()


def promoted(*, at: datetime = NOW - DAY, **told: object) -> int:
    """The model, in the registry and in service."""
    model = the_model()
    calibration = {"slope": model.slope, "shift": model.shift, "base": BASE}
    usual: dict[str, object] = {"calibration": calibration, "feature_schema": feature_schema()}
    with database.transaction() as session:
        return a_champion(session, artefact=model.artefact(), created_at=at, **{**usual, **told})


def a_tutor(*, days: int = DAYS, until: datetime = NOW - 2 * HOUR) -> tuple[int, str]:
    """One who has taught once a day up to an instant; known within the hour."""
    begun = NOW - days * DAY - 4 * HOUR
    with database.transaction() as session:
        number, tutor_id = platform.a_tutor(session, at=begun - HOUR)
        for record in platform.taught_daily(tutor_id, first=begun, days=days + 1):
            start = datetime.fromisoformat(record["scheduled_start"])
            if start + HOUR <= until:
                login = platform.an_act(tutor_id, "login", at=start, preparation_minutes=5)
                platform.known(session, [record, login], now=start + HOUR)
    return number, tutor_id


def posted(*records: wire.Json, now: datetime = NOW) -> None:
    with database.transaction() as session:
        platform.known(session, records, now=now)


def evaluated(as_of: datetime = NOW, *, times: int = 1) -> StepReport:
    with database.transaction() as session:
        batch = platform.claimed(session, as_of=as_of)
    step = Step(batch_id=batch.batch_id, as_of=batch.as_of)
    measure(step)
    reports = [score(step) for _ in range(times)]
    with database.transaction() as session:
        batches.finish_batch(session, batch.batch_id, at=as_of)
    return reports[-1]


def looked_at_again(number: int, at: datetime) -> None:
    with database.transaction() as session:
        dirty_days.mark(session, [(number, at.date())], known_at=at)
    evaluated(at)


def scores() -> list[ChurnScore]:
    with database.transaction() as session:
        return list(session.scalars(select(ChurnScore).order_by(ChurnScore.day, ChurnScore.tutor_number)))


def predictions() -> list[Prediction]:
    with database.transaction() as session:
        return list(session.scalars(select(Prediction).order_by(Prediction.day, Prediction.tutor_number)))


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


def by_components(expected: Fallback | None) -> None:
    (row,) = scores()
    assert (row.source, row.version, row.fallback) == ("component", policy.COMPONENT_VERSION, expected)
    assert (row.p1, row.model_version, row.relative, row.smoothed_p30) == (None, None, None, None)
    assert row.factors == [] or "points" in row.factors[0]


def test_without_a_champion_the_components_speak(data: str) -> None:
    a_tutor()
    evaluated()
    by_components(Fallback.NO_CHAMPION)


@pytest.mark.parametrize(("late", "source"), [(timedelta(0), "model"), (timedelta(seconds=1), "component")])
def test_a_champion_serves_for_seven_days(data: str, late: timedelta, source: str) -> None:
    promoted(at=NOW - 7 * DAY - late)
    a_tutor()
    evaluated()
    assert scores()[0].source == source
    if source == "component":
        by_components(Fallback.CHAMPION_OLD)


@pytest.mark.parametrize(("tenure", "source"), [(14, "model"), (13, "component")])
def test_too_little_history_is_no_error(data: str, tenure: int, source: str) -> None:
    promoted()
    number, _ = a_tutor(days=tenure)
    a_tutor(days=30)
    evaluated()
    found = {one.tutor_number: (one.source, one.fallback) for one in scores()}
    assert found.pop(number) == (source, None if source == "model" else Fallback.SHORT_HISTORY)
    assert list(found.values()) == [("model", None)]


@pytest.mark.parametrize(("days", "source"), [(14, "model"), (13, "component")])
def test_a_young_platform_has_too_little_history_of_everybody(data: str, days: int, source: str) -> None:
    promoted()
    with database.transaction() as session:
        _, tutor_id = platform.a_tutor(session, at=NOW - 400 * DAY, now=NOW - days * DAY)
        for record in platform.taught_daily(tutor_id, first=NOW - days * DAY, days=days):
            start = datetime.fromisoformat(record["scheduled_start"])
            platform.known(session, [record], now=start + HOUR)
    evaluated()
    (row,) = scores()
    assert row.source == source


def test_while_nobody_is_heard_of_the_components_speak(data: str) -> None:
    promoted()
    a_tutor(until=NOW - 3 * DAY)
    evaluated(NOW)
    by_components(Fallback.FACTS_STALE)


def test_a_silent_feed_of_core_facts_is_not_taken_for_silent_tutors(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "MODEL_FEWEST_JUDGED", 1)  # this tutor's students have rated nothing
    promoted()
    a_tutor()
    evaluated()
    by_components(Fallback.FACTS_UNKNOWN)
    assert predictions() == []


def damaged(number: int) -> None:
    with database.transaction() as session:
        artefact = model_versions.artefact_of(session, number)
        broken = artefact[:100] + b"?" + artefact[101:]
        session.execute(update(ModelVersion).where(ModelVersion.id == number).values(artefact=broken))


def test_a_damaged_champion_gives_way_to_the_one_before_and_says_so(data: str) -> None:
    first, second = promoted(), promoted()
    damaged(second)
    a_tutor()
    evaluated()
    (row,) = scores()
    assert (row.source, row.model_version, row.fallback) == ("model", first, Fallback.MODEL_BROKEN)


def test_when_every_champion_is_damaged_the_components_speak(data: str) -> None:
    for number in (promoted(), promoted()):
        damaged(number)
    a_tutor()
    evaluated()
    by_components(Fallback.MODEL_BROKEN)


@pytest.mark.parametrize(
    "told", [{"feature_schema": "f" * 64}, {"calibration": {"slope": 1.0, "shift": 0.0}}]
)
def test_a_model_of_another_release_is_not_asked(data: str, told: dict[str, Any]) -> None:
    promoted(**told)
    a_tutor()
    evaluated()
    by_components(Fallback.MODEL_BROKEN)


def test_bytes_with_a_right_hash_that_are_no_model_are_refused_too(data: str) -> None:
    junk = b'{"learner": {}}'
    with database.transaction() as session:
        a_champion(
            session,
            artefact=junk,
            feature_schema=feature_schema(),
            created_at=NOW - DAY,
        )
    a_tutor()
    evaluated()
    by_components(Fallback.MODEL_BROKEN)


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
