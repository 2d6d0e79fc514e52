"""The first-session model is watched: do as many sessions fail as it foretold?"""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, strategies as st

from activities.watching import watch_champion
from ml.first_session_watch import FEWEST, beyond, miscounted
from retention.messages.training import WatchChampion
from retention.records import model_alarms
from retention.records.database import transaction
from retention.vocabulary import ModelKind
from tests.factories import first_sessions, platform, wire
from tests.factories.first_session_models import DAY, HOUR, NOW, promoted

LAST = NOW - 3 * DAY  # whoever wants to say something of a session until then has said it


def alarms(chance: float, *, seen: int, of: int, flagged: bool = False) -> list[str]:
    failed = np.arange(of) < seen
    found = miscounted(np.full(of, chance), failed, np.full(of, flagged))
    return [alarm.says for alarm in found]


@pytest.mark.parametrize(("seen", "odd"), [(34, False), (36, True), (14, False), (12, True)])
def test_a_count_that_nobody_believes_is_an_alarm(seen: int, odd: bool) -> None:
    assert bool(alarms(0.24, seen=seen, of=100)) == odd


@pytest.mark.parametrize(("of", "odd"), [(FEWEST - 1, False), (FEWEST, True)])
def test_few_sessions_say_nothing(of: int, odd: bool) -> None:
    assert bool(alarms(0.24, seen=of, of=of)) == odd


def test_the_alarm_names_the_group_with_both_counts() -> None:
    assert alarms(0.4, seen=60, of=100, flagged=True) == [
        "First sessions rated below 3: flagged seen: 60, flagged expected: 40"
    ]


@given(st.floats(-6, 6))
def test_how_odd_a_distance_is_does_not_depend_on_its_side(distance: float) -> None:
    assert 0 < beyond(distance) <= 0.5
    assert beyond(distance) == beyond(-distance)


def test_nothing_foretold_is_nothing_miscounted() -> None:
    none = np.zeros(0)
    assert miscounted(none, none.astype(np.bool_), none.astype(np.bool_)) == []


def foretold_and_rated(many: int, *, failed: int, until: timedelta = timedelta(0)) -> int:
    """A champion that gave each of so many sessions a chance of 0.2, and what became of them."""
    version = promoted()
    with transaction() as session:
        number, tutor_id = platform.a_tutor(session, at=NOW - 60 * DAY)
        for place in range(many):
            start = LAST - until - place * HOUR
            taught = wire.a_session(tutor_id, start=start, session_number=1)
            said = wire.feedback_on(taught, at=start + HOUR, rating=2 if place < failed else 4)
            platform.known(session, [taught, said], now=start + 2 * HOUR)
            told = {"version_id": version, "as_of": start - DAY, "chance": 0.2, "flagged": False}
            first_sessions.foretold(session, taught["session_id"], number=number, start=start, **told)
    return version


def looked(kind: ModelKind = ModelKind.FIRST_SESSION) -> list[str]:
    for _ in range(2):
        report = watch_champion(WatchChampion(as_of=NOW))
    with transaction() as session:
        kept = [alarm.kind for alarm in model_alarms.newest(session, kind)]
    assert kept == (report.first_session_alarms if kind is ModelKind.FIRST_SESSION else [])
    return kept


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(("failed", "found"), [(8, []), (20, ["calibration"])])
def test_a_days_look_keeps_one_alarm_when_more_fail_than_were_foretold(failed: int, found: list[str]) -> None:
    foretold_and_rated(40, failed=failed)
    assert looked() == found
    assert looked(ModelKind.CHURN) == []


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("until", [timedelta(days=-1), timedelta(days=31)])
def test_sessions_of_which_words_may_still_come_and_old_ones_do_not_count(until: timedelta) -> None:
    foretold_and_rated(15, failed=15, until=until)
    assert looked() == []


@pytest.mark.usefixtures("data")
def test_without_a_champion_there_is_nothing_to_watch() -> None:
    assert looked() == []
