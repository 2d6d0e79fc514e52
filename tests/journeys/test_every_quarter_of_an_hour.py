"""The schedule's tick: it starts the one evaluation, which works off everybody that has something new."""

from datetime import timedelta
from uuid import uuid4

import pytest

from retention.clock import real_time
from retention.messages.evaluation import EvaluationInput, EvaluationReport
from retention.temporal.queues import UPKEEP
from tests.journeys.scenes import a_poor_first_session, tasks_of
from tests.testbed import recording
from tests.testbed.town import Town
from tests.testbed.waiting import eventually
from workflows.evaluation import EVALUATION_ID

pytestmark = pytest.mark.devserver


@pytest.mark.recorded("tick")
async def test_a_tick_starts_the_evaluation_or_makes_it_look_again(
    request: pytest.FixtureRequest, town: Town
) -> None:
    scene = await a_poor_first_session(town)
    await eventually(lambda: tasks_of(town, scene.session_id), within=40)
    ticks = [f"tick-{uuid4().hex[:12]}" for _ in range(2)]
    for tick in ticks:
        said: str = await town.upkeep.execute_workflow(
            "EvaluationTick",
            EvaluationInput(clock=real_time()),
            id=tick,
            task_queue=UPKEEP,
            execution_timeout=timedelta(seconds=60),
            result_type=str,
        )
        assert said in {"Started.", "It was running and looks again."}
    evaluation = town.upkeep.get_workflow_handle(EVALUATION_ID, result_type=EvaluationReport)
    await evaluation.result()
    assert len(tasks_of(town, scene.session_id)) == 1  # however often somebody looked
    await recording.keep(request, town.upkeep, ticks[:1])
    await recording.keep_longest(request, town.upkeep, EVALUATION_ID)
