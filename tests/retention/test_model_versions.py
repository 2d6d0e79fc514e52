"""The registry of models: one champion of a kind, every decision kept, damaged bytes never promoted."""

import hashlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from retention.errors import NotFound, Refusal
from retention.records import model_versions
from retention.records.model_versions import ModelVersion
from retention.vocabulary import ModelKind, ModelStage
from tests.factories.models import a_challenger, a_champion

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
CHURN = ModelKind.CHURN


def promoted(session: Session, number: int) -> None:
    model_versions.promote(session, number, actor="7", reason="It foretells better.", at=NOW)


def rolled_back(session: Session) -> int:
    return model_versions.roll_back(session, CHURN, actor="7", reason="It alarms too often.", at=NOW)


def stages(session: Session) -> list[str]:
    return [one.stage for one in reversed(model_versions.versions(session, CHURN))]


def decisions(session: Session) -> list[tuple[str, int | None, int]]:
    lines = reversed(model_versions.promotions(session, CHURN))
    return [(line.decision, line.from_version, line.to_version) for line in lines]


def test_a_stored_model_is_a_challenger_with_the_hash_of_its_bytes(session: Session) -> None:
    number = a_challenger(session, artefact=b"a model")
    stored = model_versions.version(session, number)
    assert (stored.stage, stored.sha256) == (ModelStage.CHALLENGER, hashlib.sha256(b"a model").hexdigest())
    assert model_versions.artefact_of(session, number) == b"a model"
    assert model_versions.champion(session, CHURN) is None


def test_the_champion_retires_when_another_is_promoted(session: Session) -> None:
    first, second = a_champion(session), a_challenger(session)
    promoted(session, second)
    promoted(session, second)  # again: nothing more
    assert stages(session) == ["retired", "champion"]
    assert decisions(session) == [("promote", None, first), ("promote", first, second)]


def test_each_kind_has_a_champion_of_its_own(session: Session) -> None:
    churn = a_champion(session)
    first_session = a_champion(session, kind=ModelKind.FIRST_SESSION)
    found = [model_versions.champion(session, kind) for kind in ModelKind]
    assert [one and one.id for one in found] == [churn, first_session]


def test_the_table_holds_no_second_champion(session: Session) -> None:
    a_champion(session)
    other = a_challenger(session)
    with pytest.raises(IntegrityError, match="uq_model_versions_champion"):
        session.execute(update(ModelVersion).where(ModelVersion.id == other).values(stage="champion"))


def test_a_rejected_model_is_never_promoted(session: Session) -> None:
    number = a_challenger(session)
    for _ in range(2):
        model_versions.reject(session, number, actor="7", reason="No better.", at=NOW)
    assert decisions(session) == [("reject", None, number)]
    with pytest.raises(Refusal, match="rejected already"):
        promoted(session, number)


def test_rolling_back_walks_the_champions_before_one_by_one(session: Session) -> None:
    first, second, third = (a_champion(session) for _ in range(3))
    assert rolled_back(session) == second
    assert rolled_back(session) == first
    assert decisions(session)[-2:] == [("roll_back", third, second), ("roll_back", second, first)]
    with pytest.raises(Refusal, match="No earlier model"):
        rolled_back(session)
    assert stages(session) == ["champion", "retired", "retired"]


def test_damaged_bytes_are_not_promoted_and_nothing_is_rolled_back_to_them(session: Session) -> None:
    first, second = a_champion(session), a_champion(session)
    third = a_challenger(session)
    session.execute(
        update(ModelVersion).where(ModelVersion.id.in_([first, third])).values(artefact=b"damaged")
    )
    with pytest.raises(Refusal, match="hash differs"):
        promoted(session, third)
    with pytest.raises(Refusal, match="hash differs"):
        rolled_back(session)
    assert stages(session) == ["retired", "champion", "challenger"]
    assert model_versions.champion(session, CHURN) is model_versions.version(session, second)


def test_what_is_unknown_is_not_found(session: Session) -> None:
    for ask in (model_versions.version, model_versions.artefact_of):
        with pytest.raises(NotFound):
            ask(session, 404)


@pytest.mark.parametrize("act", ["UPDATE promotions SET reason = 'other'", "DELETE FROM promotions"])
def test_a_decision_is_never_changed(session: Session, act: str) -> None:
    a_champion(session)
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(act))
