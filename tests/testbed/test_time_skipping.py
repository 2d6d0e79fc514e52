"""The test bed's own promises about time."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

from tests.testbed.settling import settled
from tests.testbed.time_skipping import Servers, Skipper

pytestmark = pytest.mark.timeskipping
REMINDERS: list[str] = []
WAIT = timedelta(days=17)


@activity.defn
async def remind(who: str) -> None:
    REMINDERS.append(who)


@workflow.defn(sandboxed=False)
class Waiting:
    @workflow.run
    async def run(self, who: str) -> str:
        await workflow.sleep(WAIT)
        await workflow.execute_activity(remind, who, start_to_close_timeout=timedelta(seconds=5))
        return workflow.now().isoformat()


def a_worker(client: Client, queue: str) -> Worker:
    return Worker(client, task_queue=queue, workflows=[Waiting], activities=[remind])


async def test_a_wait_of_weeks_ends_neither_a_second_early_nor_late(skipper: Skipper) -> None:
    queue = who = uuid4().hex
    async with a_worker(skipper.client, queue):
        began = await skipper.now()
        handle = await skipper.client.start_workflow(Waiting.run, who, id=who, task_queue=queue)
        skipper.watch(who)
        await skipper.move(WAIT - timedelta(seconds=5))
        assert who not in REMINDERS
        await skipper.move(timedelta(seconds=10))
        assert who in REMINDERS
        assert (await handle.describe()).close_time is not None
        assert timedelta(0) <= await skipper.now() - began - WAIT < timedelta(seconds=30)


async def test_a_server_whose_clock_is_stuck_is_replaced(time_skipping_servers: Servers) -> None:
    client = await time_skipping_servers.client()
    queue = uuid4().hex
    handle = await client.start_workflow(Waiting.run, "x", id=queue, task_queue=queue)
    await handle.terminate()  # with its first task unpolled: the clock's lock leaks for good
    replaced = await time_skipping_servers.client()
    assert replaced.service_client.config.target_host != client.service_client.config.target_host


async def test_something_that_does_not_come_to_rest_is_named(
    skipper: Skipper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.testbed.settling.LONGEST", 0.2)
    queue = uuid4().hex
    await skipper.client.start_workflow(Waiting.run, "x", id=queue, task_queue=queue)
    with pytest.raises(TimeoutError, match="workflow task"):
        await settled(skipper.client, queue)
    async with a_worker(skipper.client, queue):
        await asyncio.sleep(0)
        await skipper.client.get_workflow_handle(queue).cancel()
        monkeypatch.setattr("tests.testbed.settling.LONGEST", 10.0)
        await settled(skipper.client, queue)
