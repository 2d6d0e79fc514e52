"""The Temporal dev server with its UI: loopback only, kept in a file, our namespaces prepared."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from local import children, ports
from local.children import Child
from retention.errors import Refusal
from retention.temporal import namespaces
from retention.temporal.connection import connect

# What a server that does not answer, or not well, makes its client raise.
SILENCE = (RPCError, RuntimeError, TimeoutError)
START_PATIENCE = 60.0  # seconds
STOP_PATIENCE = 5.0  # it loses nothing when it is killed
PREPARE_PATIENCE = 60.0


@dataclass(frozen=True)
class TemporalServer:
    """A running server: where programs and where people find it."""

    address: str
    ui_url: str
    child: Child = field(repr=False)

    def stop(self) -> None:
        """End it; what it knew is in its file."""
        children.stop(self.child, patience=STOP_PATIENCE)


def start_temporal(
    folder: Path | None, *, program: Path, port: int = 0, ui_port: int = 0, ui: bool = True
) -> TemporalServer:
    """Start the server; what it knows is kept in `folder`, or forgotten when that is None.

    Ports 0 take free ones. Raises Refusal with the end of the log when it does not come up.
    """
    port = port or ports.free_port()
    ui_port = ui_port or ports.free_port()
    command: list[str | Path] = [program, "server", "start-dev", "--ip", ports.LOOPBACK, "--port", str(port)]
    command += ["--log-level", "warn", "--ui-disable-news-fetch"]
    command += ["--ui-ip", ports.LOOPBACK, "--ui-port", str(ui_port)] if ui else ["--headless"]
    command += ["--http-port", str(ports.free_port()), "--metrics-port", str(ports.free_port())]
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        command += ["--db-filename", folder / "temporal.db"]
    child = _started(command, folder=folder)
    if not children.wait_until(lambda: ports.answers(port), within=START_PATIENCE, child=child):
        children.stop(child)
        raise Refusal("The Temporal dev server did not start.", instead=_last_words(folder))
    return TemporalServer(f"{ports.LOOPBACK}:{port}", f"http://{ports.LOOPBACK}:{ui_port}", child)


def prepare(address: str, names: Sequence[str]) -> None:
    """Make the namespaces with their retention and search attributes. Repeatable."""
    asyncio.run(asyncio.wait_for(_prepare(address, names), PREPARE_PATIENCE))


def unready_namespaces(address: str, names: Sequence[str]) -> dict[str, str]:
    """For each namespace that is not as it should be: what is wrong with it, in words."""
    return asyncio.run(asyncio.wait_for(_unready(address, names), 15))


def queues_without_worker(address: str, wanted: Sequence[tuple[str, str, bool]]) -> list[str]:
    """Which of the (namespace, queue, of workflows) nobody polls at the moment."""
    return asyncio.run(asyncio.wait_for(_unpolled(address, wanted), 15))


def result_of(address: str, namespace: str, workflow_id: str) -> dict[str, object]:
    """What a workflow that has ended, or is about to, gave back."""
    return asyncio.run(asyncio.wait_for(_result_of(address, namespace, workflow_id), 15))


def run_of(address: str, namespace: str, workflow_id: str) -> str:
    """The run id of a workflow's newest run, which Temporal's UI wants in its addresses."""
    return asyncio.run(asyncio.wait_for(_run_of(address, namespace, workflow_id), 15))


def _started(command: Sequence[str | Path], *, folder: Path | None) -> Child:
    if folder is None:
        return children.start(command, log=children.NOWHERE)
    with (folder / "temporal.log").open("wb") as log:
        return children.start(command, log=log)


def _last_words(folder: Path | None) -> str:
    if folder is None:
        return "It keeps no log."
    return f"Its log ends: {(folder / 'temporal.log').read_text(errors='replace')[-600:]}"


async def _prepare(address: str, names: Sequence[str]) -> None:
    client = await _patient_client(address, names[0])
    for name in names:
        await namespaces.prepare(client, name, attributes=True)


async def _patient_client(address: str, namespace: str) -> Client:
    """The port is open a moment before the server answers."""
    while True:
        try:
            return await connect(address, namespace)
        except RuntimeError:
            await asyncio.sleep(0.1)


async def _unready(address: str, names: Sequence[str]) -> dict[str, str]:
    client = await connect(address, names[0])
    wrong = {}
    for name in names:
        try:
            missing = await namespaces.missing_attributes(client, name)
        except RPCError as refused:
            wrong[name] = refused.message
        else:
            if missing:
                wrong[name] = f"has no search attributes {', '.join(sorted(missing))}"
    return wrong


async def _unpolled(address: str, wanted: Sequence[tuple[str, str, bool]]) -> list[str]:
    client = await connect(address, wanted[0][0])
    alone = []
    for namespace, queue, of_workflows in wanted:
        kind = (
            TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW if of_workflows else TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
        )
        seen = await client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind
            )
        )
        if not seen.pollers:
            alone.append(f"{namespace}/{queue}")
    return alone


async def _result_of(address: str, namespace: str, workflow_id: str) -> dict[str, object]:
    client = await connect(address, namespace)
    result: dict[str, object] = await client.get_workflow_handle(workflow_id).result()
    return result


async def _run_of(address: str, namespace: str, workflow_id: str) -> str:
    client = await connect(address, namespace)
    return (await client.get_workflow_handle(workflow_id).describe()).run_id
