"""The world obeys what was carried out, and nothing else."""

import numpy as np
import pytest

from simulator import chronicle, effects, world as worlds
from simulator.effects import Action
from simulator.engagement import STAYING
from simulator.exits import CAUSES
from simulator.tutors import HIGH, STEADY
from simulator.world import World
from tests.simulator.lived import MONDAY

DAYS = 40


def a_world(*actions: Action, tutors: int = 60) -> World:
    world = worlds.born(MONDAY, tutors_wanted=tutors, seed=6)
    world.actions = actions
    return world


def lived(world: World, days: int = DAYS) -> World:
    chronicle.lived(world, days=days)
    return world


def relief_of(programme: str, *, dose: str, archetype: int, cause: str) -> float:
    world = a_world()
    world.life.archetype[:] = archetype
    world.life.intent[:] = STAYING + 1
    world.life.cause[:] = CAUSES.index(cause)
    planted = effects.relief(world.life, world.tutors, programme, dose=dose, day=1, profile=world.profile)
    return float(planted[0])


def test_a_held_call_works_after_two_nights_and_half_of_it_is_gone_after_its_half_life() -> None:
    world = a_world(Action(3, "coaching", day=2, dose="attended"))
    lived(world, 4)
    assert not world.life.relief.any()
    lived(world, 1)
    first = world.life.relief[3]
    assert first > 0
    lived(world, int(world.profile.effects.half_life))
    assert world.life.relief[3] == pytest.approx(first / 2)
    assert np.flatnonzero(world.life.relief).tolist() == [3]


def test_a_task_that_was_only_created_changes_nothing() -> None:
    treated = lived(a_world(Action(3, "coaching", day=2, dose="created")))
    assert (treated.life.disengagement == lived(a_world()).life.disengagement).all()
    assert not treated.life.relief.any()


def test_the_untreated_live_as_if_nobody_had_been_treated() -> None:
    who = [tutor for tutor in range(60) if tutor % 2]
    treated = a_world(*(Action(tutor, "coaching", day=1, dose="attended") for tutor in who))
    ours, theirs = chronicle.lived(treated, days=DAYS), chronicle.lived(a_world(), days=DAYS)
    for name, table in ours.counts.items():
        assert (table[:, 0:60:2] == theirs.counts[name][:, 0:60:2]).all(), name
        assert (table[:, 60:] == theirs.counts[name][:, 60:]).all(), name
    assert (ours.counts["logins"][:, 1:60:2] != theirs.counts["logins"][:, 1:60:2]).any()


def test_help_acts_on_the_cause_that_it_is_for() -> None:
    assert relief_of("rescheduling_help", dose="attended", archetype=STEADY, cause="scheduling") > 1
    assert relief_of("rescheduling_help", dose="attended", archetype=STEADY, cause="workload") == 0
    assert relief_of("rescheduling_help", dose="attended", archetype=STEADY, cause="no_signal") == 0


def test_a_smaller_dose_does_less() -> None:
    doses = [
        relief_of("coaching", dose=dose, archetype=STEADY, cause="workload")
        for dose in ("created", "sent", "opened", "attended")
    ]
    assert doses == sorted(doses)
    assert doses[0] == 0 < doses[1]


def test_an_improvement_plan_harms_high_performers_and_helps_others() -> None:
    assert relief_of("improvement_plan", dose="attended", archetype=HIGH, cause="scheduling") < 0
    assert relief_of("improvement_plan", dose="attended", archetype=STEADY, cause="scheduling") > 0


def test_a_programme_without_a_planted_effect_does_nothing() -> None:
    assert relief_of("alert_check", dose="attended", archetype=STEADY, cause="workload") == 0
