"""What the end of a day asks for: a look at the champion, and one challenger at a time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from activities.evaluation import mark_periods
from retention.measures.periods import start_of
from retention.messages.evaluation import AsOf
from retention.records import model_days, model_trainings, watermarks
from retention.records.commands import Command
from retention.records.database import transaction
from retention.records.model_trainings import ModelTraining
from retention.vocabulary import ModelKind

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def ended(day: datetime) -> None:
    with transaction() as session:
        model_days.begin(session, at=day)


def asked_for(workflow: str, *, of: str = "model") -> list[str]:
    with transaction() as session:
        wanted = select(Command.target).where(Command.name == workflow, Command.target.startswith(of))
        return list(session.scalars(wanted.order_by(Command.seq)))


def states(kind: ModelKind = ModelKind.CHURN) -> dict[str, str]:
    with transaction() as session:
        found = session.scalars(select(ModelTraining).where(ModelTraining.kind == kind))
        return {one.training_id: one.state for one in found}


def test_a_day_that_ends_asks_for_a_look_and_for_a_challenger(data: str) -> None:
    ended(start_of(NOW.date()))
    assert asked_for("ModelWatch") == ["model-watch/2026-11-17"]
    assert asked_for("ModelTraining") == ["model-training/2026-11-17"]
    assert states() == {"model-training/2026-11-17": "learning"}


@pytest.mark.parametrize("state", ["learning", "shadow", "waiting"])
def test_while_one_is_in_hand_no_other_is_learnt_but_the_champion_is_watched(data: str, state: str) -> None:
    ended(start_of(NOW.date()))
    with transaction() as session:
        session.execute(update(ModelTraining).values(state=state))
    ended(start_of(NOW.date()) + DAY)
    assert len(asked_for("ModelWatch")) == 2
    assert len(asked_for("ModelTraining")) == 1


@pytest.mark.parametrize("state", ["promoted", "rejected", "expired", "nothing_learnt", "not_applied"])
def test_after_its_end_the_next_day_learns_a_newer_one(data: str, state: str) -> None:
    ended(start_of(NOW.date()))
    with transaction() as session:
        session.execute(update(ModelTraining).values(state=state))
    ended(start_of(NOW.date()) + DAY)
    assert len(asked_for("ModelTraining")) == 2


@pytest.mark.parametrize(("hours", "asked"), [(23, 1), (25, 2)])
def test_a_training_of_which_nothing_is_heard_for_a_real_day_is_closed(
    data: str, hours: int, asked: int
) -> None:
    ended(start_of(NOW.date()))
    long_ago = datetime.now(UTC) - timedelta(hours=hours)
    with transaction() as session:
        session.execute(update(ModelTraining).values(asked_at=long_ago))
    ended(start_of(NOW.date()) + DAY)
    assert len(asked_for("ModelTraining")) == asked
    assert states()["model-training/2026-11-17"] == ("learning" if asked == 1 else "nothing_learnt")


def test_the_end_of_a_day_comes_with_the_evaluation_of_that_day_and_once(data: str) -> None:
    with transaction() as session:
        watermarks.begin(session, NOW - 2 * DAY)
    for _ in range(2):
        while mark_periods(AsOf(as_of=NOW)).periods:
            pass
    assert asked_for("ModelWatch") == ["model-watch/2026-11-16", "model-watch/2026-11-17"]
    assert asked_for("ModelTraining") == ["model-training/2026-11-16"]


def test_the_same_day_told_twice_asks_once(data: str) -> None:
    for _ in range(2):
        ended(start_of(NOW.date()))
    assert asked_for("ModelTraining") == ["model-training/2026-11-17"]
    assert asked_for("ModelWatch") == ["model-watch/2026-11-17"]
    with transaction() as session:
        assert model_trainings.being_learnt(session, ModelKind.CHURN) is not None


def test_each_kind_of_model_has_its_own_training(data: str) -> None:
    ended(start_of(NOW.date()))
    assert asked_for("ModelTraining", of="first") == ["first-session-training/2026-11-17"]
    assert states(ModelKind.FIRST_SESSION) == {"first-session-training/2026-11-17": "learning"}
    with transaction() as session:
        payload = session.scalars(
            select(Command.payload).where(Command.target.startswith("first-session"))
        ).one()
        assert payload["kind"] == "first_session"


def test_a_challenger_of_one_kind_keeps_none_of_the_other_from_being_learnt(data: str) -> None:
    ended(start_of(NOW.date()))
    with transaction() as session:
        waiting = update(ModelTraining).where(ModelTraining.kind == ModelKind.CHURN)
        session.execute(waiting.values(state="waiting"))
        others = update(ModelTraining).where(ModelTraining.kind == ModelKind.FIRST_SESSION)
        session.execute(others.values(state="nothing_learnt"))
    ended(start_of(NOW.date()) + DAY)
    assert len(asked_for("ModelTraining", of="model")) == 1
    assert len(asked_for("ModelTraining", of="first")) == 2


def test_the_end_of_each_hour_asks_for_a_look_at_the_first_sessions_ahead(data: str) -> None:
    with transaction() as session:
        watermarks.begin(session, NOW - 2 * HOUR)
    for at in (NOW, NOW, NOW + HOUR, NOW + HOUR + timedelta(minutes=59)):
        while mark_periods(AsOf(as_of=at)).periods:
            pass
    found = asked_for("FirstSessionForecasts", of="first-session-forecasts")
    assert found == ["first-session-forecasts/2026-11-18T12", "first-session-forecasts/2026-11-18T13"]


def test_hours_that_an_outage_left_out_are_looked_at_as_one(data: str) -> None:
    with transaction() as session:
        watermarks.begin(session, NOW - 20 * HOUR)
    while mark_periods(AsOf(as_of=NOW)).periods:
        pass
    found = asked_for("FirstSessionForecasts", of="first-session-forecasts")
    assert found == ["first-session-forecasts/2026-11-18T12"]
