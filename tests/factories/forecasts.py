"""Tutors whose days a champion foretells, and evaluations of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from sqlalchemy import select, update

from activities import champions, forecasts
from activities.churn import score
from activities.measurement import measure
from ml.churn_model import ChurnModel
from ml.labels import labels
from ml.schema import feature_schema
from ml.splits import split
from ml.training import trained
from retention.messages.evaluation import Step, StepReport
from retention.records import batches, database, dirty_days, model_versions
from retention.records.churn import ChurnScore
from retention.records.model_versions import ModelVersion
from retention.records.predictions import Prediction
from tests.factories import platform, wire
from tests.factories.models import BASE, a_champion
from tests.ml.cubes import tiring_cube

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAYS = 40


@cache
def the_model() -> ChurnModel:
    cube = tiring_cube()
    return trained(cube, labels(cube), split(30, 150), search=False).model


@pytest.fixture(autouse=True)
def nothing_open() -> Iterator[None]:
    yield
    champions._OPEN.clear()  # numbers of another test's database
    forecasts._MEDIANS.clear()


def promoted(*, at: datetime = NOW - DAY, **told: object) -> int:
    """The model, in the registry and in service."""
    model = the_model()
    calibration = {"slope": model.slope, "shift": model.shift, "base": BASE}
    usual: dict[str, object] = {"calibration": calibration, "feature_schema": feature_schema()}
    with database.transaction() as session:
        return a_champion(session, artefact=model.artefact(), created_at=at, **{**usual, **told})


def a_tutor(*, days: int = DAYS, until: datetime = NOW - 2 * HOUR) -> tuple[int, str]:
    """One who has taught once a day up to an instant; known within the hour."""
    begun = NOW - days * DAY - 4 * HOUR
    with database.transaction() as session:
        number, tutor_id = platform.a_tutor(session, at=begun - HOUR)
        for record in platform.taught_daily(tutor_id, first=begun, days=days + 1):
            start = datetime.fromisoformat(record["scheduled_start"])
            if start + HOUR <= until:
                login = platform.an_act(tutor_id, "login", at=start, preparation_minutes=5)
                platform.known(session, [record, login], now=start + HOUR)
    return number, tutor_id


def posted(*records: wire.Json, now: datetime = NOW) -> None:
    with database.transaction() as session:
        platform.known(session, records, now=now)


def evaluated(as_of: datetime = NOW, *, times: int = 1) -> StepReport:
    with database.transaction() as session:
        batch = platform.claimed(session, as_of=as_of)
    step = Step(batch_id=batch.batch_id, as_of=batch.as_of)
    measure(step)
    reports = [score(step) for _ in range(times)]
    with database.transaction() as session:
        batches.finish_batch(session, batch.batch_id, at=as_of)
    return reports[-1]


def looked_at_again(number: int, at: datetime) -> None:
    with database.transaction() as session:
        dirty_days.mark(session, [(number, at.date())], known_at=at)
    evaluated(at)


def scores() -> list[ChurnScore]:
    with database.transaction() as session:
        return list(session.scalars(select(ChurnScore).order_by(ChurnScore.day, ChurnScore.tutor_number)))


def predictions() -> list[Prediction]:
    with database.transaction() as session:
        return list(session.scalars(select(Prediction).order_by(Prediction.day, Prediction.tutor_number)))


def damaged(number: int) -> None:
    with database.transaction() as session:
        artefact = model_versions.artefact_of(session, number)
        broken = artefact[:100] + b"?" + artefact[101:]
        session.execute(update(ModelVersion).where(ModelVersion.id == number).values(artefact=broken))
