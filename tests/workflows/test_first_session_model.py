"""The life of a first-session model and its hourly look, by real workflows in a time that is moved."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest

from activities import first_session_training
from activities.model import ACTIVITIES
from activities.serving import worker_of as activities_of
from ml import first_session_challenger as challenger
from ml.first_session_training import cut, examples
from retention.clock import Clock
from retention.messages.evaluation import AsOf
from retention.messages.first_sessions import FirstSessionReport
from retention.messages.training import DecideModel, ModelReceipt, TrainingInput, TrainingReport
from retention.records import model_trainings, model_versions
from retention.records.cubes import Span
from retention.records.database import transaction
from retention.records.model_trainings import ModelTraining
from retention.temporal.queues import MODEL, UPKEEP
from retention.vocabulary import Fallback, ModelKind
from tests.factories.first_session_models import a_tutor, booked, forecasts, promoted
from tests.ml.first_sessions import a_platform
from tests.testbed.casework import Office
from tests.testbed.post_office import begun
from workflows.registry import UPKEEP_WORKFLOWS, worker_of

pytestmark = pytest.mark.timeskipping
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
TRAINING, LOOK = "first-session-training/one", "first-session-forecasts/one"
MADE = challenger.made
CUBE, TOLD = a_platform(60)
PARTS = cut(CUBE.days)
KNOWN = examples(CUBE, TOLD, days=(PARTS.learn[0], PARTS.judge[1]))


@pytest.fixture
async def school(office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """The office with workers of models, where many first sessions have been rated."""
    last = (await office.skipper.now()).date()
    span = Span(last - CUBE.days * DAY, last - DAY, await office.skipper.now())
    monkeypatch.setattr(first_session_training, "span_of_record", lambda *_: span)
    monkeypatch.setattr(first_session_training, "examples_of_record", lambda *_: KNOWN)
    monkeypatch.setattr(challenger, "made", partial(MADE, draws=2))
    client = office.skipper.client
    async with worker_of(client, UPKEEP, UPKEEP_WORKFLOWS), activities_of(client, MODEL, ACTIVITIES, slots=2):
        yield office


def row() -> ModelTraining:
    with transaction() as session:
        return session.get_one(ModelTraining, TRAINING)


@pytest.mark.recorded("first-sessions-promoted")
async def test_it_is_shadowed_for_three_days_and_promoted_by_a_person(school: Office) -> None:
    at = await school.skipper.now()
    given = TrainingInput(clock=Clock(origin_real=at, origin=at), kind=ModelKind.FIRST_SESSION)
    await begun(school, "ModelTraining", given, workflow_id=TRAINING, queue=UPKEEP)
    assert (row().kind, row().state) == ("first_session", "shadow")
    await school.until(row().begun_at + 3 * DAY + SECOND)
    assert row().state == "waiting"
    word = DecideModel(command_id="c1", actor="7", promote=True, reason="It counts right.", despite=True)
    handle = school.skipper.client.get_workflow_handle(TRAINING)
    receipt: ModelReceipt = await handle.execute_update(
        "decide", word, id=word.command_id, result_type=ModelReceipt
    )
    await school.skipper.rest()
    assert receipt.ending == "promoted"
    with transaction() as session:
        champion = model_versions.champion(session, ModelKind.FIRST_SESSION)
        assert champion is not None
        assert champion.id == row().version_id
        assert len(model_trainings.shadow_days(session, champion.id)) == 3


async def test_too_little_history_ends_in_words(school: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(challenger, "FEWEST", (100_000, 100))
    at = await school.skipper.now()
    given = TrainingInput(clock=Clock(origin_real=at, origin=at), kind=ModelKind.FIRST_SESSION)
    await begun(school, "ModelTraining", given, workflow_id=TRAINING, queue=UPKEEP)
    handle = school.skipper.client.get_workflow_handle(TRAINING, result_type=TrainingReport)
    report: TrainingReport = await handle.result()
    assert report.ending == "nothing_learnt"
    assert "too few to learn from" in report.words


async def looked(school: Office, given: AsOf) -> FirstSessionReport:
    await begun(school, "FirstSessionForecasts", given, workflow_id=LOOK, queue=UPKEEP)
    handle = school.skipper.client.get_workflow_handle(LOOK, result_type=FirstSessionReport)
    report: FirstSessionReport = await handle.result()
    return report


@pytest.mark.recorded("foretold")
async def test_an_hours_look_foretells_what_is_booked(school: Office) -> None:
    hour = (await school.skipper.now()).replace(minute=0, second=0, microsecond=0)
    version = promoted(created_at=hour - DAY, data_to=(hour - 2 * DAY).date())
    number, tutor_id = a_tutor(days=20, until=hour)
    booked(tutor_id, start=hour + 20 * HOUR, now=hour - HOUR)
    report = await looked(school, AsOf(as_of=hour))
    assert (report.foretold, report.version_id) == (1, version)
    assert [one.tutor_number for one in forecasts()] == [number]


async def test_without_a_model_the_look_ends_with_the_reason(school: Office) -> None:
    report = await looked(school, AsOf(as_of=await school.skipper.now()))
    assert (report.foretold, report.reason) == (0, Fallback.NO_CHAMPION)
