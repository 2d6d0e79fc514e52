"""Which book is judged by: the published version, exchanged between batches; never a bad one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities import rule_files
from activities.court import AUTHOR, MOST_EXCHANGES, Court, Courtroom
from retention.records import database, rulebook, rulebook_drafts, rulebook_publications
from retention.settings import settings
from rules.engine import DurableEngine, LateEngine
from rules.loader import BookRefused, texts_of
from rules.trial import grammar
from tests.factories.rulebooks import a_draft, changed
from tests.rules.books import a_rule, text_of

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of rule files that this process reads instead of the shipped ones."""
    (tmp_path / "trial.yaml").write_text(text_of(a_rule()), encoding="utf-8")
    monkeypatch.setenv("RULES_FOLDER", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def sits(room: Courtroom) -> Court:
    with database.transaction() as session:
        return room.court(session, at=NOW)


def published(texts: dict[str, str]) -> int:
    with database.transaction() as session:
        number = a_draft(session, texts)
        rulebook_publications.publish(
            session,
            number,
            actor="7",
            reason="r",
            at=NOW,
            grammar=grammar(),
            needs_approval=False,
            changes={},
        )
        return number


def bound(at: int) -> dict[str, str]:
    return {"trial.yaml": text_of(a_rule()).replace("gt: 50", f"gt: {at}")}


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The engines that are built from now on."""
    names: list[str] = []
    build = LateEngine.built

    def told(engine: LateEngine) -> DurableEngine:
        names.append(engine.name)
        return build(engine)

    monkeypatch.setattr(LateEngine, "built", told)
    return names


def test_a_process_that_starts_builds_no_engine_yet(data: str, folder: Path, built: list[str]) -> None:
    court = sits(Courtroom())
    assert built == []
    assert court.matcher.matches({"churn_score": 51})
    assert built == ["durable"]


def test_a_second_attempt_builds_no_engine_either(
    data: str, folder: Path, built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Courtroom()
    sits(room)
    published(bound(45))
    monkeypatch.setattr("activities.court.attempt", lambda: 2)
    assert sits(room).matcher.matches({"churn_score": 46})
    assert (built, sits(room).gave_up) == ([], True)


def test_a_new_version_is_built_before_it_takes_the_place_of_another(
    data: str, folder: Path, built: list[str]
) -> None:
    room = Courtroom()
    sits(room)
    published(bound(45))
    sits(room)
    assert built == ["durable"]


def test_the_rule_files_give_the_first_version(data: str) -> None:
    court = sits(Courtroom())
    with database.transaction() as session:
        (version,) = rulebook.versions(session)
        assert (version.version, version.author, version.status) == (court.version, AUTHOR, "published")
        assert rulebook.files_of(session, court.version) == texts_of()


def test_files_that_changed_since_do_not_judge(data: str, folder: Path) -> None:
    room = Courtroom()
    first = sits(room)
    (folder / "trial.yaml").write_text(bound(45)["trial.yaml"], encoding="utf-8")
    assert sits(room) == first
    assert sits(Courtroom()).book.digest == first.book.digest  # nor in a fresh process


def test_files_that_changed_since_are_offered_as_a_draft_once(data: str, folder: Path) -> None:
    rule_files.take_stock()
    (folder / "trial.yaml").write_text(bound(49)["trial.yaml"], encoding="utf-8")
    for _ in range(2):
        rule_files.take_stock()
    with database.transaction() as session:
        draft, first = rulebook.versions(session)
        assert (first.status, draft.status, draft.author, draft.parent) == (
            "published", "draft", AUTHOR, first.version,
        )  # fmt: skip
        assert draft.note.startswith("The rule files of this release differ from version")
        assert [one.trial is not None for one in (draft, first)] == [True, True]


def test_faulty_files_are_a_draft_that_cannot_be_published(data: str, folder: Path) -> None:
    rule_files.take_stock()
    (folder / "trial.yaml").write_text("rules: [", encoding="utf-8")
    rule_files.take_stock()
    with database.transaction() as session:
        draft = rulebook.versions(session)[0]
        assert draft.trial is not None
        assert (draft.status, draft.trial["passed"]) == ("draft", False)


def test_faulty_files_stop_the_first_start_with_every_fault_named(data: str, folder: Path) -> None:
    (folder / "trial.yaml").write_text(text_of(a_rule(owner="nobody", status="on")), encoding="utf-8")
    with pytest.raises(BookRefused) as refused:
        rule_files.take_stock()
    assert len(refused.value.faults) == 2


def test_a_published_version_is_judged_by_from_the_next_batch_on(data: str, folder: Path) -> None:
    room = Courtroom()
    before = sits(room)
    number = published(bound(45))
    after = sits(room)
    assert (before.version < number, after.version, after.book == before.book) == (True, number, False)
    assert after.durable.matches({"churn_score": 46})
    assert not after.durable.matches({"churn_score": 45})


def test_a_roll_back_gives_the_same_book_again(data: str, folder: Path) -> None:
    room = Courtroom()
    rule_files.take_stock()
    before = sits(room)
    published(bound(45))
    sits(room)
    with database.transaction() as session:
        rulebook_publications.roll_back(
            session, actor="7", reason="r", at=NOW, grammar=grammar(), changes={}, needs_approval=False
        )
    assert (sits(room).version, sits(room).book) == (before.version, before.book)


def test_a_published_version_that_cannot_be_read_leaves_the_old_one_in_its_place(
    data: str, folder: Path
) -> None:
    room = Courtroom()
    before = sits(room)
    number = published({"trial.yaml": text_of(a_rule(owner="nobody"))})  # as of another release
    assert sits(room) == sits(room) == before
    with database.transaction() as session:
        assert '"nobody" is not one of' in rulebook.version(session, number).fault
    with pytest.raises(BookRefused):
        sits(Courtroom())  # a fresh process has nothing to go on with


def test_the_fault_is_forgotten_when_the_version_is_taken_after_all(data: str, folder: Path) -> None:
    first = sits(Courtroom()).version
    with database.transaction() as session:
        rulebook.keep_fault(session, first, "it could not be read")
    sits(Courtroom())
    with database.transaction() as session:
        assert rulebook.version(session, first).fault == ""


def test_after_two_hundred_exchanges_the_process_makes_room_for_a_fresh_one(data: str, folder: Path) -> None:
    ended: list[str] = []
    room = Courtroom(recycle=lambda: ended.append("told to end"))
    sits(room)
    numbers = [published(bound(45)), published(bound(46))]
    for exchange in range(MOST_EXCHANGES):
        assert not ended
        with database.transaction() as session:
            rulebook_publications.roll_back(
                session,
                actor="7",
                reason="r",
                at=NOW,
                grammar=grammar(),
                changes={},
                needs_approval=False,
                to=numbers[exchange % 2],
            )
        sits(room)
    assert ended == ["told to end"]


def test_asking_which_book_is_judged_by_is_one_statement(data: str, queries: list[str]) -> None:
    room = Courtroom()
    sits(room)
    queries.clear()
    sits(room)
    assert len(queries) == 1


def test_what_is_in_shadow_is_looked_out_for_and_does_not_judge(data: str) -> None:
    room = Courtroom()
    before = sits(room)
    with database.transaction() as session:
        draft = a_draft(session, changed("{gt: 50}", "{gt: 45}"))
        rulebook_drafts.shadow(session, draft, at=NOW)
    beside = sits(room)
    assert (beside.version, beside.book) == (before.version, before.book)
    assert set(beside.watch.comparisons) > set(before.watch.comparisons)
    with database.transaction() as session:
        rulebook_drafts.end_shadow(session)
    assert sits(room).watch == before.watch


def test_a_draft_in_shadow_that_cannot_be_read_is_not_looked_out_for(data: str) -> None:
    room = Courtroom()
    before = sits(room)
    with database.transaction() as session:
        draft = a_draft(session, {"trial.yaml": text_of(a_rule(owner="nobody"))})  # as of another release
        rulebook_drafts.shadow(session, draft, at=NOW)
    assert sits(room).watch == before.watch
