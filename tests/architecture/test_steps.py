"""A workflow calls its step, the worker runs the activity of that name; a test is what ties the two."""

from temporalio import activity

import activities
from tests.architecture import steps
from workflows import model_steps, rulebook_steps, steps as asked


async def measure(batch: str) -> int:
    return len(batch)


@activity.defn(name="measure")
def counts_tutors(batch: str) -> int:
    return len(batch)


@activity.defn(name="measure")
def counts_words(batch: list[str]) -> int:
    return len(batch)


def test_every_step_is_an_activity_with_the_same_contract() -> None:
    found = steps.activities_of(steps.modules_of(activities))
    assert found
    wanted = steps.steps_of(asked) | steps.steps_of(model_steps) | steps.steps_of(rulebook_steps)
    assert steps.disagreements(wanted, found) == []


def test_a_step_without_activity_and_an_activity_without_step_are_found() -> None:
    assert steps.disagreements({"measure": measure}, {}) == ["measure: no activity of this name"]
    assert steps.disagreements({}, {"measure": counts_tutors}) == ["measure: no step of this name"]


def test_different_types_are_found() -> None:
    assert steps.disagreements({"measure": measure}, {"measure": counts_tutors}) == []
    assert len(steps.disagreements({"measure": measure}, {"measure": counts_words})) == 1
