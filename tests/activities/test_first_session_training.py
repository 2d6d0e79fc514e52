"""A model of first sessions on record: learnt from what was known, shadowed, promoted, taken back."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from activities import first_session_training
from activities.first_session_training import opened, serving_champion
from activities.model_training import fit_challenger, settle_training
from activities.shadowing import shadow_day
from ml import first_session_challenger as challenger
from ml.first_session_training import cut, examples
from retention.messages.training import Challenger, Ending, FitChallenger, SettleTraining, ShadowDay
from retention.records import model_trainings, model_versions
from retention.records.cubes import Span
from retention.records.database import Session, transaction
from retention.records.model_trainings import ModelTraining
from retention.records.model_versions import ModelVersion
from retention.records.tutor_days import TutorDay
from retention.vocabulary import ModelKind, ModelStage
from simulator.world import born, live_a_day
from tests.factories import platform, wire
from tests.factories.first_session_models import HOUR, NOW, a_tutor, booked, damaged, looks, promoted
from tests.factories.models import a_champion
from tests.ml.first_sessions import a_platform
from tests.retention.test_cubes import posted

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS, TUTORS = 40, 60
KIND = ModelKind.FIRST_SESSION
FIRST, SECOND = "first-session-training/1", "first-session-training/2"
MADE = challenger.made
CUBE, TOLD = a_platform()
SPAN = Span((NOW - CUBE.days * DAY).date(), (NOW - DAY).date(), NOW)
PARTS = cut(CUBE.days)
KNOWN = examples(CUBE, TOLD, days=(PARTS.learn[0], PARTS.judge[1]))


@pytest.fixture
def history(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform with many rated first sessions, instead of rows that would take minutes to write."""
    monkeypatch.setattr(challenger, "made", partial(MADE, draws=5))
    monkeypatch.setattr(first_session_training, "span_of_record", lambda *_: SPAN)
    monkeypatch.setattr(first_session_training, "examples_of_record", lambda *_: KNOWN)


def learnt(name: str = FIRST, *, at: datetime = NOW) -> Challenger:
    return fit_challenger(FitChallenger(kind=KIND, training_id=name, as_of=at))


def shadowed(new: Challenger, *, day: int = 1, name: str = FIRST) -> list[str]:
    asked = ShadowDay(training_id=name, version_id=new.version_id or 0, as_of=NOW + day * DAY)
    return shadow_day(asked).in_the_way


def settled(new: Challenger, ending: Ending) -> str:
    asked = SettleTraining(
        training_id=FIRST,
        version_id=new.version_id or 0,
        ending=ending,
        actor="7",
        reason="So be it.",
        at=NOW,
    )
    return settle_training(asked).ending


def a_world(session: Session) -> None:
    """A small world's history on record."""
    world = born(MONDAY, tutors_wanted=TUTORS, seed=11)
    posted(session, [one for _ in range(DAYS) for one in live_a_day(world)], lag=timedelta())
    session.add(
        TutorDay(
            tutor_number=platform.a_tutor(session, at=MONDAY)[0],
            day=MONDAY.date(),
            completed=1,
            subjects=[],
            answer_waits=[],
        )
    )


def news(session: Session) -> None:
    """What becomes known a day after, about days that were over."""
    late = MONDAY + 30 * DAY
    number, tutor_id = platform.a_tutor(session, at=MONDAY - DAY, now=MONDAY + (DAYS + 1) * DAY)
    for hours in range(12):
        first = wire.a_session(tutor_id, start=late + hours * HOUR, session_number=1)
        said = wire.feedback_on(first, at=late + DAY, rating=1)
        platform.known(session, [first, said], now=MONDAY + (DAYS + 1) * DAY)
    assert number


def test_without_history_nothing_is_learnt_and_the_reason_is_kept(data: str) -> None:
    new = learnt()
    assert new.version_id is None
    assert new.words.startswith("There is no history yet. Wait until")
    with transaction() as session:
        known = session.get_one(ModelTraining, FIRST)
        assert (known.state, known.kind) == ("nothing_learnt", "first_session")


def test_the_record_teaches_the_same_bytes_whatever_became_known_since(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(challenger, "FEWEST", (100, 10))
    monkeypatch.setattr(challenger, "FEWEST_JUDGED", (20, 2))
    monkeypatch.setattr(challenger, "made", partial(MADE, draws=5))
    at = MONDAY + DAYS * DAY
    with transaction() as session:
        a_world(session)
    first = learnt(FIRST, at=at)
    with transaction() as session:
        news(session)
    second = learnt(SECOND, at=at)
    with transaction() as session:
        one, other = (model_versions.version(session, new.version_id or 0) for new in (first, second))
        assert one.sha256 == other.sha256
        assert 100 < one.rows < 1_000
        assert 0.1 < opened(session, one).content.usual < 0.5


@pytest.mark.usefixtures("history")
def test_too_few_rated_first_sessions_are_a_reason_and_no_exception(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(challenger, "FEWEST", (5_000, 100))
    new = learnt()
    assert new.version_id is None
    assert "too few to learn from: 5000 and 100 are needed. Wait" in new.words


@pytest.mark.usefixtures("history")
def test_a_training_has_one_version_in_json_and_a_card_that_names_its_bytes() -> None:
    new = learnt()
    assert learnt() == new
    with transaction() as session:
        (version,) = session.scalars(select(ModelVersion)).all()
        assert (version.kind, version.algorithm, version.stage) == (KIND, "logistic", ModelStage.CHALLENGER)
        assert model_versions.artefact_of(session, version.id).startswith(b'{"features":')
        content = opened(session, version).content
        assert version.calibration["base"] == {"session": content.usual}
        assert content.usual < content.flag_from <= 1.5 * content.usual
        for words in ("first sessions, logistic", f"SHA-256 `{version.sha256}`", "Brier skill", "a 3 is no"):
            assert words in version.card
        assert "Scale" not in version.card


@pytest.mark.usefixtures("history")
def test_its_card_holds_gates_parts_slices_and_weights() -> None:
    new = learnt()
    with transaction() as session:
        card = model_trainings.card_of(session, new.version_id or 0)
    assert card is not None
    assert {gate.name for gate in card.gates} == {"brier_skill", "slope", "shuffled_auc"}
    assert [part.name for part in card.parts] == ["learnt from", "judged on"]
    assert card.parts[0].last < card.parts[1].first - 3 * DAY
    assert (card.learnt_until, card.data_to) == (card.parts[0].last, card.parts[1].last)
    assert {"everybody", "new tutors", "others", "Mathematics", "students under 13"} <= {
        one.slice for one in card.sizes
    }
    assert sum(one.share for one in card.weights) == pytest.approx(1)


@pytest.mark.usefixtures("history")
def test_three_shadow_days_say_how_far_chances_and_flags_would_move() -> None:
    new = learnt()
    _, tutor_id = a_tutor(days=20, rated=4, failed=4)
    booked(tutor_id, start=NOW + 30 * HOUR)
    assert any("shadow" in one for one in shadowed(new, day=1))
    for day in (2, 3):
        assert any("shadow" in one for one in shadowed(new, day=day)) == (day < 3)
    with transaction() as session:
        assert session.get_one(ModelTraining, FIRST).state == "waiting"
        days = model_trainings.shadow_days(session, new.version_id or 0)
    assert [(day.beside, day.tutors) for day in days] == [(None, 1), (None, 0), (None, 0)]
    assert days[0].score_change > 0
    assert looks() == []  # what is said in the shadow is shown to nobody


@pytest.mark.usefixtures("history")
def test_beside_itself_as_champion_nothing_moves_and_nothing_is_gained() -> None:
    first = learnt()
    assert settled(first, "promoted") == "promoted"
    second = learnt(SECOND)
    _, tutor_id = a_tutor(days=20)
    booked(tutor_id, start=NOW + 30 * HOUR)
    shadowed(second, name=SECOND)
    with transaction() as session:
        card = model_trainings.card_of(session, second.version_id or 0)
        (day,) = model_trainings.shadow_days(session, second.version_id or 0)
    assert card is not None
    assert (card.champion_id, card.chance_better) == (first.version_id, 0)
    assert set(card.slice_drops.values()) == {0.0}
    assert all(one.share_before == one.share for one in card.weights)
    assert (day.beside, day.tutors, day.score_change, day.band_changes) == (first.version_id, 1, 0, 0)


@pytest.mark.usefixtures("history")
def test_a_promotion_is_of_its_kind_alone_and_may_be_taken_back() -> None:
    with transaction() as session:
        churn = a_champion(session)
    before = promoted(created_at=NOW - 9 * DAY)
    new = learnt()
    settled(new, "promoted")
    with transaction() as session:
        found = {kind: model_versions.champion(session, kind) for kind in ModelKind}
        assert {kind: one and one.id for kind, one in found.items()} == {
            ModelKind.CHURN: churn,
            KIND: new.version_id,
        }
        back = model_versions.roll_back(session, KIND, actor="7", reason="It flags everybody.", at=NOW)
    assert back == before


@pytest.mark.usefixtures("history")
def test_without_anybodys_word_it_is_set_aside() -> None:
    new = learnt()
    assert settled(new, "expired") == "expired"
    with transaction() as session:
        assert model_versions.version(session, new.version_id or 0).stage == ModelStage.REJECTED


@pytest.mark.usefixtures("history")
def test_a_damaged_model_is_not_promoted() -> None:
    new = learnt()
    damaged(new.version_id or 0)
    assert settled(new, "promoted") == "not_applied"


def test_a_damaged_champion_is_not_compared_with(data: str) -> None:
    damaged(promoted())
    with transaction() as session:
        assert serving_champion(session) is None
