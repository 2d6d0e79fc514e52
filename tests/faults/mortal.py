"""`python -m tests.faults.mortal KIND`: a worker that is killed where its plan says, and back at once.

The plan (`plan.json` in MORTAL_FOLDER) names for each case the awaits at which a worker dies: that of the
activities when it has done what was asked and before it can say so, or that of the workflows meanwhile.
The parent has loaded everything and only forks, so that a killed worker is away for a tenth of a second.
"""

import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import temporalio.client
import temporalio.worker
from temporalio import activity
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    StartActivityInput,
    StartChildWorkflowInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle, ChildWorkflowHandle

from activities import mail, work
from activities.serving import worker_of
from local import children
from retention.messages.tasks import TaskSnapshot
from retention.temporal import serving
from retention.temporal.queues import CASES, MAIL, UPKEEP, WORK
from workflows import registry

FOLDER = Path(os.environ.get("MORTAL_FOLDER", "."))
WORKFLOWS = "workflows"
HASTE = timedelta(seconds=2)  # for a step that is done in milliseconds
AT_ONCE = RetryPolicy(initial_interval=timedelta(seconds=0.2), maximum_interval=timedelta(seconds=1))
SOON = timedelta(seconds=1)  # for a case that was in the memory of a killed worker
QUEUES = {
    "activities.work": (WORK, work.ACTIVITIES, work.SLOTS),
    "activities.mail": (MAIL, mail.ACTIVITIES, mail.SLOTS),
}


def kill(kind: str, *, folder: Path = FOLDER) -> None:
    """Kill the worker of a kind as a crash would; one that is dead just now does not mind."""
    with suppress(ProcessLookupError, FileNotFoundError):
        os.kill(int((folder / f"{kind}.pid").read_text()), signal.SIGKILL)


def place(case_id: str, name: str, number: str) -> str:
    """The name of one await of a case: which step, or which kind of task, and the how manieth there."""
    return f"{case_id}|{name}|{number}"


class _Inbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 (the base names it)
        here = _here(input)
        plan = orjson.loads((FOLDER / "plan.json").read_bytes())
        dies = plan.get(here) if _first_time(here, plan) else None
        if dies == WORKFLOWS:
            kill(WORKFLOWS)
        result = await super().execute_activity(input)
        if dies and dies != WORKFLOWS:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


class _InHaste(WorkflowOutboundInterceptor):
    """What a killed worker had in hand is given to another one soon."""

    def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:  # noqa: A002
        input.start_to_close_timeout = HASTE
        input.retry_policy = AT_ONCE
        return super().start_activity(input)

    async def start_child_workflow(self, input: StartChildWorkflowInput) -> ChildWorkflowHandle[Any, Any]:  # noqa: A002
        input.task_timeout = HASTE
        return await super().start_child_workflow(input)


class _InHasteToo(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_InHaste(outbound))


class Mortal(temporalio.client.Interceptor, temporalio.worker.Interceptor):
    """Around everything of a worker whose client has it."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        return _Inbound(next)

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002
    ) -> type[WorkflowInboundInterceptor]:
        return _InHasteToo


def _here(asked: ExecuteActivityInput) -> str:
    told, first = activity.info(), asked.args[0]
    if isinstance(first, TaskSnapshot):
        return place(first.case_id, first.kind, told.activity_id)
    return place(told.workflow_id or "", told.activity_type, told.activity_id)


def _first_time(here: str, plan: dict[str, str]) -> bool:
    """Whether this is the first time that a planned await is come to, by any worker."""
    if here not in plan:
        return False
    try:
        (FOLDER / f"died-{here.replace('/', ',')}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _main(kind: str) -> Callable[[], Coroutine[Any, Any, None]]:
    async def main() -> None:
        cases, upkeep = [_mortal(client) for client in await serving.both_namespaces()]
        if kind == WORKFLOWS:
            await serving.work(
                registry.worker_of(cases, CASES, registry.CASE_WORKFLOWS, sticky=SOON),
                registry.worker_of(upkeep, UPKEEP, registry.UPKEEP_WORKFLOWS, sticky=SOON),
            )
        queue, activities, slots = QUEUES[kind]
        await serving.work(*(worker_of(client, queue, activities, slots=slots) for client in (cases, upkeep)))

    return main


def _mortal(client: Client) -> Client:
    return Client(**client.config() | {"interceptors": [Mortal()]})


def _live(kind: str, parent: int) -> None:
    """One life of the worker."""
    children.bound_to(parent, signal.SIGKILL)()
    written = FOLDER / f"{kind}.{os.getpid()}"
    written.write_text(str(os.getpid()))
    written.replace(FOLDER / f"{kind}.pid")
    serving.serve(_main(kind))


def live_again_and_again(kind: str) -> int:
    """Lives until one ends by itself; its status."""
    parent = os.getpid()
    while True:
        child = os.fork()
        if child == 0:
            _live(kind, parent)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(live_again_and_again(sys.argv[1]))
