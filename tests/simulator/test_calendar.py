"""When sessions are held and when tutors are away: seasons, holidays, hours, leaves; and who thinks again."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from simulator import chance, world as worlds
from simulator.engagement import NEVER, STAYING
from simulator.exits import live_out
from simulator.profiles import profile
from simulator.sessions import season
from tests.simulator.lived import MONDAY, a_long_run, share, slack

DAY = timedelta(days=1)
NUMBERS = profile()
SILENT = 2  # an intent to stop without a word


def volume(date: str) -> float:
    """Of a UTC day, whatever its weekday is."""
    midnight = datetime.fromisoformat(date).replace(tzinfo=UTC)
    weekday = NUMBERS.sessions.weekdays[midnight.weekday()]
    return season(int(midnight.timestamp()), profile=NUMBERS) / weekday


@pytest.mark.parametrize(
    ("day", "holiday"),
    [("2026-12-21", False), ("2026-12-22", True), ("2027-01-02", True), ("2027-01-03", False)],
)
def test_the_winter_holidays_take_a_quarter_of_the_volume(day: str, holiday: bool) -> None:
    month = NUMBERS.sessions.months[int(day[5:7]) - 1]
    assert volume(day) / month == pytest.approx(0.75 if holiday else 1.0)


def test_august_is_the_quietest_month_and_autumn_is_busy_again() -> None:
    months = [volume(f"2026-{month:02d}-10") for month in range(1, 13)]
    assert min(months) == months[7]
    assert months[9] > 1.1 * months[7]


def test_two_of_three_sessions_begin_after_school_on_the_tutors_clock() -> None:
    taught = a_long_run().sessions("completed")
    zones = {
        one["tutor_id"]: ZoneInfo(one["details"]["time_zone"]) for one in a_long_run().behaviour("onboarded")
    }
    hours = [
        datetime.fromisoformat(one["scheduled_start"]).astimezone(zones[one["tutor_id"]]).hour
        for one in taught
    ]
    assert set(hours) <= set(range(7, 24))
    assert 0.60 <= share(hours, lambda hour: 15 <= hour <= 19) <= 0.72


def test_an_announced_leave_lasts_four_to_eighteen_days_and_nobody_teaches_in_it() -> None:
    taught: dict[str, list[datetime]] = {}
    for one in a_long_run().sessions("completed"):
        taught.setdefault(one["tutor_id"], []).append(datetime.fromisoformat(one["scheduled_start"]))
    leaves = a_long_run().behaviour("leave_started")
    assert leaves
    for leave in leaves:
        began, until = (datetime.fromisoformat(at) for at in (leave["event_time"], leave["details"]["until"]))
        assert 4 <= (until - began) / DAY <= 19
        assert not any(began + DAY <= at < until - DAY for at in taught.get(leave["tutor_id"], ()))


def test_eight_of_a_thousand_who_mean_to_leave_think_again_in_a_night() -> None:
    world = worlds.born(MONDAY, tutors_wanted=20_000, seed=4)
    life, tutors = world.life, world.tutors
    here = (tutors.joined <= 0) & (life.gone_from >= NEVER)
    life.intent[:], life.lead[:], life.left[:] = SILENT, 20.0, 20.0
    key = chance.keys(9, np.arange(len(tutors.number)))
    live_out(life, tutors, key, day=0, profile=NUMBERS)
    again = (life.intent[here] == STAYING).mean()
    assert again == pytest.approx(0.008, abs=slack(0.008, int(here.sum())))
