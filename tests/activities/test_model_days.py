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

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def ended(day: datetime) -> None:
    with transaction() as session:
        model_days.begin(session, at=day)


def asked_for(workflow: str) -> list[str]:
    with transaction() as session:
        wanted = select(Command.target).where(Command.name == workflow).order_by(Command.seq)
        return list(session.scalars(wanted))


def states() -> dict[str, str]:
    with transaction() as session:
        return {one.training_id: one.state for one in session.scalars(select(ModelTraining))}


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
    assert set(asked_for("ModelTraining")) == {"model-training/2026-11-17"}
    with transaction() as session:
        assert model_trainings.being_learnt(session) is not None
