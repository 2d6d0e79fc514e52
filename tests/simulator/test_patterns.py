"""Three patterns are planted for whoever looks for patterns, and three that look likely are not there."""

from collections import defaultdict
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from simulator import chronicle, world as worlds
from simulator.chronicle import lived
from simulator.engagement import NEVER, STAYING
from simulator.sessions import AHEAD
from simulator.world import World
from tests.simulator.lived import MONDAY, TUTORS, a_long_run

SURE = 4  # standard errors


def started(record: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(record["scheduled_start"])


def a_world_with(**patterns: float) -> World:
    world = worlds.born(MONDAY, tutors_wanted=200, seed=9)
    numbers = world.profile.patterns.model_copy(update=patterns)
    world.profile = world.profile.model_copy(update={"patterns": numbers})
    return world


def by_tutor(values: dict[str, list[float]], *, least: int) -> dict[str, float]:
    """The mean of each tutor who has enough of them: rows of one tutor are alike."""
    return {tutor: float(np.mean(some)) for tutor, some in values.items() if len(some) >= least}


def apart(one: list[float], other: list[float]) -> float:
    """The difference of two means in standard errors (Welch)."""
    error = np.sqrt(np.var(one, ddof=1) / len(one) + np.var(other, ddof=1) / len(other))
    return float((np.mean(one) - np.mean(other)) / error)


def test_a_monday_morning_has_more_no_shows_than_both_together_explain() -> None:
    run = lived(worlds.born(MONDAY, tutors_wanted=1_500, seed=2), days=60)
    missed = {when: run.tallies[f"missed {when}"] for when in ("monday morning", "monday", "morning", "else")}
    odds = {when: many / run.tallies[f"taught {when}"] for when, many in missed.items()}
    beyond = odds["monday morning"] * odds["else"] / (odds["monday"] * odds["morning"])
    error = np.sqrt(sum(1 / many for many in missed.values()))
    assert abs(np.log(beyond / 1.6)) < SURE * error
    assert np.log(beyond) > 2 * error


def test_a_failed_first_session_weighs_twice_as_much_in_mathematics() -> None:
    usual, twice = a_world_with(mathematics_after_poor_first=1.0), a_world_with()
    for world in (usual, twice):
        chronicle.lived(world, days=9)
    more = twice.life.disengagement - usual.life.disengagement
    assert more.max() > 0
    assert more.min() >= -1e-9
    pain = usual.profile.engagement.poor_first_session
    assert more[more > 1e-6].min() >= pain * usual.profile.engagement.persistence**9 - 1e-9
    assert (usual.life.poor_first > -NEVER).sum() > (more > 1e-6).sum()


def test_tutors_on_their_way_out_give_up_their_evenings() -> None:
    run = a_long_run()
    life, london = run.world.life, run.world.tutors.zone == 0
    left = london & (life.intent != STAYING) & (life.gone_from < 120) & (life.gone_from > 50)
    evenings: dict[bool, list[bool]] = {True: [], False: []}
    for one in run.sessions("booked"):
        tutor, day = (int(part) for part in one["session_id"].split("-")[1:3])
        if left[tutor - 1]:
            remaining = life.gone_from[tutor - 1] - (day - AHEAD)  # when it was booked
            far = remaining > life.lead[tutor - 1]
            if far or remaining < life.lead[tutor - 1] / 2:
                evenings[not far].append(started(one).hour >= 17)  # 18 o'clock in London's summer
    assert len(evenings[True]) > 50
    assert np.mean(evenings[True]) < 0.7 * np.mean(evenings[False])


def test_a_friday_has_as_many_no_shows_as_a_tuesday() -> None:
    run = a_long_run()
    missed, taught = (
        np.bincount([started(one).weekday() for one in run.sessions(kind)], minlength=7)
        for kind in ("no_show", "completed")
    )
    log_odds = np.log(missed[4] / taught[4]) - np.log(missed[1] / taught[1])
    assert abs(log_odds) < SURE * np.sqrt(1 / missed[4] + 1 / missed[1])


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York"])
def test_where_a_tutor_lives_has_no_part_in_the_ratings(zone: str) -> None:
    run = a_long_run()
    home = {one["tutor_id"]: one["details"]["time_zone"] for one in run.behaviour("onboarded")}
    stars: dict[str, list[float]] = defaultdict(list)
    for one in run.records("feedback"):
        stars[one["tutor_id"]].append(one["overall_rating"])
    means = by_tutor(stars, least=20)
    here = [mean for tutor, mean in means.items() if home[tutor] == zone]
    assert abs(apart(here, [mean for tutor, mean in means.items() if home[tutor] != zone])) < SURE


def test_education_has_no_part_in_leaving() -> None:
    run = a_long_run()
    gone = run.world.life.gone_from < 120
    left: dict[str, list[float]] = defaultdict(list)
    for one in run.behaviour("onboarded"):
        number = int(one["tutor_id"][-5:]) - 1
        if number < TUTORS:
            left[one["details"]["education_level"]].append(float(gone[number]))
    everybody = [value for values in left.values() for value in values]
    for values in left.values():
        assert abs(apart(values, everybody)) < SURE
