"""Coaching tips and looks at effects under a clock that moves when told, with letters in a folder."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from activities import letters as posting
from retention.emails.local_outbox import LocalDoor
from retention.emails.message import Address
from retention.guides.library import library
from retention.messages.letters import AnswerReceipt
from retention.programmes.coaching_tip import StartTip
from retention.records import guides
from retention.records.database import transaction
from retention.records.fact_sheets import FactSheet
from retention.records.tutor_days import TutorDay
from retention.temporal.queues import CASES, UPKEEP
from retention.vocabulary import TipAct
from tests.factories.effects import evaluated
from tests.factories.letters import an_earlier_letter
from tests.factories.tips import METRIC, a_deed, an_opened_tip
from tests.testbed.casework import Office
from workflows.registry import UPKEEP_WORKFLOWS, worker_of

DAY = timedelta(days=1)
NEVER_BEHIND = 365 * DAY


@pytest.fixture
async def post_office(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    """The office with an outbox of its own and the machinery's workflows; it is ten in the morning.

    Nothing evaluates here: its watermark stands as if everything were worked off for a year to come.
    """
    door = LocalDoor(tmp_path, Address("Mainstay", "tutoring@example.com"))
    monkeypatch.setattr(posting, "the_door", lambda: door)
    with transaction() as session:
        guides.publish(session, library(), at=await office.skipper.now())
    come_to(await office.skipper.now() + NEVER_BEHIND)
    now = await office.skipper.now()
    await office.until((now + DAY).replace(hour=10, minute=0, second=0, microsecond=0))
    async with worker_of(office.skipper.client, UPKEEP, UPKEEP_WORKFLOWS):
        yield office


async def opened(office: Office) -> StartTip:
    """A tip that has begun."""
    at = await office.skipper.now()
    with transaction() as session:
        case = an_opened_tip(session, at=at)
    knew(case, at, **{METRIC: 40.0})
    await begun(office, "CoachingTip", case, workflow_id=case.case_id, queue=CASES)
    return case


async def begun(office: Office, kind: str, told: Any, *, workflow_id: str, queue: str) -> None:
    await office.skipper.client.start_workflow(kind, told, id=workflow_id, task_queue=queue)
    office.skipper.watch(workflow_id)
    await office.skipper.rest()


def knew(case: StartTip, at: datetime, **facts: float) -> None:
    sheet = {"tutor_number": case.tutor_number, "trigger": "daily_rollup", "digest": uuid4().bytes}
    with transaction() as session:
        session.add(FactSheet(as_of=at, facts=facts, **sheet))


def went_better(case: StartTip, at: datetime) -> None:
    """The tutor has had enough good first sessions by then."""
    knew(case, at, **{METRIC: 70.0})
    with transaction() as session:
        day = {"day": at.date(), "subjects": [], "answer_waits": [], "first_rated": 3}
        session.add(TutorDay(tutor_number=case.tutor_number, **day))


def come_to(instant: datetime) -> None:
    """The evaluation has worked off every day that is over by an instant, and no more."""
    with transaction() as session:
        evaluated(session, instant)


def two_letters_lately(case: StartTip, at: datetime) -> None:
    """The tutor's mail budget is used up."""
    with transaction() as session:
        session.add_all(an_earlier_letter(case.tutor_number, number, at=at) for number in (1, 2))


async def hears(office: Office, case: StartTip, signal: str, message: Any) -> None:
    await office.skipper.client.get_workflow_handle(case.case_id).signal(signal, message)
    await office.skipper.rest()


async def answers(office: Office, case: StartTip, act: TipAct, *, letter_key: str) -> AnswerReceipt:
    said = a_deed(act, letter_key=letter_key, at=await office.skipper.now())
    handle = office.skipper.client.get_workflow_handle(case.case_id)
    receipt: AnswerReceipt = await handle.execute_update(
        "answer", said, id=said.command_id, result_type=AnswerReceipt
    )
    await office.skipper.rest()
    return receipt
