"""A story that changes while cases are under way: they go on as they began, new ones take the new way.

The same story at two releases, run by one worker after the other, as a deploy does it.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from retention.clock import real_time
from tests.testbed.time_skipping import Skipper
from workflows.on_temporal import OnTemporal

pytestmark = pytest.mark.timeskipping
QUEUE = "change-in-flight"
DAY = timedelta(days=1)
CHANGE = "a second look"
Story = Callable[[OnTemporal], Awaitable[str]]


async def waits(carrier: OnTemporal, days: int) -> None:
    await carrier.until(lambda: False, carrier.now() + days * DAY, "Waiting")


async def first_release(carrier: OnTemporal) -> str:
    await waits(carrier, 1)
    await waits(carrier, 1)
    return "looked at once"


async def guarded_change(carrier: OnTemporal) -> str:
    """The change under its name: whoever began without it goes on without it."""
    looks_twice = carrier.changed(CHANGE)
    await waits(carrier, 1)
    if looks_twice:
        await waits(carrier, 5)
    await waits(carrier, 1)
    return "looked at twice" if looks_twice else "looked at once"


@workflow.defn(name="Watch", sandboxed=False)
class FirstRelease:
    @workflow.run
    async def run(self) -> str:
        return await first_release(OnTemporal(real_time()))


@workflow.defn(name="Watch", sandboxed=False)
class SecondRelease:
    @workflow.run
    async def run(self) -> str:
        return await guarded_change(OnTemporal(real_time()))


def released(skipper: Skipper, story: type) -> Worker:
    """A worker of one release; what it remembers of a case, it does not hand on."""
    return Worker(
        skipper.client,
        task_queue=QUEUE,
        workflows=[story],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=0,
    )


async def begun(skipper: Skipper) -> WorkflowHandle[FirstRelease, str]:
    handle = await skipper.client.start_workflow(FirstRelease.run, id=f"watch/{uuid4()}", task_queue=QUEUE)
    skipper.watch(handle.id)
    await skipper.rest()
    return handle


async def test_a_case_that_was_under_way_goes_on_as_it_began(skipper: Skipper) -> None:
    async with released(skipper, FirstRelease):
        handle = await begun(skipper)
        await skipper.move(DAY + timedelta(seconds=1))  # it stands at its second wait
    async with released(skipper, SecondRelease):
        await skipper.move(DAY)
        assert await handle.result() == "looked at once"


async def test_a_case_that_begins_afterwards_takes_the_new_way(skipper: Skipper) -> None:
    async with released(skipper, SecondRelease):
        handle = await begun(skipper)
        await skipper.move(7 * DAY + timedelta(seconds=1))
        assert await handle.result() == "looked at twice"
