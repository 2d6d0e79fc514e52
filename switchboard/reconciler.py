"""Compares what our records show as open with what really runs, and mends the records, not the work."""

import logging
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from retention.messages.cases import CaseProgress
from retention.messages.tasks import SYSTEM, TaskSnapshot, Withdraw
from retention.records import case_progress, command_queue, commands, open_work, tasks, world
from retention.records.commands import NewCommand
from retention.records.database import Session
from retention.records.open_work import OpenCase, OpenTaskRow
from retention.vocabulary import CaseState, CommandKind, Outcome
from switchboard.delivery import PATIENCE
from switchboard.relay import in_transaction

RUNNING_TASKS = "WorkflowType = 'HumanTask' AND ExecutionStatus = 'Running'"
GONE = "Its workflow was ended from outside Mainstay."
FAILED = "Its workflow failed, so nothing more happens by itself. The Temporal UI shows why."
ORPHANED = "The case behind it has ended."

log = logging.getLogger("mainstay.switchboard")


class Mended(BaseModel):
    """What a comparison found and put right."""

    rows_closed: int = 0
    rows_rebuilt: int = 0
    orphans_withdrawn: int = 0
    cases_closed: int = 0


async def reconcile(client: Client) -> Mended:
    """Compare once. Repeatable; finds nothing to do when all is well."""
    mended = Mended()
    rows = {row.task_id: row for row in await in_transaction(open_work.open_tasks)}
    for row in rows.values():
        if reason := await ended(client, f"task/{row.task_id}"):
            mended.rows_closed += await in_transaction(partial(_close_row, row=row, reason=reason))
        elif await ended(client, row.case_id):
            mended.orphans_withdrawn += await in_transaction(partial(_withdraw, row=row))
    mended.cases_closed = await _close_cases(client)
    async for run in client.list_workflows(RUNNING_TASKS):
        mended.rows_rebuilt += await _rebuild(client, run.id, rows)
    log.info("Records compared with what runs: %s", mended.model_dump(exclude_defaults=True) or "all well")
    return mended


async def _rebuild(client: Client, workflow_id: str, rows: dict[str, OpenTaskRow]) -> bool:
    """Write the row of a running task that has none, or an old one. A silent one is passed over."""
    handle = client.get_workflow_handle(workflow_id)
    snapshot: TaskSnapshot
    try:
        snapshot = await handle.query("snapshot", result_type=TaskSnapshot, rpc_timeout=PATIENCE)
    except (RPCError, WorkflowQueryFailedError) as silence:  # no worker, or one that stumbles over this task
        log.warning("%s does not say how it stands: %s", workflow_id, str(silence)[:200])
        return False
    row = rows.get(snapshot.task_id)
    if row is not None and row.version >= snapshot.state.version:
        return False
    await in_transaction(partial(tasks.project, snapshot=snapshot))
    return True


async def ended(client: Client, workflow_id: str) -> str:
    """Why a workflow does not run any more; empty when it does."""
    try:
        known = await client.get_workflow_handle(workflow_id).describe(rpc_timeout=PATIENCE)
    except RPCError as fault:
        if fault.status is RPCStatusCode.NOT_FOUND:
            return GONE
        raise
    if known.status is WorkflowExecutionStatus.RUNNING:
        return ""
    if known.status is not WorkflowExecutionStatus.FAILED:
        return GONE
    log.error("%s has failed: nothing more happens in it by itself.", workflow_id)
    return FAILED


async def _close_cases(client: Client) -> int:
    """Close the rows of cases that run no more."""
    begun = [(row, await ended(client, row.case_id)) for row in await in_transaction(_begun)]
    lost = [(row, reason) for row, reason in begun if reason]
    return await in_transaction(partial(_close_lost, lost=lost)) if lost else 0


def _begun(session: Session) -> list[OpenCase]:
    """Open cases but those whose start was on its way: to be asked before Temporal is, for it may arrive."""
    rows = open_work.open_cases(session)
    waiting = command_queue.pending_targets(session, [row.case_id for row in rows])
    return [row for row in rows if row.case_id not in waiting]


def _close_lost(session: Session, lost: list[tuple[OpenCase, str]]) -> int:
    at = world.the_clock(session).now()
    for row, reason in lost:
        progress = CaseProgress(
            case_id=row.case_id,
            version=row.version + 1,  # a row that has moved on since it was read stays as it is
            state=CaseState.CLOSED,
            waiting_for="",
            at=at,
            step=row.step,
            acted_at=row.acted_at,
            appointment_at=row.appointment_at,
            follow_up=row.follow_up,
            outcome=row.outcome or Outcome.WITHDRAWN,
            note=reason,
        )
        case_progress.follow(session, progress)
    return len(lost)


def _close_row(session: Session, row: OpenTaskRow, *, reason: str) -> bool:
    at = world.the_clock(session).now()
    return open_work.close_lost_task(session, row, reason=reason, at=at)


def _withdraw(session: Session, row: OpenTaskRow) -> bool:
    """Take an orphan back, once: the command's id is made from the task's."""
    command_id = uuid5(NAMESPACE_URL, f"withdraw/{row.task_id}")
    if commands.find(session, command_id) is not None:
        return False
    said = Withdraw(command_id=str(command_id), actor=SYSTEM, reason=ORPHANED)
    withdrawal = NewCommand(
        id=command_id,
        target=f"task/{row.task_id}",
        kind=CommandKind.SIGNAL,
        name="withdraw",
        payload=said.model_dump(mode="json"),
        actor=SYSTEM,
    )
    commands.put(session, [withdrawal])
    return True
