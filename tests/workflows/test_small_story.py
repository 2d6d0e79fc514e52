"""The smallest programme, which docs/architecture.md prints for whoever adds one: it works as printed."""

from datetime import timedelta
from pathlib import Path

from retention.vocabulary import Outcome, TaskKind
from tests.factories.cases import a_start
from tests.factories.tasks import NOTES
from tests.testbed.rehearsal import Rehearsal, Says
from tests.workflows.small_story import SmallStory

KIND, DAY = TaskKind.NO_SHOW_CHECK, timedelta(days=1)
DOCS = Path(__file__).parents[2] / "docs" / "architecture.md"


def rehearsed(*said: Says) -> Rehearsal[SmallStory]:
    return Rehearsal(SmallStory, a_start(KIND), people={KIND: list(said)})


def test_what_the_person_answers_ends_the_case() -> None:
    case = rehearsed(Says(Outcome.EXPLAINED_ABSENCE, {"notes": NOTES}, after=DAY))
    result = case.play()
    assert (result.outcome, result.late, case.steps()) == (
        Outcome.EXPLAINED_ABSENCE,
        False,
        ["asked", "closed"],
    )


def test_a_tutor_who_leaves_ends_the_case() -> None:
    case = rehearsed()
    case.leaves(DAY)
    assert case.play().outcome is Outcome.CHURNED


def test_a_task_ended_from_outside_ends_the_case() -> None:
    case = rehearsed()
    case.ended_outside(KIND, DAY)
    assert case.play().outcome is Outcome.WITHDRAWN


def test_the_guide_prints_it_as_it_is() -> None:
    code = (Path(__file__).parent / "small_story.py").read_text(encoding="utf-8")
    shown = code[code.index("class SmallStory(") :]
    assert f"```python\n{shown}```" in DOCS.read_text(encoding="utf-8")
