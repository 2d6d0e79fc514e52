"""What a case has left behind: every row, every file, every step of its workflows. Equal to its twin's?"""

from collections import Counter
from typing import Any
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from retention.records.action_items import ActionItem
from retention.records.answers import LetterAnswer
from retention.records.cases import Case, CaseEvent
from retention.records.commands import Command
from retention.records.letters import LetterRecord
from retention.records.outcomes import CaseOutcome
from retention.records.tasks import Task, TaskLine
from retention.vocabulary import CommandState
from tests.faults.people import PATIENCE, InTown
from tests.testbed.waiting import eventually

TABLES: dict[str, list[InstrumentedAttribute[Any]]] = {
    "case": [Case.state, Case.step, Case.outcome, Case.version, Case.waiting_for, Case.note],
    "story": [CaseEvent.version, CaseEvent.step, CaseEvent.words],
    "letters": [LetterRecord.letter, LetterRecord.state],
    "answers": [LetterAnswer.step, LetterAnswer.choice],
    "tasks": [Task.kind, Task.state, Task.outcome, Task.version],
    "actions": [ActionItem.number, ActionItem.words],
    "outcome": [CaseOutcome.outcome, CaseOutcome.completed],
}
Account = dict[str, Any]


def rows(told: InTown) -> Account:
    """The rows of a case but for ids and times, and the letters in the outbox."""
    case_id = told.case.case_id
    found: Account = {}
    with told.town.records() as records:
        for name, columns in TABLES.items():
            owner: Any = columns[0].class_
            kept = records.execute(select(*columns).where(owner.case_id == case_id))
            found[name] = sorted(tuple(row) for row in kept)
        tasks = list(records.scalars(select(Task.task_id).where(Task.case_id == case_id)))
        lines = select(Task.kind, TaskLine.version, TaskLine.act).join(Task, Task.task_id == TaskLine.task_id)
        found["lines"] = sorted(tuple(row) for row in records.execute(lines.where(Task.case_id == case_id)))
        targets = [case_id, f"effect/{case_id}", *(f"task/{task}" for task in tasks)]
        asked = select(Command.kind, Command.name, Command.state).where(Command.target.in_(targets))
        found["commands"] = sorted(tuple(row) for row in records.execute(asked))
    outbox = told.town.folder / "outbox"
    found["files"] = [len(list(outbox.glob(f"{quote(case_id, safe='')}*")))]
    return found


async def rows_at_rest(told: InTown) -> Account:
    """The rows, once two looks in a row see the same and no command is on its way.

    A case that has ended, or shows what it waits for, may still hear that its last command has come home.
    """
    seen: list[Account] = []

    def look() -> bool:
        seen.append(rows(told))
        on_its_way = any(state == CommandState.PENDING for _, _, state in seen[-1]["commands"])
        return not on_its_way and seen[-2:] == [seen[-1]] * 2

    await eventually(look, within=PATIENCE)
    return seen[-1]


async def steps(told: InTown) -> list[tuple[str, str]]:
    """Every activity that the case and its tasks asked for: the step, or the kind of task, and its number."""
    with told.town.records() as records:
        tasks = list(
            records.execute(select(Task.kind, Task.task_id).where(Task.case_id == told.case.case_id))
        )
    asked = [_asked(await _ended(told, told.case.case_id))]
    for kind, task_id in tasks:
        numbers = _asked(await _ended(told, f"task/{task_id}"))
        asked.append([(kind, number) for _, number in numbers])
    return sorted(one for several in asked for one in several)


async def account(told: InTown) -> Account:
    """Everything: rows, files, what Temporal did, and the result."""
    result = await told.result()
    result.pop("case_id")
    return await rows_at_rest(told) | {"steps": Counter(await steps(told)), "result": result}


async def _history(told: InTown, workflow_id: str) -> list[HistoryEvent]:
    return list((await told.town.cases.get_workflow_handle(workflow_id).fetch_history()).events)


async def _ended(told: InTown, workflow_id: str) -> list[HistoryEvent]:
    events = await _history(told, workflow_id)
    assert events[-1].event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED
    return events


async def steps_so_far(told: InTown) -> list[tuple[str, str]]:
    """Every activity that the case has asked for until now."""
    return _asked(await _history(told, told.case.case_id))


async def timers(told: InTown, about: str) -> tuple[int, int]:
    """How many timers with these words a case has set, and how many of them ran out."""
    events = await _history(told, told.case.case_id)
    said = {one.event_id: bytes(one.user_metadata.summary.data).decode() for one in events}
    ours = {event_id for event_id, words in said.items() if about in words}
    begun = {one.event_id for one in events if one.event_type == EventType.EVENT_TYPE_TIMER_STARTED}
    fired = [
        event.timer_fired_event_attributes.started_event_id
        for event in events
        if event.event_type == EventType.EVENT_TYPE_TIMER_FIRED
    ]
    return len(ours & begun), len(ours & set(fired))


def _asked(events: list[HistoryEvent]) -> list[tuple[str, str]]:
    scheduled = [
        event.activity_task_scheduled_event_attributes
        for event in events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    ]
    return [(one.activity_type.name, one.activity_id) for one in scheduled]
