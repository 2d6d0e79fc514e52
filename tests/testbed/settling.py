"""When is a workflow waiting for the world, and for nothing else? Only then may a test move time or look."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle

LONGEST = 60.0  # seconds that things may take to come to rest: a busy machine is slow, not wrong
LOOK_EVERY = 0.005
LOOK_AT_LEAST_EVERY = 0.1  # who waits for long does not take time from those who are at work
OPENS = {
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED: "workflow task",
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: "activity",
    EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED: "child start",
    EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED: "signal to another",
}
CLOSES_SCHEDULED = {
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT,
    EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED,
}
CLOSES_INITIATED = {
    EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED,
}
ENDS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
}


@dataclass
class Look:
    """One look at a workflow's history and at those of its children."""

    last_events: dict[str, int] = field(default_factory=dict)
    unsettled: dict[str, str] = field(default_factory=dict)


def open_work(events: Sequence[HistoryEvent]) -> dict[int, str]:
    """What a history says has begun and not ended, by event id; timers are not work."""
    begun: dict[int, str] = {}
    for event in events:
        if event.event_type in OPENS:
            begun[event.event_id] = OPENS[event.event_type]
        elif event.event_type in CLOSES_SCHEDULED:
            begun.pop(_details(event).scheduled_event_id, None)
        elif event.event_type in CLOSES_INITIATED:
            begun.pop(_details(event).initiated_event_id, None)
        elif event.event_type in ENDS:
            begun.clear()
    return begun


def _details(event: HistoryEvent) -> Any:
    return getattr(event, event.WhichOneof("attributes") or "")


def children_of(events: Iterable[HistoryEvent]) -> list[tuple[str, str]]:
    """Workflow id and run id of every child that was started."""
    started = [
        event.child_workflow_execution_started_event_attributes.workflow_execution
        for event in events
        if event.event_type == EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED
    ]
    return [(child.workflow_id, child.run_id) for child in started]


async def settled(client: Client, *workflow_ids: str) -> None:
    """Wait until these workflows and their children wait for nothing but the world, in two looks in a row."""
    before: Look | None = None
    last, pause = time.monotonic() + LONGEST, LOOK_EVERY
    while time.monotonic() < last:
        look = Look()
        for workflow_id in workflow_ids:
            await _look_at(client.get_workflow_handle(workflow_id), client, look)
        if not look.unsettled and before is not None and look.last_events == before.last_events:
            return
        before = look
        await asyncio.sleep(pause)
        pause = min(pause * 1.2, LOOK_AT_LEAST_EVERY)
    assert before is not None
    message = f"Not at rest after {LONGEST:.0f} s: {before.unsettled or before.last_events}"
    raise TimeoutError(message)


async def unfinished(client: Client, *workflow_ids: str) -> list[str]:
    """Which of these workflows and their children have not ended, children first."""
    found = []
    for workflow_id in workflow_ids:
        events = (await client.get_workflow_handle(workflow_id).fetch_history()).events
        found += await unfinished(client, *(child_id for child_id, _ in children_of(events)))
        if events[-1].event_type not in ENDS:
            found.append(workflow_id)
    return found


async def _look_at(handle: WorkflowHandle[object, object], client: Client, look: Look) -> None:
    events = (await handle.fetch_history()).events
    look.last_events[f"{handle.id}/{handle.run_id}"] = events[-1].event_id
    if work := open_work(events):
        look.unsettled[handle.id] = ", ".join(work.values())
    for child_id, run_id in children_of(events):
        await _look_at(client.get_workflow_handle(child_id, run_id=run_id), client, look)
