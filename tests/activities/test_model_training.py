"""A challenger on record: one version a training, whole or not at all, shadowed, decided about once."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from sqlalchemy import func, select, update

from activities import model_training, shadowing
from activities.model_training import fit_challenger, settle_training
from activities.shadowing import shadow_day
from ml import challenger
from ml.challenger import Champion, Made
from retention.measures.cube import Cube
from retention.messages.training import (
    Challenger,
    Ending,
    FitChallenger,
    SettleTraining,
    ShadowDay,
    TrainingEnd,
)
from retention.records import audit, model_trainings, model_versions
from retention.records.database import transaction
from retention.records.model_trainings import ModelTraining
from retention.records.model_versions import ModelVersion
from retention.records.tutor_days import TutorDay
from retention.vocabulary import ModelKind, ModelStage
from tests.factories import platform
from tests.factories.models import a_champion
from tests.ml.cubes import tiring_cube

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
CUBE = tiring_cube(60, 110)
MADE = challenger.made
FIRST = cache(lambda: MADE(CUBE, draws=10))  # what the first training learns is the same in every test


def made(cube: Cube, *, champion: Champion | None, **slices: Any) -> Made:
    return deepcopy(FIRST()) if champion is None else MADE(cube, champion=champion, draws=10, **slices)


@pytest.fixture
def history(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform whose tutors tire, instead of rows that would take minutes to write."""
    for module in (model_training, shadowing):
        monkeypatch.setattr(module, "cube_of_record", lambda *_wanted, **_days: CUBE)
    monkeypatch.setattr(challenger, "made", made)


def learnt(name: str = "training-1") -> Challenger:
    return fit_challenger(FitChallenger(training_id=name, as_of=NOW))


def shadowed(new: Challenger, *, day: int) -> list[str]:
    assert new.version_id is not None
    asked = ShadowDay(training_id="training-1", version_id=new.version_id, as_of=NOW + timedelta(days=day))
    return shadow_day(asked).in_the_way


def settled(
    new: Challenger, ending: Ending, *, training_id: str = "training-1", despite: bool = False
) -> TrainingEnd:
    assert new.version_id is not None
    asked = SettleTraining(
        training_id=training_id, version_id=new.version_id, ending=ending, actor="7",
        reason="It foretells better.", at=NOW, despite=despite,
    )  # fmt: skip
    return settle_training(asked)


def versions() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(ModelVersion)) or 0


def state_of(training_id: str = "training-1") -> str:
    with transaction() as session:
        known = session.get(ModelTraining, training_id)
        return known.state if known else ""


def test_without_history_nothing_is_learnt_and_the_reason_is_kept(data: str) -> None:
    new = learnt()
    assert (new.version_id, new.words) == (None, "There is no history yet.")
    assert state_of() == "nothing_learnt"


def test_a_history_begins_with_its_first_session_however_long_tutors_have_been_with_us(data: str) -> None:
    began, taught = NOW - timedelta(days=400), NOW - timedelta(days=80)
    with transaction() as session:
        number, _ = platform.a_tutor(session, at=began)
        plain = {"tutor_number": number, "subjects": [], "answer_waits": []}
        days = [
            TutorDay(day=began.date(), logins=1, **plain),
            TutorDay(day=taught.date(), completed=1, **plain),
        ]
        session.add_all(days)
        session.flush()
        cube = model_training.cube_of_record(session, NOW)
    assert cube is not None
    assert (cube.first_day, cube.days) == (taught.date(), 80)


@pytest.mark.usefixtures("history")
def test_a_training_that_is_asked_for_twice_has_one_version_with_its_card() -> None:
    new = learnt()
    assert learnt() == new
    assert versions() == 1
    with transaction() as session:
        version = model_versions.version(session, new.version_id or 0)
        assert version.sha256 in version.card
        assert version.calibration["base"]["1"] < version.calibration["base"]["90"]
        assert model_training.opened(session, version).trees.booster.num_features() == 36


@pytest.mark.usefixtures("history")
def test_a_training_that_breaks_off_while_it_is_written_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(model_trainings, "begin", gone)
    with pytest.raises(KeyboardInterrupt):
        learnt()
    assert (versions(), state_of()) == (0, "")


@pytest.mark.usefixtures("history")
def test_after_three_shadow_days_a_person_decides() -> None:
    new = learnt()
    assert any("shadow" in one for one in shadowed(new, day=1))
    assert state_of() == "shadow"
    shadowed(new, day=2)
    assert not any("shadow" in one for one in shadowed(new, day=3))
    assert state_of() == "waiting"
    with transaction() as session:
        days = model_trainings.shadow_days(session, new.version_id or 0)
        assert [day.beside for day in days] == [None, None, None]
        assert days[0].tutors > 0


@pytest.mark.usefixtures("history")
def test_a_promotion_serves_and_is_written_once() -> None:
    new = learnt()
    assert settled(new, "promoted").ending == "promoted"
    settled(new, "promoted")  # delivered again
    with transaction() as session:
        champion = model_versions.champion(session, ModelKind.CHURN)
        assert champion is not None
        assert champion.id == new.version_id
        assert len(model_versions.promotions(session, ModelKind.CHURN)) == 1
        lines = audit.lines_about(session, f"model/{new.version_id}")
    assert [one.act for one in lines].count("model.promoted") == 1
    assert state_of() == "promoted"


@pytest.mark.usefixtures("history")
def test_the_next_challenger_is_compared_with_the_champion_and_expires_alone() -> None:
    settled(learnt(), "promoted")
    second = learnt("training-2")
    with transaction() as session:
        card = model_trainings.card_of(session, second.version_id or 0)
        assert card is not None
        assert card.chance_better == 0  # learnt from the same days: the same model
    assert settled(second, "expired").ending == "expired"
    with transaction() as session:
        assert model_versions.version(session, second.version_id or 0).stage == ModelStage.REJECTED


@pytest.mark.usefixtures("history")
def test_a_damaged_model_is_not_promoted_and_the_asker_is_told() -> None:
    new = learnt()
    with transaction() as session:
        session.get_one(ModelVersion, new.version_id).artefact = b"damaged"
    end = settled(new, "promoted")
    assert end.ending == "not_applied"
    assert "damaged" in end.words
    assert state_of() == "not_applied"


@pytest.mark.usefixtures("history")
def test_a_champion_that_cannot_be_read_is_not_compared_with() -> None:
    with transaction() as session:
        a_champion(session, feature_schema="of another release")
        assert model_training.serving_champion(session) is None


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("told", [{"artefact": b"damaged"}, {"feature_schema": "f" * 64}])
def test_a_challenger_that_cannot_be_asked_in_the_shadow_ends_its_training(told: dict[str, Any]) -> None:
    new = learnt()
    with transaction() as session:
        session.execute(update(ModelVersion).values(told))
    asked = ShadowDay(training_id="training-1", version_id=new.version_id or 0, as_of=NOW + timedelta(days=1))
    assert "stored model" in shadow_day(asked).broken
    assert settled(new, "not_applied").ending == "not_applied"
    assert state_of() == "not_applied"
    with transaction() as session:
        assert model_versions.version(session, new.version_id or 0).stage == ModelStage.REJECTED


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(("despite", "ending"), [(False, "not_applied"), (True, "promoted")])
def test_a_roll_back_is_noticed_by_who_waits_and_a_word_must_say_that_it_is_known(
    despite: bool, ending: str
) -> None:
    settled(learnt(), "promoted")
    settled(learnt("training-2"), "promoted", training_id="training-2")
    third = learnt("training-3")
    with transaction() as session:
        model_versions.roll_back(session, ModelKind.CHURN, actor="7", reason="It alarms.", at=NOW)
    end = settled(third, "promoted", training_id="training-3", despite=despite)
    assert end.ending == ending
    assert despite or "It was compared with model" in end.words
