"""A challenger whose training runs no more is set aside, so that the next day learns another one."""

from datetime import UTC, datetime, timedelta

import pytest

from retention.clock import Clock
from retention.messages.training import TrainingInput
from retention.records import model_days, model_trainings, model_versions
from retention.records.database import transaction
from retention.records.model_trainings import ModelTraining
from retention.temporal.queues import UPKEEP
from retention.vocabulary import ModelKind, ModelStage
from switchboard.model_training import reconcile
from tests.factories.models import a_challenger
from tests.testbed.temporal import TwoNamespaces

pytestmark = pytest.mark.devserver
NOW = datetime(2026, 11, 18, tzinfo=UTC)
TRAINING = "model-training/1"


@pytest.fixture(params=["shadow", "waiting", "learning"])
def state(data: str, request: pytest.FixtureRequest) -> str:
    """A training on record in such a state."""
    told = {"training_id": TRAINING, "begun_at": NOW, "words": "", "conditions": [], "asked_at": NOW}
    known: str = request.param
    with transaction() as session:
        if known != "learning":
            told |= {"version_id": a_challenger(session), "card": {}}
        else:
            told |= {"asked_at": datetime.now(UTC)}
        model_trainings.begin(session, ModelTraining(**told, state=known))
    return known


def row() -> ModelTraining:
    with transaction() as session:
        return session.get_one(ModelTraining, TRAINING)


async def started(temporal: TwoNamespaces) -> None:
    given = TrainingInput(clock=Clock(origin_real=NOW, origin=NOW), as_of=NOW)
    await temporal.upkeep.start_workflow("ModelTraining", given, id=TRAINING, task_queue=UPKEEP)


async def test_one_that_runs_is_left_alone(state: str, temporal: TwoNamespaces) -> None:
    await started(temporal)
    assert await reconcile(temporal.upkeep) == 0
    assert row().state == state


async def test_one_that_was_terminated_ends_and_the_next_day_learns_another(
    state: str, temporal: TwoNamespaces
) -> None:
    await started(temporal)
    await temporal.upkeep.get_workflow_handle(TRAINING).terminate("by hand")
    in_hand = state != "learning"  # what is being learnt has a day of its own to be heard of
    assert [await reconcile(temporal.upkeep) for _ in range(2)] == [int(in_hand), 0]
    assert row().state == ("not_applied" if in_hand else "learning")
    with transaction() as session:
        model_days.begin(session, at=NOW + timedelta(days=1))
        asked = model_trainings.being_learnt(session, ModelKind.CHURN)
        assert asked is not None
        assert (asked.training_id != TRAINING) is in_hand
        if (number := row().version_id) is not None:
            assert model_versions.version(session, number).stage == ModelStage.REJECTED
