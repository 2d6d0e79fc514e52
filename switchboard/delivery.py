"""One command to Temporal, exactly once in effect: what is delivered twice changes nothing.

A start is guarded by its workflow id, an update by its id, a signal by the command id that it carries.
"""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio.api.errordetails.v1 import NamespaceNotFoundFailure
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from retention.messages.cases import StartCase
from retention.programmes.registry import PROGRAMMES
from retention.records.command_queue import HeldCommand
from retention.records.commands import UPKEEP
from retention.settings import settings
from retention.temporal import queues
from retention.vocabulary import CommandKind, CommandState, Programme
from workflows import shown

PATIENCE = timedelta(seconds=5)  # real time for one attempt; the lease of a command is longer

# What no second attempt would mend. A start is never given up: its case would be lost with it, and what it
# lacks (the namespace, a search attribute) may come.
HOPELESS = {
    RPCStatusCode.NOT_FOUND: ("AlreadyClosed", "This is closed already."),
    RPCStatusCode.INVALID_ARGUMENT: ("Malformed", "Temporal cannot take this as it is."),
}


class Answer(BaseModel):
    """What became of an attempt; `state` pending: to be tried again, and `answer` says why."""

    state: CommandState
    answer: dict[str, Any]


async def deliver(client: Client, command: HeldCommand) -> Answer:
    """One attempt; never raises for what Temporal or the workflow may answer."""
    try:
        return Answer(state=CommandState.APPLIED, answer=await _DOORS[command.kind](client, command))
    except WorkflowAlreadyStartedError:
        return Answer(state=CommandState.APPLIED, answer={"type": "AlreadyStarted"})
    except WorkflowUpdateFailedError as refused:
        return Answer(state=CommandState.REFUSED, answer=_reason(refused.cause))
    except WorkflowUpdateRPCTimeoutOrCancelledError:
        return _later("NoAnswer", "No worker has answered yet.")
    except RPCError as fault:
        return _fault(command, fault)
    except RuntimeError as fault:  # a lazy client that cannot connect says so in this way
        return _later("Away", str(fault))


async def _start(client: Client, command: HeldCommand) -> dict[str, Any]:
    if command.namespace == UPKEEP:
        return await _start_upkeep(client, command)
    case = PROGRAMMES[Programme(command.payload["programme"])].start.model_validate(command.payload)
    handle = await client.start_workflow(
        command.name,
        case,
        id=command.target,
        task_queue=queues.CASES,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        static_summary=shown.case_summary(case),
        static_details=f"{case.reason}\n\n{_way_back(case)}".strip(),
        search_attributes=shown.new_case_attributes(case),
        rpc_timeout=PATIENCE,
    )
    return {"run_id": handle.first_execution_run_id or ""}


async def _start_upkeep(client: Client, command: HeldCommand) -> dict[str, Any]:
    handle = await client.start_workflow(
        command.name,
        command.payload,
        id=command.target,
        task_queue=queues.UPKEEP,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        rpc_timeout=PATIENCE,
    )
    return {"run_id": handle.first_execution_run_id or ""}


def _way_back(case: StartCase) -> str:
    """From the Temporal UI to the page of the case."""
    return f"[Open in Mainstay]({settings().public_url}/people-ops/cases/{case.case_id})"


async def _signal(client: Client, command: HeldCommand) -> dict[str, Any]:
    handle = client.get_workflow_handle(command.target)
    await handle.signal(command.name, command.payload, rpc_timeout=PATIENCE)
    return {}


async def _update(client: Client, command: HeldCommand) -> dict[str, Any]:
    said: dict[str, Any] = await client.get_workflow_handle(command.target).execute_update(
        command.name, command.payload, id=str(command.id), result_type=dict, rpc_timeout=PATIENCE
    )
    return _in_short(said)


def _in_short(said: dict[str, Any]) -> dict[str, Any]:
    """Of a task, which shows itself whole, where it stands now; a case's receipt as it is."""
    if {"event", "state"} <= said.keys():
        return {"version": said["event"]["version"], "state": said["state"]["state"]}
    return said


def _reason(cause: BaseException | None) -> dict[str, Any]:
    if isinstance(cause, ApplicationError):
        return {"type": cause.type or "Refused", "message": cause.message}
    return {"type": "Refused", "message": str(cause)}


def _fault(command: HeldCommand, fault: RPCError) -> Answer:
    if command.kind is CommandKind.START or fault.status not in HOPELESS or _without_namespace(fault):
        return _later("Away", fault.message)
    kind, sentence = HOPELESS[fault.status]
    return Answer(state=CommandState.DEAD, answer={"type": kind, "message": sentence, "fault": fault.message})


def _without_namespace(fault: RPCError) -> bool:
    """Whether it is the namespace that is not found, as before it is made; its workflows are not over."""
    return any(detail.Is(NamespaceNotFoundFailure.DESCRIPTOR) for detail in fault.grpc_status.details)


def _later(kind: str, message: str) -> Answer:
    return Answer(state=CommandState.PENDING, answer={"type": kind, "message": message[:200]})


_DOORS = {CommandKind.START: _start, CommandKind.SIGNAL: _signal, CommandKind.UPDATE: _update}
