"""Coaching on the development server, in a world where a day takes two seconds: held, and escalated."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.client import WorkflowHandle

from activities import letters as posting
from activities.mail import ACTIVITIES as MAIL_ACTIVITIES
from activities.serving import worker_of as activities_of
from activities.work import ACTIVITIES
from retention.clock import Clock
from retention.emails.local_outbox import LocalDoor
from retention.emails.message import Address
from retention.messages.cases import CaseResult, StartCase
from retention.messages.letters import AnswerReceipt, TutorAnswer
from retention.messages.tasks import Complete, TaskSnapshot
from retention.programmes.coaching import CoachingTerms
from retention.records import world
from retention.records.cases import Case
from retention.records.database import transaction
from retention.records.letters import LetterRecord
from retention.records.tasks import Task
from retention.temporal.queues import CASES, MAIL, WORK
from retention.vocabulary import Outcome, TaskKind, TaskState
from tests.factories.cases import an_opened_case
from tests.factories.effects import evaluated
from tests.testbed.temporal import TwoNamespaces
from tests.testbed.waiting import eventually
from tests.workflows.coaching_people import DAY, GOOD_CALL, HOUR, LOOKED, MONDAY, WORDS, times
from workflows.registry import CASE_WORKFLOWS, worker_of

pytestmark = pytest.mark.devserver
A_DAY_IN_TWO_SECONDS = DAY / timedelta(seconds=2)
FAR = 25 * DAY  # so far ahead that it comes after the case, however slow the machine is
HASTE = CoachingTerms(phone_after=30 * HOUR, decide_after=16 * HOUR, follow_up_after=2 * DAY)
OFFER, CALL, FOLLOW_UP = TaskKind.COACHING_OFFER, TaskKind.COACHING_CALL, TaskKind.COACHING_FOLLOW_UP
PHONE, DECISION = TaskKind.COACHING_PHONE, TaskKind.COACHING_DECISION


@dataclass
class Coached:
    """One case on the server, its manager and its tutor."""

    temporal: TwoNamespaces
    case: StartCase

    def now(self) -> datetime:
        return self.case.clock.now()

    async def does(self, kind: TaskKind, outcome: str, **form: Any) -> None:
        """The manager answers the task of a kind as soon as it is there."""
        task_id = await eventually(partial(self._waiting, kind))
        done = Complete(command_id=task_id, actor="7", outcome=outcome, form=form)
        handle = self.temporal.cases.get_workflow_handle(f"task/{task_id}")
        await handle.execute_update("complete", done, id=done.command_id, result_type=TaskSnapshot)

    async def says(self, step: str, choice: str) -> None:
        """The tutor answers as soon as the case is at that step."""
        await eventually(partial(self._written, step))
        said = TutorAnswer(command_id=step, letter_key="k", step=step, choice=choice, at=self.now())
        handle = self.temporal.cases.get_workflow_handle(self.case.case_id)
        receipt: AnswerReceipt = await handle.execute_update(
            "answer", said, id=said.command_id, result_type=AnswerReceipt
        )
        assert receipt.taken

    async def ends(self) -> Outcome:
        """How the case ended."""
        handle: WorkflowHandle[Any, CaseResult] = self.temporal.cases.get_workflow_handle(
            self.case.case_id, result_type=CaseResult
        )
        return (await handle.result()).outcome

    def _waiting(self, kind: TaskKind) -> str | None:
        with transaction() as session:
            wanted = select(Task.task_id).where(Task.kind == kind, Task.state == TaskState.CREATED)
            return session.scalars(wanted).one_or_none()

    def _written(self, step: str) -> str | None:
        with transaction() as session:
            wanted = select(LetterRecord.message_key).where(LetterRecord.question["step"].as_string() == step)
            return session.scalars(wanted.where(LetterRecord.state == "sent")).first()


@pytest.fixture
async def coached(
    temporal: TwoNamespaces, data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Coached]:
    """A case that has just begun on a Monday morning; all workers run."""
    door = LocalDoor(tmp_path, Address("Mainstay", "tutoring@example.com"))
    monkeypatch.setattr(posting, "the_door", lambda: door)
    clock = Clock(origin_real=datetime.now(UTC), origin=MONDAY, speed=A_DAY_IN_TWO_SECONDS)
    with transaction() as session:
        world.begin(session, clock)  # letters are posted in the world's time
        evaluated(session, MONDAY + 365 * DAY)  # nobody evaluates here, and no look has to wait for that
        case = an_opened_case(session, at=MONDAY, kind=OFFER)
    case = case.model_copy(update={"clock": clock, "terms": HASTE})
    client = temporal.cases
    async with (
        worker_of(client, CASES, CASE_WORKFLOWS),
        activities_of(client, WORK, ACTIVITIES, slots=4),
        activities_of(client, MAIL, MAIL_ACTIVITIES, slots=2),
    ):
        await client.start_workflow("Coaching", case, id=case.case_id, task_queue=CASES)
        yield Coached(temporal, case)


def states_of(case: StartCase) -> dict[TaskKind, str]:
    """What became of each kind of task."""
    with transaction() as session:
        found = session.execute(select(Task.kind, Task.state).where(Task.case_id == case.case_id))
        return {TaskKind(kind): state for kind, state in found}


def row_of(case: StartCase) -> Case:
    with transaction() as session:
        return session.scalars(select(Case).where(Case.case_id == case.case_id)).one()


async def test_a_call_is_held_and_looked_at_again_later(coached: Coached) -> None:
    await coached.does(OFFER, "accepted", **times(coached.now() + FAR))
    await coached.says("times_1", "slot_1")
    await coached.does(CALL, "held", **GOOD_CALL)
    await coached.does(FOLLOW_UP, "looked_at", **LOOKED)
    assert await coached.ends() is Outcome.NOT_MEASURABLE
    closed = row_of(coached.case)
    assert (closed.step, closed.outcome) == ("closed", "not_measurable")
    assert closed.acted_at is not None
    assert closed.closed_at is not None
    assert closed.closed_at - closed.acted_at >= HASTE.follow_up_after


async def test_a_tutor_who_answers_nothing_becomes_a_decision(coached: Coached) -> None:
    await coached.does(OFFER, "accepted", **times(coached.now() + FAR))
    await coached.does(DECISION, "closed", reason=WORDS)  # nobody has taken up the telephone in time
    assert await coached.ends() is Outcome.EXPIRED
    assert states_of(coached.case) == {OFFER: "completed", PHONE: "canceled", DECISION: "completed"}
    with transaction() as session:
        letters = list(session.scalars(select(LetterRecord.letter).order_by(LetterRecord.at)))
    assert letters == ["coaching_times", "coaching_times_reminder"]
