"""The life of a model under a clock that moves when told: shadowed, waited for, promoted only by a person."""

from collections.abc import AsyncIterator
from copy import deepcopy
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from sqlalchemy import update
from temporalio.client import WorkflowUpdateFailedError

from activities import model_training, shadowing
from activities.model import ACTIVITIES
from activities.serving import worker_of as activities_of
from ml import challenger
from ml.challenger import Made
from retention.clock import Clock
from retention.measures.cube import Cube
from retention.messages.training import (
    DecideModel,
    ModelReceipt,
    TrainingInput,
    TrainingReport,
    WatchChampion,
    WatchReport,
)
from retention.records import model_trainings, model_versions
from retention.records.database import transaction
from retention.records.model_trainings import ModelTraining
from retention.records.model_versions import ModelVersion
from retention.temporal.queues import MODEL, UPKEEP
from retention.vocabulary import ModelKind
from tests.ml.cubes import tiring_cube
from tests.testbed.casework import Office
from tests.testbed.post_office import begun
from workflows.registry import UPKEEP_WORKFLOWS, worker_of

pytestmark = pytest.mark.timeskipping
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TRAINING = "model-training/one"
CUBE = tiring_cube(60, 90)
MADE = challenger.made
LEARNT = cache(lambda: MADE(CUBE, draws=2))  # beforehand: nothing waits for a workflow that learns for long


def made(_cube: Cube, **_told: Any) -> Made:
    return deepcopy(LEARNT())


@pytest.fixture
async def school(office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """The office with workers of models, where there is a history of tutors who tire."""
    for module in (model_training, shadowing):
        monkeypatch.setattr(module, "cube_of_record", lambda *_wanted, **_days: CUBE)
    LEARNT()
    monkeypatch.setattr(challenger, "made", made)
    client = office.skipper.client
    async with worker_of(client, UPKEEP, UPKEEP_WORKFLOWS), activities_of(client, MODEL, ACTIVITIES, slots=2):
        yield office


async def a_training(office: Office, *, asked_ago: timedelta | None = None) -> datetime:
    """A training whose challenger has been learnt; when it began."""
    at = await office.skipper.now()
    as_of = None if asked_ago is None else at - asked_ago
    given = TrainingInput(clock=Clock(origin_real=at, origin=at), as_of=as_of)
    await begun(office, "ModelTraining", given, workflow_id=TRAINING, queue=UPKEEP)
    return row().begun_at


async def says(office: Office, **told: Any) -> ModelReceipt:
    word = DecideModel(**{"command_id": "c1", "actor": "7", "promote": True, "reason": "Better."} | told)
    handle = office.skipper.client.get_workflow_handle(TRAINING)
    receipt: ModelReceipt = await handle.execute_update(
        "decide", word, id=word.command_id, result_type=ModelReceipt
    )
    await office.skipper.rest()
    return receipt


async def refused(office: Office, **told: Any) -> str:
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await says(office, **told)
    return str(caught.value.cause)


def row() -> ModelTraining:
    with transaction() as session:
        return session.get_one(ModelTraining, TRAINING)


@pytest.mark.recorded("promoted")
async def test_a_challenger_is_promoted_by_a_person_after_its_shadow_days(school: Office) -> None:
    at = await a_training(school)
    assert "in the shadow for 0 days" in await refused(school, command_id="early")
    for day in (1, 2, 3):
        await school.until(at + day * DAY - 5 * SECOND)
        assert row().state == "shadow"
        await school.until(at + day * DAY + SECOND)
    assert row().state == "waiting"
    assert "Not all conditions are met" in await refused(school, command_id="unmet")
    receipt = await says(school, despite=True)
    assert receipt.ending == "promoted"
    with transaction() as session:
        champion = model_versions.champion(session, ModelKind.CHURN)
        assert champion is not None
        assert champion.id == row().version_id
        assert len(model_trainings.shadow_days(session, champion.id)) == 3


@pytest.mark.recorded("rejected")
async def test_it_may_be_rejected_at_any_time(school: Office) -> None:
    await a_training(school)
    assert (await says(school, promote=False, reason="Too few departures.")).ending == "rejected"
    assert (row().state, row().words) == ("rejected", "Too few departures.")


@pytest.mark.recorded("expired")
async def test_nobody_has_to_decide(school: Office) -> None:
    at = await a_training(school)
    await school.until(at + 10 * DAY - 5 * SECOND)
    assert row().state == "waiting"
    await school.until(at + 10 * DAY + SECOND)
    assert row().state == "expired"
    handle = school.skipper.client.get_workflow_handle(TRAINING, result_type=TrainingReport)
    report: TrainingReport = await handle.result()
    assert (report.ending, report.shadow_days) == ("expired", 9)
    with transaction() as session:
        assert model_versions.champion(session, ModelKind.CHURN) is None


@pytest.mark.recorded("damaged-in-the-shadow")
async def test_one_that_is_damaged_in_the_shadow_is_set_aside_and_the_next_day_learns_another(
    school: Office,
) -> None:
    at = await a_training(school)
    with transaction() as session:
        session.execute(update(ModelVersion).values(artefact=b"damaged"))
    await school.until(at + DAY + SECOND)
    handle = school.skipper.client.get_workflow_handle(TRAINING, result_type=TrainingReport)
    report: TrainingReport = await handle.result()
    assert (report.ending, report.shadow_days) == ("not_applied", 0)
    assert "its hash differs" in report.words
    assert row().state == "not_applied"
    with transaction() as session:
        tomorrow = model_trainings.ask(session, "model-training/two", kind=ModelKind.CHURN, at=at + 2 * DAY)
    assert tomorrow


@pytest.mark.recorded("asked-for-late")
async def test_one_that_was_asked_for_days_ago_is_shadowed_at_once_and_waits_as_long_as_any(
    school: Office,
) -> None:
    """As when a demo's past is played back, or after an outage."""
    asked_at = await a_training(school, asked_ago=12 * DAY)
    now = await school.skipper.now()
    assert now - asked_at > 11 * DAY
    assert row().state == "waiting"
    with transaction() as session:
        days = model_trainings.shadow_days(session, row().version_id or 0)
        assert [(day.day - asked_at.date()).days for day in days] == list(range(12))
    await school.until(now + 7 * DAY - 60 * SECOND)
    assert row().state == "waiting"
    await school.until(now + 7 * DAY + SECOND)
    assert row().state == "expired"


@pytest.mark.recorded("nothing-learnt")
async def test_without_history_it_ends_in_words(school: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_training, "cube_of_record", lambda *_: None)
    await a_training(school)
    handle = school.skipper.client.get_workflow_handle(TRAINING, result_type=TrainingReport)
    report: TrainingReport = await handle.result()
    assert (report.ending, report.words) == ("nothing_learnt", "There is no history yet.")


@pytest.mark.recorded("nobody-serves")
async def test_the_champion_is_looked_at_on_days_without_a_training(school: Office) -> None:
    at = await school.skipper.now()
    watch = WatchChampion(as_of=at)
    await begun(school, "ModelWatch", watch, workflow_id="model-watch/one", queue=UPKEEP)
    handle = school.skipper.client.get_workflow_handle("model-watch/one", result_type=WatchReport)
    assert (await handle.result()).words == "No champion can be looked at."
