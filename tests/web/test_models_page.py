"""The page of models: who may see it, what it says of each, and how a word about one travels."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from ml import first_session_challenger
from ml.challenger import made
from ml.first_session_training import cut, examples
from retention.messages.model_card import CardContent, Condition
from retention.records import commands, model_trainings, model_versions
from retention.records.database import transaction
from retention.records.model_trainings import ModelTraining
from retention.vocabulary import ModelKind, Role
from tests.factories.models import a_challenger, a_champion
from tests.ml.cubes import tiring_cube
from tests.ml.first_sessions import a_platform
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


def test_a_share_stands_in_the_unit_of_its_bound(manager: TestClient, card: CardContent) -> None:
    a_waiting_challenger(card)
    moved = Condition(name="band_changes", says="Bands", value=0.349, bound="≤ 10%", verdict="unmet")
    with transaction() as session:
        model_trainings.weigh(session, "model-training/1", [moved], waiting=True)
    page = manager.get("/people-ops/models").text
    assert "34.9 %</td><td>≤ 10%" in page


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


FIRST_SESSIONS = "/people-ops/models?kind=first_session"


@pytest.fixture(scope="module")
def first_session_card() -> CardContent:
    cube, told = a_platform()
    parts = cut(cube.days)
    known = examples(cube, told, days=(parts.learn[0], parts.judge[1]))
    return first_session_challenger.made(known, parts, date_of=cube.date_of, draws=2).card


def test_each_kind_of_model_has_its_own_list(manager: TestClient, first_session_card: CardContent) -> None:
    with transaction() as session:
        churn = a_champion(session, created_at=NOW)
        firsts = a_champion(session, kind="first_session", created_at=NOW, events=250)
    page, other = manager.get(FIRST_SESSIONS).text, manager.get("/people-ops/models").text
    assert f"Model {firsts}" in page
    assert f"Model {churn}" not in page
    assert "250 of whose first sessions were rated below 3" in page
    assert f"Model {firsts}" not in other
    assert manager.get("/people-ops/models?kind=nonsense").text.count(f"Model {churn}") > 0


def test_without_a_first_session_model_the_page_says_what_that_means(manager: TestClient) -> None:
    page = manager.get(FIRST_SESSIONS).text
    assert "Nothing is foretold of first sessions" in page
    assert "500 rated first sessions" in page


def test_a_night_that_learnt_nothing_says_why(manager: TestClient) -> None:
    with transaction() as session:
        told = {"training_id": "first-session-training/1", "begun_at": NOW, "state": "nothing_learnt"}
        words = "12 rated first sessions are too few."
        model_trainings.begin(
            session, ModelTraining(**told, kind="first_session", words=words, conditions=[])
        )
    assert (
        "The last night learnt none: 12 rated first sessions are too few." in manager.get(FIRST_SESSIONS).text
    )
    assert "too few" not in manager.get("/people-ops/models").text


def test_a_challenger_that_had_to_be_set_aside_is_told(manager: TestClient) -> None:
    with transaction() as session:
        told = {"training_id": "model-training/1", "begun_at": NOW, "state": "not_applied", "card": {}}
        content = {"words": "The stored model cannot be opened.", "conditions": []}
        number = a_challenger(session)
        model_trainings.begin(session, ModelTraining(**told, **content, version_id=number))
    assert "The last one was set aside: The stored model" in manager.get("/people-ops/models").text


def test_a_waiting_first_session_model_is_decided_about_on_its_own_page(
    manager: TestClient, first_session_card: CardContent
) -> None:
    with transaction() as session:
        number = a_challenger(session, kind="first_session", created_at=NOW)
        told = {"training_id": "first-session-training/1", "begun_at": NOW, "words": "", "state": "waiting"}
        content = {"card": first_session_card.model_dump(mode="json"), "conditions": [UNMET.model_dump()]}
        training = ModelTraining(**told, **content, kind="first_session", version_id=number)
        model_trainings.begin(session, training)
        model_trainings.keep_shadow(
            session, version_id=number, day=NOW.date(), beside=None, as_of=NOW, tutors=40,
            score_change=2.5, band_changes=0.08,
        )  # fmt: skip
    page = manager.get(FIRST_SESSIONS).text
    for words in (f"Model {number} waits for your word", "Flags changed", "The usual share"):
        assert words in page
    form = {"form_token": token_of(manager), "kind": "first_session", "decision": "promote", "reason": ""}
    again = manager.post(f"/people-ops/models/{number}/decide", data=form)
    assert (again.status_code, f"Model {number} waits for your word" in again.text) == (422, True)
    answer = manager.post(f"/people-ops/models/{number}/decide", data=form | {"reason": "It counts right."})
    assert answer.headers["location"].startswith("/people-ops/models?kind=first_session&act=")


def test_its_card_speaks_of_first_sessions_and_not_of_leaving(
    manager: TestClient, first_session_card: CardContent
) -> None:
    with transaction() as session:
        number = a_challenger(session, kind="first_session")
        told = {"training_id": "first-session-training/1", "begun_at": NOW, "words": "", "state": "shadow"}
        card = first_session_card.model_dump(mode="json")
        training = ModelTraining(**told, card=card, kind="first_session", conditions=[], version_id=number)
        model_trainings.begin(session, training)
    page = manager.get(f"/people-ops/models/{number}").text
    for words in ("rated below 3", "a 3 is no", "Deciding which tutor a student gets", "Brier skill", "<svg"):
        assert words in page
    for words in ("leaving", "Logistic model on the same rows", "Scale.", " d</th>"):
        assert words not in page


def test_rolling_back_one_kind_leaves_the_other(manager: TestClient) -> None:
    with transaction() as session:
        churn = a_champion(session, created_at=NOW)
        first = a_champion(session, kind="first_session", created_at=NOW - timedelta(days=8))
        a_champion(session, kind="first_session", created_at=NOW)
    form = {"form_token": token_of(manager), "why": "It flags everybody.", "kind": "first_session"}
    answer = manager.post("/people-ops/models/roll-back", data=form)
    assert answer.headers["location"] == FIRST_SESSIONS
    with transaction() as session:
        found = {kind: model_versions.champion(session, kind) for kind in ModelKind}
        assert {kind: one and one.id for kind, one in found.items()} == {
            ModelKind.CHURN: churn,
            ModelKind.FIRST_SESSION: first,
        }
