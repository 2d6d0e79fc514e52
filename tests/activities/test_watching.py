"""The champion is watched: what has moved becomes an alarm of the day, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from activities import model_training
from activities.watching import watch
from ml.challenger import Made, made
from retention.measures.cube import Cube
from retention.records import model_alarms, model_versions
from retention.records.database import transaction
from tests.ml.cubes import tiring_cube

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
CUBE = tiring_cube(80, 110)


@pytest.fixture(scope="module")
def learnt() -> Made:
    return made(CUBE, draws=2)


@pytest.fixture
def champion(data: str, learnt: Made) -> int:
    with transaction() as session:
        number = model_training._stored(session, learnt, at=NOW)
        model_versions.promote(session, number, actor="7", reason="The first one.", at=NOW)
    return number


def alarms_of(cube: Cube, *, at: datetime = NOW) -> list[str]:
    with transaction() as session:
        watch(session, cube, at=at)
        return sorted(alarm.kind for alarm in model_alarms.newest(session))


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


@pytest.mark.usefixtures("champion")
def test_days_that_the_model_has_seen_do_not_speak_about_its_counting() -> None:
    assert "calibration" not in alarms_of(CUBE)


def test_a_damaged_champion_is_not_asked(champion: int) -> None:
    with transaction() as session:
        model_versions.version(session, champion).artefact = b"damaged"
    assert alarms_of(without_logins()) == []
