"""How a worker treats its activities: a refusal ends, a long one is known to live."""

import time
from datetime import timedelta

import pytest
from temporalio import activity, workflow
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import Worker

from activities.serving import BEAT_EVERY, worker_of
from retention.errors import NotFound, NotSetUp
from retention.temporal.queues import WORK
from tests.testbed.temporal import TwoNamespaces

pytestmark = pytest.mark.devserver
SILENCE = timedelta(seconds=BEAT_EVERY * 1.5)  # after which the server would give the step to another


@activity.defn
def take_long() -> int:
    """Longer than the server waits without a sign of life."""
    time.sleep(SILENCE.total_seconds() * 1.5)
    return activity.info().attempt


@activity.defn
def refuse() -> int:
    raise NotFound("There is no such tutor.", instead="Look for it in the list.")


@activity.defn
def lack_a_setting() -> int:
    """What whoever runs the process has mended by the third time."""
    if activity.info().attempt < 3:
        raise NotSetUp("SESSION_SECRET is too short.")
    return activity.info().attempt


@workflow.defn(sandboxed=False)
class OneStep:
    @workflow.run
    async def run(self, step: str) -> int:
        attempt: int = await workflow.execute_activity(
            step,
            task_queue=WORK,
            start_to_close_timeout=timedelta(minutes=1),
            heartbeat_timeout=SILENCE,
        )
        return attempt


async def ends(temporal: TwoNamespaces, step: str) -> int:
    client = temporal.cases
    workers = (
        Worker(client, task_queue="tried", workflows=[OneStep]),
        worker_of(client, WORK, [take_long, refuse, lack_a_setting], slots=1),
    )
    async with workers[0], workers[1]:
        return await client.execute_workflow(OneStep.run, step, id=step, task_queue="tried")


async def test_a_long_step_is_not_given_to_another_while_its_worker_lives(temporal: TwoNamespaces) -> None:
    assert await ends(temporal, "take_long") == 1


async def test_a_refusal_is_an_answer_and_not_tried_again(temporal: TwoNamespaces) -> None:
    with pytest.raises(WorkflowFailureError) as failed:
        await ends(temporal, "refuse")
    assert isinstance(failed.value.cause, ActivityError)
    refused = failed.value.cause.cause
    assert isinstance(refused, ApplicationError)
    assert refused.message == "There is no such tutor. Look for it in the list."
    assert (refused.type, refused.non_retryable) == ("not_found", True)


async def test_a_missing_setting_is_waited_for(temporal: TwoNamespaces) -> None:
    assert await ends(temporal, "lack_a_setting") == 3
