"""`python -m rules versions | draft | publish | rollback | shadow | discard`, as an operator meets them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from retention.records import audit, database, rulebook, rulebook_publications
from retention.settings import settings
from rules.__main__ import app
from rules.loader import texts_of
from tests.factories.rulebooks import a_published_book, changed

RUNNER = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped rule files with another priority."""
    texts = changed("priority: 60\n", "priority: 61\n")
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def first(data: str) -> int:
    with database.transaction() as session:
        return a_published_book(session)


def run(*words: object) -> Result:
    return RUNNER.invoke(app, [str(word) for word in words])


def told(*words: object, code: int = 0) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def standing() -> int:
    with database.transaction() as session:
        known = rulebook.standing(session)
        assert known is not None
        return known.version


def test_a_folder_is_published_after_its_check_and_taken_back(first: int, folder: Path) -> None:
    number = told("publish", folder, "--reason", "Sooner.")["published"]
    assert standing() == number > first
    assert told("rollback", "--reason", "Too many.") == {"published": first}
    assert standing() == first
    with database.transaction() as session:
        assert rulebook.files_of(session, first) == texts_of()
        assert [line.act for line in audit.lines_about(session, f"rulebook/{number}")] == [
            "rulebook.publish",
            "rulebook.draft",
        ]


def test_a_draft_with_faults_is_kept_with_each_of_them_and_not_published(first: int, folder: Path) -> None:
    (folder / "more.yaml").write_text("rules: [{id: x}]", encoding="utf-8")
    kept = told("draft", folder, "--note", "A try.", code=1)
    assert not kept["passed"]
    assert any(line.startswith("more.yaml:1:") for line in kept["wrong"])
    refused = run("publish", kept["version"], "--reason", "Now.")
    assert refused.exit_code == 1
    assert f"Version {kept['version']} is not published: it has failed its check" in refused.output
    assert standing() == first


def test_versions_lists_what_is_judged_by_and_what_waits(first: int, folder: Path) -> None:
    draft = told("draft", folder, "--note", "A try.")["version"]
    listed = told("versions")["versions"]
    assert [(one["version"], one["status"], one["check"]) for one in listed] == [
        (draft, "draft", "passed"),
        (first, "published", "not checked"),
    ]
    assert "A try." in run("versions").output


def test_with_approval_switched_on_the_command_line_waits_for_a_colleague(
    first: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RULEBOOK_NEEDS_APPROVAL", "true")
    settings.cache_clear()
    draft = told("draft", folder)["version"]
    refused = run("publish", draft, "--reason", "Now.")
    assert refused.exit_code == 1
    assert "waits for the approval of a second person" in refused.output
    with database.transaction() as session:
        at = rulebook.version(session, draft).created_at
        rulebook_publications.approve(session, draft, actor="7", note="", at=at)
    assert told("publish", draft, "--reason", "Now.") == {"published": draft}
    settings.cache_clear()


def test_a_discarded_text_is_a_draft_again_when_its_files_are_kept_again(first: int, folder: Path) -> None:
    draft = told("draft", folder)["version"]
    told("discard", draft, "--reason", "Not now.")
    assert told("draft", folder)["version"] == draft
    assert told("publish", draft, "--reason", "Now.") == {"published": draft}


def test_a_draft_is_watched_and_let_go(first: int, folder: Path) -> None:
    draft = told("draft", folder)["version"]
    assert told("shadow", draft) == {"shadow": draft}
    assert told("versions")["versions"][0]["status"] == "shadow"
    assert told("shadow") == {"shadow": None}
    assert told("discard", draft, "--reason", "Nobody is helped.") == {"discarded": draft}
    assert told("versions")["versions"][0]["status"] == "discarded"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("publish", "99", "--reason", "x"), 1, "There is no version 99 of the rulebook."),
        (("publish", "nowhere", "--reason", "x"), 2, "nowhere is no version's number and no folder"),
        (("rollback", "--reason", "x"), 1, "There is no version before this one."),
        (("discard", "99", "--reason", "x"), 1, "There is no version 99 of the rulebook."),
        (("shadow", "99"), 1, "There is no version 99 of the rulebook."),
    ],
)
def test_what_cannot_be_done_is_said(first: int, words: tuple[str, ...], code: int, says: str) -> None:
    result = run(*words)
    assert (result.exit_code, says in " ".join(result.output.split())) == (code, True)


def test_a_database_without_a_book_says_how_it_gets_one(data: str) -> None:
    result = run("diff", "published", "published")
    assert result.exit_code == 1
    assert "the rules worker keeps the first one at its start" in result.output


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings that point to where no database answers."""
    forget_the_database()
    with monkeypatch.context() as patch:
        patch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
        yield
        forget_the_database()


def forget_the_database() -> None:
    if database.engine.cache_info().currsize:
        database.engine().dispose()
    database.engine.cache_clear()
    settings.cache_clear()


def test_a_database_that_is_away_is_named(no_database: None) -> None:
    result = run("versions")
    assert (result.exit_code, "DATABASE_URL" in result.output) == (2, True)
