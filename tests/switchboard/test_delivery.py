"""What an answer of Temporal means for a command: given up, or tried again."""

from datetime import UTC, datetime
from typing import Any, Self, cast

import pytest
from temporalio.api.common.v1 import GrpcStatus
from temporalio.api.errordetails.v1 import NamespaceNotFoundFailure, NotFoundFailure
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from retention.clock import real_time
from retention.messages.cases import StartCase
from retention.records.command_queue import HeldCommand
from retention.records.commands import NewCommand, start_of
from retention.vocabulary import CommandKind, CommandState, OwnerGroup, Programme, TaskKind
from switchboard.delivery import deliver

CASE = StartCase(
    case_id="alert_check/10001/1",
    programme=Programme.ALERT_CHECK,
    tutor_number=10_001,
    episode="1",
    decision_id=1,
    rule_id="ALERT.inactivity",
    rulebook_version=1,
    opened_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
    task_kind=TaskKind.INACTIVITY_CHECK,
    owner_group=OwnerGroup.PEOPLE_OPS,
    priority=50,
    task_policy="alert_medium",
    clock=real_time(),
)
GONE = NotFoundFailure()
NO_NAMESPACE = NamespaceNotFoundFailure(namespace="cases")


class Refusing:
    """A Temporal that answers everything with one fault."""

    def __init__(self, status: RPCStatusCode, *details: Any) -> None:
        told = GrpcStatus()
        for detail in details:
            told.details.add().Pack(detail)
        self._fault = RPCError("Not so.", status, told.SerializeToString())

    def get_workflow_handle(self, _workflow_id: str) -> Self:
        return self

    async def start_workflow(self, *_told: object, **_given: object) -> None:
        raise self._fault

    signal = execute_update = start_workflow


class Answering:
    """A Temporal whose workflow takes every update and answers with this."""

    def __init__(self, said: dict[str, Any]) -> None:
        self._said = said

    def get_workflow_handle(self, _workflow_id: str) -> Self:
        return self

    async def execute_update(self, *_told: object, **_given: object) -> dict[str, Any]:
        return self._said


async def state_after(command: NewCommand, answer: Refusing) -> CommandState:
    held = HeldCommand(attempts=1, **command.model_dump(exclude={"actor"}))
    return (await deliver(cast("Client", answer), held)).state


@pytest.mark.parametrize(
    "answer",
    [
        Refusing(RPCStatusCode.NOT_FOUND, NO_NAMESPACE),
        Refusing(RPCStatusCode.INVALID_ARGUMENT),  # "no mapping defined for search attribute RuleId"
        Refusing(RPCStatusCode.UNAVAILABLE),
    ],
    ids=["no namespace yet", "no search attribute yet", "away"],
)
async def test_a_start_is_never_given_up(answer: Refusing) -> None:
    assert await state_after(start_of(CASE), answer) is CommandState.PENDING


@pytest.mark.parametrize("kind", [CommandKind.SIGNAL, CommandKind.UPDATE])
@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Refusing(RPCStatusCode.NOT_FOUND, NO_NAMESPACE), CommandState.PENDING),
        (Refusing(RPCStatusCode.NOT_FOUND, GONE), CommandState.DEAD),
        (Refusing(RPCStatusCode.INVALID_ARGUMENT), CommandState.DEAD),
        (Refusing(RPCStatusCode.UNAVAILABLE), CommandState.PENDING),
    ],
    ids=["no namespace yet", "closed", "malformed", "away"],
)
async def test_what_is_told_to_a_workflow_that_is_over_is_given_up(
    kind: CommandKind, answer: Refusing, state: CommandState
) -> None:
    told = NewCommand(target="task/1", kind=kind, name="withdraw", payload={}, actor="7")
    assert await state_after(told, answer) is state


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            {"event": {"version": 4, "act": "claimed"}, "state": {"state": "created"}},
            {"version": 4, "state": "created"},
        ),
        ({"taken": True, "words": "See you then."}, {"taken": True, "words": "See you then."}),
        ({"taken": False, "words": "It was settled."}, {"taken": False, "words": "It was settled."}),
    ],
    ids=["a task in short", "an answer that was taken", "an answer that came late"],
)
async def test_what_a_workflow_answers_to_an_update_is_kept(
    said: dict[str, Any], kept: dict[str, Any]
) -> None:
    told = NewCommand(
        target="coaching/10001/1", kind=CommandKind.UPDATE, name="answer", payload={}, actor="tutor"
    )
    held = HeldCommand(attempts=1, **told.model_dump(exclude={"actor"}))
    answer = await deliver(cast("Client", Answering(said)), held)
    assert (answer.state, answer.answer) == (CommandState.APPLIED, kept)
