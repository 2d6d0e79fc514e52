"""The states that docs/programmes.md draws are the steps that cases have."""

from enum import StrEnum

import pytest

from retention.vocabulary import CoachingStep, TipStep
from tests.architecture import machines, source
from web.people_ops.progress import STAGES


@pytest.mark.parametrize(("title", "steps"), [("Coaching", CoachingStep), ("Coaching tip", TipStep)])
def test_a_diagram_draws_the_steps_of_its_programme_and_no_others(title: str, steps: type[StrEnum]) -> None:
    assert machines.states(source.ROOT)[title] == set(steps)


@pytest.mark.parametrize(("programme", "steps"), [("coaching", CoachingStep), ("coaching_tip", TipStep)])
def test_a_case_page_has_a_place_for_every_step(programme: str, steps: type[StrEnum]) -> None:
    placed = [step for stage in STAGES[programme] for step in stage.steps]
    assert sorted(placed) == sorted(steps)
