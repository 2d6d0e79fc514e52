"""The component score takes over where no model can speak, and says why."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from activities.model_training import MOST_DAYS
from ml.assessment import FEWEST_DAYS, live_cut
from ml.schema import feature_schema
from retention import policy
from retention.records import database, model_alarms
from retention.vocabulary import Fallback
from tests.factories import platform, wire
from tests.factories.forecasts import (
    DAY,
    HOUR,
    NOW,
    a_tutor,
    damaged,
    evaluated,
    predictions,
    promoted,
    scores,
)
from tests.factories.models import a_champion


def by_components(expected: Fallback | None) -> None:
    (row,) = scores()
    assert (row.source, row.version, row.fallback) == ("component", policy.COMPONENT_VERSION, expected)
    assert (row.p1, row.model_version, row.relative, row.smoothed_p30) == (None, None, None, None)
    assert row.factors == [] or "points" in row.factors[0]


def alarmed(number: int, kinds: set[str], *, day: datetime) -> None:
    rows = [{"kind": kind, "says": kind, "details": {}, "day": day.date(), "at": day} for kind in kinds]
    with database.transaction() as session:
        model_alarms.raise_(session, version_id=number, alarms=rows)


def test_without_a_champion_the_components_speak(data: str) -> None:
    a_tutor()
    evaluated()
    by_components(Fallback.NO_CHAMPION)


@pytest.mark.parametrize(("late", "source"), [(timedelta(0), "model"), (timedelta(seconds=1), "component")])
def test_a_champion_serves_for_126_days_from_the_last_day_that_taught_it(
    data: str, late: timedelta, source: str
) -> None:
    promoted(learnt_until=(NOW - 127 * DAY).date())  # that day ends at the midnight after
    a_tutor()
    evaluated(NOW.replace(hour=0) + late)
    assert scores()[0].source == source
    if source == "component":
        by_components(Fallback.CHAMPION_OLD)


def test_a_model_outlives_the_days_that_judge_it_its_successors_shadow_and_the_patience_with_both() -> None:
    a_life = policy.SHADOW_DAYS * DAY + policy.CHALLENGER_PATIENCE
    judged = max(days - 1 - live_cut(days).calibrate_until for days in range(FEWEST_DAYS, MOST_DAYS + 1))
    assert judged * DAY + 2 * a_life + DAY + policy.PROMOTE_EVERY <= policy.MODEL_OLDEST


@pytest.mark.parametrize(
    ("kinds", "source"),
    [({"features", "calibration"}, "component"), ({"features"}, "model"), ({"calibration"}, "model")],
)
def test_a_model_that_drifts_and_miscounts_is_silent(data: str, kinds: set[str], source: str) -> None:
    number = promoted()
    alarmed(number, kinds, day=NOW - DAY)
    a_tutor()
    evaluated()
    assert scores()[0].source == source
    if source == "component":
        by_components(Fallback.MODEL_DRIFTED)


@pytest.mark.parametrize(("days", "source"), [(2, "component"), (3, "model")])
def test_alarms_of_the_day_before_yesterday_still_count_and_older_ones_do_not(
    data: str, days: int, source: str
) -> None:
    alarmed(promoted(), {"features", "calibration"}, day=NOW - days * DAY)
    a_tutor()
    evaluated()
    assert scores()[0].source == source


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


@pytest.mark.parametrize(("ago", "fallback"), [(25, Fallback.FACTS_STALE), (23, None)])
def test_old_news_that_has_just_come_says_nothing_of_today(
    data: str, ago: int, fallback: Fallback | None
) -> None:
    promoted()
    _, tutor_id = a_tutor(until=NOW - 3 * DAY)
    with database.transaction() as session:
        late = wire.a_session(tutor_id, start=NOW - ago * HOUR - HOUR)  # an hour long
        platform.known(session, [late], now=NOW - HOUR)
    evaluated(NOW)
    (row,) = scores()
    assert (row.fallback, row.source) == (fallback, "component" if fallback else "model")


def test_a_silent_feed_of_core_facts_is_not_taken_for_silent_tutors(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "MODEL_FEWEST_JUDGED", 1)  # this tutor's students have rated nothing
    promoted()
    a_tutor()
    evaluated()
    by_components(Fallback.FACTS_UNKNOWN)
    assert predictions() == []


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
