"""Models on the command line: the card, a word for whoever waits, and the way back."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from ml.__main__ import app
from retention.clock import Clock
from retention.records import model_trainings, model_versions, world
from retention.records.commands import Command
from retention.records.database import transaction
from retention.records.model_trainings import ModelTraining
from retention.vocabulary import ModelKind
from tests.factories.models import a_challenger, a_champion

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
run = CliRunner().invoke


@pytest.fixture
def number(data: str) -> int:
    """A challenger that waits."""
    with transaction() as session:
        made = a_challenger(session, card="# Model 1\n")
        told = {"training_id": "model-training/1", "begun_at": NOW, "state": "waiting", "words": ""}
        model_trainings.begin(session, ModelTraining(**told, version_id=made, card={}, conditions=[]))
    return made


def test_the_card_is_printed(number: int) -> None:
    assert run(app, ["card", str(number)]).output.startswith("# Model 1")
    assert run(app, ["card", "999"]).exit_code == 1


@pytest.mark.parametrize(("name", "promotes"), [("promote", True), ("reject", False)])
def test_a_word_is_kept_for_the_training_that_waits(number: int, name: str, promotes: bool) -> None:
    answer = run(app, [name, str(number), "--reason", "Seen and thought over."])
    assert answer.exit_code == 0, answer.output
    with transaction() as session:
        [command] = session.scalars(select(Command)).all()
    assert (command.target, command.actor) == ("model-training/1", "operator")
    assert command.payload["promote"] is promotes


def test_nobody_waits_for_a_word_about_a_settled_model(number: int) -> None:
    with transaction() as session:
        model_trainings.settle(session, "model-training/1", state="expired", words="", at=NOW)
    assert run(app, ["reject", str(number), "--reason", "Too late."]).exit_code == 1


def test_the_champion_before_serves_again(data: str) -> None:
    assert run(app, ["roll-back", "--reason", "It alarms."]).exit_code == 1
    with transaction() as session:
        world.begin(session, Clock(origin_real=NOW, origin=NOW))
        first, _ = a_champion(session), a_champion(session)
    assert run(app, ["roll-back", "--reason", "It alarms."]).exit_code == 0
    with transaction() as session:
        champion = model_versions.champion(session, ModelKind.CHURN)
        assert champion is not None
        assert champion.id == first


def test_a_first_session_model_is_rolled_back_by_its_name(data: str) -> None:
    with transaction() as session:
        world.begin(session, Clock(origin_real=NOW, origin=NOW))
        churn = a_champion(session)
        first, _ = (a_champion(session, kind="first_session") for _ in range(2))
    assert run(app, ["roll-back", "--model", "first-session", "--reason", "It alarms."]).exit_code == 0
    with transaction() as session:
        serving = {kind: model_versions.champion(session, kind) for kind in ModelKind}
    assert {kind: one and one.id for kind, one in serving.items()} == {
        ModelKind.CHURN: churn,
        ModelKind.FIRST_SESSION: first,
    }
