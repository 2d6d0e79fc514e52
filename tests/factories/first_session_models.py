"""A small model of first sessions in service, and tutors whose first sessions it foretells."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select, update

from activities.first_sessions import foretell_first_sessions
from ml.first_session_challenger import flag_from
from ml.first_session_features import feature_schema
from ml.first_session_model import FirstSessionModel
from ml.first_session_training import trained
from retention.messages.evaluation import AsOf
from retention.messages.first_sessions import FirstSessionReport
from retention.records import database, model_versions
from retention.records.first_session_forecasts import FirstSessionForecast, FirstSessionLook
from retention.records.model_versions import ModelVersion
from tests.factories import first_sessions, platform, wire
from tests.factories.models import a_champion
from tests.ml.first_sessions import a_platform, all_examples

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@cache
def the_model() -> FirstSessionModel:
    known = all_examples(a_platform())
    model, _ = trained(known)
    return model.flagging_from(flag_from(model.content.usual, model.chances(known.rows)))


def promoted(model: FirstSessionModel | None = None, **told: object) -> int:
    """The model, in the registry and in service; its number."""
    usual: dict[str, object] = {
        "kind": "first_session",
        "algorithm": "logistic",
        "feature_schema": feature_schema(),
        "calibration": {"base": {"session": (model or the_model()).content.usual}},
        "created_at": NOW - DAY,
    }
    with database.transaction() as session:
        return a_champion(session, artefact=(model or the_model()).artefact(), **{**usual, **told})


def a_tutor(*, days: int = 40, failed: int = 0, rated: int = 0, until: datetime = NOW) -> tuple[int, str]:
    """One who has taught daily, and of whose first sessions `rated` have been rated, `failed` below 3."""
    begun = until - days * DAY
    with database.transaction() as session:
        number, tutor_id = platform.a_tutor(session, at=begun)
        for record in platform.taught_daily(tutor_id, first=begun + HOUR, days=days):
            start = datetime.fromisoformat(record["scheduled_start"])
            login = platform.an_act(tutor_id, "login", at=start, preparation_minutes=5)
            platform.known(session, [record, login], now=start + HOUR)
        for place in range(rated):
            start = until - (2 + place) * DAY + HOUR
            first = wire.a_session(tutor_id, start=start, session_number=1)
            said = wire.feedback_on(first, at=start + HOUR, rating=2 if place < failed else 4)
            platform.known(session, [first, said], now=start + HOUR)
    return number, tutor_id


def booked(tutor_id: str, *, start: datetime, now: datetime = NOW, **told: Any) -> str:
    """A first session that has been booked by `now`; its id."""
    with database.transaction() as session:
        return first_sessions.booked(session, tutor_id, start=start, now=now, **told)


def posted(*records: wire.Json, now: datetime = NOW) -> None:
    with database.transaction() as session:
        platform.known(session, records, now=now)


def foretold(at: datetime = NOW) -> FirstSessionReport:
    """An hour's look."""
    return foretell_first_sessions(AsOf(as_of=at))


def forecasts() -> list[FirstSessionForecast]:
    with database.transaction() as session:
        wanted = select(FirstSessionForecast).order_by(
            FirstSessionForecast.as_of, FirstSessionForecast.session_id
        )
        return list(session.scalars(wanted))


def looks() -> list[FirstSessionLook]:
    with database.transaction() as session:
        return list(session.scalars(select(FirstSessionLook).order_by(FirstSessionLook.as_of)))


def damaged(number: int) -> None:
    """The bytes of a version are no longer what was stored."""
    with database.transaction() as session:
        artefact = model_versions.artefact_of(session, number)
        broken = artefact[:50] + b"?" + artefact[51:]
        session.execute(update(ModelVersion).where(ModelVersion.id == number).values(artefact=broken))


def as_told(rows: list[FirstSessionForecast]) -> list[tuple[Any, ...]]:
    """What rows say, but for when it became known."""
    columns = [one.name for one in FirstSessionForecast.__table__.columns if one.name != "known_at"]
    return [tuple(getattr(row, name) for name in columns) for row in rows]
