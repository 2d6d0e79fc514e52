"""A booked first session is foretold by real processes, from the command of an hour's end to the row."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from ml.first_session_features import feature_schema
from retention.messages.evaluation import AsOf
from retention.records import commands, model_days
from retention.records.first_session_forecasts import FirstSessionForecast
from tests.factories import platform, wire
from tests.factories.first_session_models import the_model
from tests.factories.first_sessions import booked
from tests.factories.models import a_champion
from tests.testbed.town import Town
from tests.testbed.waiting import eventually

pytestmark = pytest.mark.devserver
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def test_an_hour_that_ends_brings_a_forecast_of_what_is_booked(town: Town) -> None:
    now = datetime.now(UTC)
    target = f"first-session-forecasts/{uuid4().hex[:12]}"  # other tests of this town have hours too
    with town.records() as records:
        told = {"kind": "first_session", "algorithm": "logistic", "feature_schema": feature_schema()}
        days = {"created_at": now - DAY, "data_to": (now - 2 * DAY).date()}
        version = a_champion(records, artefact=the_model().artefact(), **told, **days)
        number, tutor_id = platform.a_tutor(records, at=now - 20 * DAY)
        taught = wire.a_session(tutor_id, start=now - 8 * HOUR)
        platform.known(records, [taught], now=now - 6 * HOUR)
        one = booked(records, tutor_id, start=now + 20 * HOUR, now=now - 5 * HOUR)
        asked = AsOf(as_of=now).model_dump(mode="json")
        commands.put(records, [model_days.start("FirstSessionForecasts", target, asked)])

    def forecasts() -> list[FirstSessionForecast]:
        with town.records() as records:
            ours = select(FirstSessionForecast).where(FirstSessionForecast.session_id == one)
            return list(records.scalars(ours))

    await eventually(forecasts, within=60)
    (found,) = forecasts()
    assert (found.tutor_number, found.version_id) == (number, version)
    assert (found.as_of.minute, found.known_at) == (0, now)
