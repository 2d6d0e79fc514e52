"""The page of models: who may see it, what it says of each, and how a word about one travels."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from ml.challenger import made
from retention.messages.model_card import CardContent, Condition
from retention.records import commands, model_trainings, model_versions
from retention.records.database import transaction
from retention.records.model_trainings import ModelTraining
from retention.vocabulary import ModelKind, Role
from tests.factories.models import a_challenger, a_champion
from tests.ml.cubes import tiring_cube
from tests.web.conftest import Visitor, token_of

NOW = datetime.now(UTC)
UNMET = Condition(
    name="better", says="How sure it is that it is better", value=0.4, bound="≥ 0.9", verdict="unmet"
)


@pytest.fixture
def manager(visitor: Visitor) -> TestClient:
    return visitor("Grace Hopper", role=Role.OPS_MANAGER)


@pytest.fixture(scope="module")
def card() -> CardContent:
    return made(tiring_cube(60, 110), draws=2).card


def a_waiting_challenger(card: CardContent) -> int:
    with transaction() as session:
        number = a_challenger(session, created_at=NOW)
        told = {"training_id": "model-training/1", "begun_at": NOW, "words": "", "state": "waiting"}
        content = {"card": card.model_dump(mode="json"), "conditions": [UNMET.model_dump()]}
        model_trainings.begin(session, ModelTraining(**told, **content, version_id=number))
        model_trainings.keep_shadow(
            session, version_id=number, day=NOW.date(), beside=None, as_of=NOW, tutors=300,
            score_change=2.5, band_changes=0.08,
        )  # fmt: skip
    return number


def decided(browser: TestClient, number: int, **answers: str) -> str:
    form = {"form_token": token_of(browser), "decision": "reject", "reason": "Too few departures."} | answers
    answer = browser.post(f"/people-ops/models/{number}/decide", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("act=")[2]


def test_people_ops_do_not_see_models_and_managers_do(ada: TestClient, manager: TestClient) -> None:
    assert ada.get("/people-ops/models").status_code == 403
    assert "/people-ops/models" not in ada.get("/people-ops/tasks").text
    page = manager.get("/people-ops/models").text
    assert "No model serves" in page
    assert "No model has been learnt yet" in page


def test_the_waiting_challenger_is_shown_with_all_that_speaks_against_it(
    manager: TestClient, card: CardContent
) -> None:
    number = a_waiting_challenger(card)
    page = manager.get("/people-ops/models").text
    for words in (f"Model {number} waits for your word", UNMET.says, "Not met", "Component score", "8 %"):
        assert words in page


def test_a_card_says_what_it_is_for_and_what_it_is_not(manager: TestClient, card: CardContent) -> None:
    page = manager.get(f"/people-ops/models/{a_waiting_challenger(card)}").text
    for words in ("Not for", "Being shown to tutors", "AUC", "not known yet", "Fairness", "SHA-256", "<svg"):
        assert words in page


def test_a_word_about_a_challenger_goes_to_the_workflow_that_waits(
    manager: TestClient, card: CardContent
) -> None:
    act = decided(manager, a_waiting_challenger(card))
    with transaction() as session:
        command = commands.find(session, UUID(act))
        assert command is not None
        assert (command.namespace, command.target, command.name) == ("upkeep", "model-training/1", "decide")
        assert (command.payload["promote"], command.payload["reason"]) == (False, "Too few departures.")
    assert "kept and not applied yet" in manager.get(f"/people-ops/models?act={act}").text


def test_a_form_that_is_sent_twice_acts_once(manager: TestClient, card: CardContent) -> None:
    number, same = a_waiting_challenger(card), "00000000-0000-4000-8000-000000000001"
    assert decided(manager, number, request_id=same) == decided(manager, number, request_id=same)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [({"reason": ""}, "Please answer this."), ({"decision": "roll_back"}, "Please choose one")],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    manager: TestClient, card: CardContent, answers: dict[str, str], sentence: str
) -> None:
    number = a_waiting_challenger(card)
    form = {"form_token": token_of(manager), "decision": "promote", "reason": "Better by far."} | answers
    answer = manager.post(f"/people-ops/models/{number}/decide", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_rolling_back_lets_the_champion_before_serve_and_notes_who_said_so(manager: TestClient) -> None:
    with transaction() as session:
        first = a_champion(session, created_at=NOW - timedelta(days=8))
        second = a_champion(session, created_at=NOW)
    assert f"Go back to model {first}" in manager.get("/people-ops/models").text
    form = {"form_token": token_of(manager), "why": "It alarms too often."}
    assert manager.post("/people-ops/models/roll-back", data=form).status_code == 303
    with transaction() as session:
        champion = model_versions.champion(session, ModelKind.CHURN)
        assert champion is not None
        assert champion.id == first != second
    assert "It alarms too often." in manager.get("/people-ops/models").text


def test_a_version_without_a_card_says_so(manager: TestClient) -> None:
    with transaction() as session:
        number = a_champion(session)
    assert "without a card" in manager.get(f"/people-ops/models/{number}").text
    assert manager.get("/people-ops/models/999").status_code == 404
