"""The champion is watched: what has moved becomes an alarm of the day, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from activities import model_training, watching
from activities.champions import Champion, champion_of
from activities.learnt import stored
from activities.watching import MONTH_DAYS, watch, watch_champion
from ml.challenger import Made, made
from retention.measures.cube import Cube
from retention.measures.periods import start_of
from retention.messages.training import WatchChampion, WatchReport
from retention.records import model_alarms, model_versions
from retention.records.database import transaction
from retention.vocabulary import Fallback, ModelKind
from tests.ml.cubes import tiring_cube

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
CUBE = tiring_cube(80, 110)


@pytest.fixture(scope="module")
def learnt() -> Made:
    return made(CUBE, draws=2)


@pytest.fixture
def champion(data: str, learnt: Made) -> int:
    with transaction() as session:
        number = stored(session, model_training.as_learnt(learnt), at=NOW)
        model_versions.promote(session, number, actor="7", reason="The first one.", at=NOW)
    return number


def alarms_of(cube: Cube, *, at: datetime = NOW) -> list[str]:
    with transaction() as session:
        watch(session, cube, at=at)
        return sorted(alarm.kind for alarm in model_alarms.newest(session, ModelKind.CHURN))


def went_on(*, left: float) -> Cube:
    """The same tutors five weeks later, of whom a share has stopped to teach since."""
    draw = np.random.default_rng(5)
    later = tiring_cube(80, 150)
    stops = np.where(draw.random(80) < left, draw.integers(110, 120, 80), 150)
    here = np.arange(150)[None, :] < stops[:, None]
    return replace(later, completed=later.completed * here, first_day=CUBE.first_day)


def without_logins() -> Cube:
    return replace(CUBE, logins=CUBE.logins * 0)


@pytest.mark.usefixtures("champion")
def test_when_nobody_logs_in_any_more_there_is_one_alarm_a_day() -> None:
    assert "features" in alarms_of(without_logins())
    assert alarms_of(without_logins()).count("features") == 1
    assert alarms_of(without_logins(), at=NOW + timedelta(days=1)).count("features") == 2


@pytest.mark.usefixtures("data")
def test_without_a_champion_nothing_is_watched() -> None:
    assert alarms_of(without_logins()) == []


def month_in_which_many_stop(days: int) -> Cube:
    """So many days of the platform: most of its tutors have stopped within the last month's first days."""
    cube = tiring_cube(80, days)
    stops = np.where(np.arange(80) < 50, days - 28, days)
    here = np.arange(days)[None, :] < stops[:, None]
    return replace(cube, completed=cube.completed * here, logins=cube.logins * here)


def end_of(cube: Cube) -> datetime:
    return start_of(cube.date_of(cube.days))


@pytest.mark.parametrize(("later", "speaks"), [(0, False), (1, True)])
def test_days_that_have_taught_the_model_do_not_speak_about_its_counting_and_the_next_one_does(
    champion: int, later: int, speaks: bool
) -> None:
    with transaction() as session:
        learnt_until = model_versions.version(session, champion).learnt_until
    days = (learnt_until - CUBE.first_day).days + MONTH_DAYS + 1 + later
    assert ("calibration" in alarms_of(month_in_which_many_stop(days))) is speaks


def test_a_champion_that_drifts_and_miscounts_is_silent_while_it_could_still_serve(champion: int) -> None:
    cube = month_in_which_many_stop(CUBE.days + 10)
    at = end_of(cube)
    assert {"features", "calibration"} <= set(alarms_of(cube, at=at))
    with transaction() as session:
        assert champion_of(session, as_of=at) is Fallback.MODEL_DRIFTED


def test_a_champion_without_alarms_serves_on_the_same_day(champion: int) -> None:
    at = end_of(CUBE) + timedelta(days=10)
    with transaction() as session:
        assert isinstance(champion_of(session, as_of=at), Champion)


@pytest.mark.usefixtures("champion")
def test_the_days_that_judged_it_are_weeks_of_the_running_sum(champion: int) -> None:
    cube = month_in_which_many_stop(CUBE.days)
    assert "running_sum" in alarms_of(cube)


@pytest.mark.usefixtures("champion")
def test_weeks_in_which_more_leave_than_foretold_add_up_to_an_alarm_of_the_running_sum() -> None:
    assert "running_sum" in alarms_of(went_on(left=0.6))


@pytest.mark.usefixtures("champion")
def test_days_learnt_from_are_no_weeks_of_the_running_sum() -> None:
    assert "running_sum" not in alarms_of(CUBE)


def test_the_look_of_a_day_is_as_of_its_end_and_says_what_it_found(
    champion: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "cube_of_record", lambda *_wanted, **_days: without_logins())
    found = watch_champion(WatchChampion(as_of=NOW))
    assert (found.version_id, "features" in found.alarms) == (champion, True)


@pytest.mark.usefixtures("data")
def test_without_a_champion_the_look_says_so() -> None:
    assert watch_champion(WatchChampion(as_of=NOW)) == WatchReport(words=watching.NOBODY)


def test_a_damaged_champion_is_not_asked(champion: int) -> None:
    with transaction() as session:
        model_versions.version(session, champion).artefact = b"damaged"
    assert alarms_of(without_logins()) == []
