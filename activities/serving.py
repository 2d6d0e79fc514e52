"""A worker process for the activities of one queue, in both namespaces."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor, Worker

from retention.errors import NotSetUp, Refusal
from retention.temporal import serving

BEAT_EVERY = 2.0  # seconds


async def beat() -> None:
    """Say every so often that this process lives, so that a killed one is soon replaced."""
    while True:
        await asyncio.sleep(BEAT_EVERY)
        await asyncio.to_thread(
            activity.heartbeat
        )  # waits for this loop: on the loop it would wait for itself


class _InGoodOrder(ActivityInboundInterceptor):
    """A Refusal is an answer: it is not tried again. Everything else may be, a missing setting too."""

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 (the base names it)
        beating = asyncio.create_task(beat()) if activity.info().heartbeat_timeout else None
        try:
            return await super().execute_activity(input)
        except NotSetUp:
            raise  # it waits for whoever runs this process, and no case ends for it
        except Refusal as refused:
            raise ApplicationError(str(refused), type=refused.kind, non_retryable=True) from refused
        finally:
            if beating is not None:
                beating.cancel()


class InGoodOrder(Interceptor):
    """Puts `_InGoodOrder` around every activity of a worker."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        return _InGoodOrder(next)


def worker_of(client: Client, queue: str, activities: Sequence[Callable[..., Any]], *, slots: int) -> Worker:
    """A worker of one queue in one namespace, `slots` activities at a time."""
    return Worker(
        client,
        task_queue=queue,
        activities=activities,
        activity_executor=ThreadPoolExecutor(slots, thread_name_prefix=queue),
        max_concurrent_activities=slots,
        interceptors=[InGoodOrder()],
        graceful_shutdown_timeout=serving.GRACE,
    )


def serve_activities(queue: str, activities: Sequence[Callable[..., Any]], *, slots: int) -> NoReturn:
    """The whole life of a process that works off one queue, `slots` at a time in each namespace."""

    async def main() -> None:
        clients = await serving.both_namespaces()
        await serving.work(*(worker_of(client, queue, activities, slots=slots) for client in clients))

    serving.serve(main)
