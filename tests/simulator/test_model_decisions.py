"""The demo's manager decides about models on the page, like anybody else, and by what it says."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from ml.challenger import made
from ml.promotion import ShadowFigures, conditions, gates_of
from retention.messages.model_card import CardContent, Condition, Reading, Verdict
from retention.records import model_trainings
from retention.records.database import transaction
from retention.records.model_trainings import ModelTraining
from retention.vocabulary import Role
from simulator.model_decisions import look
from simulator.people import StaffMember
from tests.factories.models import a_challenger, a_champion
from tests.factories.people import PASSWORD
from tests.ml.cubes import tiring_cube
from tests.web.conftest import account, email_of
from web.application import pages

NOW = datetime.now(UTC)


@pytest.fixture
def sarah(data: str) -> Iterator[StaffMember]:
    account("Sarah Lindqvist", role=Role.OPS_MANAGER)
    with TestClient(pages()) as client:
        yield StaffMember(
            "http://testserver", email_of("Sarah Lindqvist"), PASSWORD, transport=client._transport
        )


@pytest.fixture(scope="module")
def card() -> CardContent:
    return made(tiring_cube(60, 110), draws=2).card


def a_challenger_waits(card: CardContent, *verdicts: Verdict, state: str = "waiting") -> None:
    found = [Condition(name=f"c{n}", says="Something", value=0.5, bound="≥ 0.9", verdict=one) for n, one in
             enumerate(verdicts)]  # fmt: skip
    one_waits(card, found, state=state)


def one_waits(card: CardContent, found: list[Condition], *, state: str = "waiting") -> None:
    with transaction() as session:
        told = {"training_id": "model-training/1", "begun_at": NOW, "words": "", "state": state}
        content = {"card": card.model_dump(mode="json"), "conditions": [one.model_dump() for one in found]}
        number = a_challenger(session, created_at=NOW)
        model_trainings.begin(session, ModelTraining(**told, **content, version_id=number))


def a_model_serves() -> None:
    with transaction() as session:
        a_champion(session, created_at=NOW)


def words() -> list[tuple[bool, bool]]:
    with transaction() as session:
        rows = session.execute(text("SELECT payload FROM commands WHERE name = 'decide' ORDER BY seq"))
        return [(row.payload["promote"], row.payload["despite"]) for row in rows]


def test_without_a_champion_what_is_not_known_yet_is_no_reason_to_wait(
    sarah: StaffMember, card: CardContent
) -> None:
    a_challenger_waits(card, "met", "unknown")
    assert look(sarah) == "promote"
    assert words() == [(True, True)]


def test_a_challenger_that_meets_everything_needs_no_despite(sarah: StaffMember, card: CardContent) -> None:
    a_challenger_waits(card, "met", "unclear")
    assert look(sarah) == "promote"
    assert words() == [(True, False)]


def test_without_a_champion_one_that_misses_a_condition_is_turned_down(
    sarah: StaffMember, card: CardContent
) -> None:
    a_challenger_waits(card, "met", "unmet")
    assert look(sarah) == "reject"
    assert words() == [(False, False)]


@pytest.mark.parametrize("verdict", ["unknown", "unmet"])
def test_beside_a_champion_one_of_which_not_all_is_met_is_left_to_wait(
    sarah: StaffMember, card: CardContent, verdict: Verdict
) -> None:
    a_model_serves()
    a_challenger_waits(card, "met", verdict)
    assert look(sarah) is None
    assert words() == []


def test_beside_a_champion_one_that_meets_everything_replaces_it(
    sarah: StaffMember, card: CardContent
) -> None:
    a_model_serves()
    a_challenger_waits(card, "met")
    assert look(sarah) == "promote"


def test_on_a_young_platform_the_better_one_replaces_the_champion_without_a_despite(
    sarah: StaffMember, card: CardContent
) -> None:
    skills = [Reading(slice="everybody", metric="brier_skill", days=days, value=0.1) for days in (1, 7)]
    in_order = Reading(slice="everybody", metric="order_violations", days=90, value=0.0)
    gates = gates_of([*skills, in_order], {}, outlived=[1, 7])
    better = {"champion_id": 1, "chance_better": 0.95, "gates": gates, "slice_drops": {"everybody": 0.0}}
    shadow = [ShadowFigures(beside=1, score_change=1.0, band_changes=0.02)] * 3
    told = card.model_copy(update=better)
    a_model_serves()
    one_waits(told, conditions(told, serving=1, shadow=shadow, last_promotion=None, at=NOW))
    assert look(sarah) == "promote"
    assert words() == [(True, False)]


def test_nothing_is_said_of_one_that_is_still_in_the_shadow(sarah: StaffMember, card: CardContent) -> None:
    a_challenger_waits(card, "met", state="shadow")
    assert look(sarah) is None
    assert look(sarah) is None
    assert words() == []
