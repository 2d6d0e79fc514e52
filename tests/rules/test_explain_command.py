"""`python -m rules explain TUTOR`, on tutors who were judged."""

import json
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from retention.records import database, rulebook_publications
from retention.vocabulary import Role
from rules.__main__ import app
from rules.explanation import RuleExplained, Standing
from rules.trial import grammar
from tests.activities.evaluated import HOUR, NOON, a_tutor, evaluated, posted
from tests.factories import wire
from tests.factories.people import a_colleague
from tests.factories.rulebooks import a_draft, a_published_book, changed

RUNNER = CliRunner()
WORDS = "The tutor has moved three or more sessions"
LATER = NOON + timedelta(days=1)


def run(*words: object) -> Result:
    return RUNNER.invoke(app, ["explain", *(str(word) for word in words)])


def told(*words: object) -> dict[str, RuleExplained]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return {one["rule_id"]: RuleExplained.model_validate(one) for one in json.loads(result.stdout)["rules"]}


def published(session: database.Session, number: int, *, by: str) -> None:
    rulebook_publications.publish(
        session,
        number,
        actor=by,
        reason="Clearer.",
        at=LATER,
        grammar=grammar(),
        needs_approval=False,
        changes={},
    )


@pytest.fixture
def tutor(data: str) -> int:
    """One whose first session was poor, judged at noon."""
    with database.transaction() as session:
        a_published_book(session)
    number, tutor_id = a_tutor()
    posted(wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR))
    evaluated()
    return number


def test_every_rule_of_the_book_says_where_it_stands(tutor: int) -> None:
    found = told(tutor)
    review = found["R1.first-session"]
    assert review.standing is Standing.DONE
    assert review.last is not None
    assert review.held_by == ()  # what is done is not held back
    assert (review.last.verdict, review.last.case_id) == ("fire", f"first_session_review/{tutor}/1")
    assert {leaf.field for leaf in review.leaves} >= {"is_first_session", "rating"}
    assert all(leaf.source and leaf.says for one in found.values() for leaf in one.leaves)
    assert {one.summary == "" for one in found.values()} == {False}


def test_one_rule_is_said_in_words(tutor: int) -> None:
    words = run(tutor, "--rule", "A4.rescheduling").output
    assert "A4.rescheduling (on trial): unknown. It cannot be said: " in words
    assert "not known, asked: at least 3 times" in words
    assert "Changed last by a release at 18 November 2026, version " in words


def test_who_changed_a_rule_last_is_named_and_only_for_that_rule(tutor: int) -> None:
    with database.transaction() as session:
        ada = a_colleague(session, "Ada Lovelace", role=Role.ADMIN)
        number = a_draft(session, changed(WORDS, "Three or more sessions were moved"), author=str(ada.id))
        published(session, number, by=str(ada.id))
    by = {rule: one.changed for rule, one in told(tutor).items()}
    names = {one.author for one in by.values() if one}
    assert names == {"Ada Lovelace", "a release"}
    assert None not in by.values()


def test_an_instant_of_the_past_is_explained_as_it_was_known_then(tutor: int) -> None:
    with database.transaction() as session:
        number = a_draft(session, changed(WORDS, "Three or more sessions were moved"), author="operator")
        published(session, number, by="operator")
    result = json.loads(run(tutor, "--at", f"{NOON + HOUR:%FT%H:%M}", "--json").stdout)
    assert (result["rulebook_version"], result["as_of"]) == (number - 1, f"{NOON:%FT%TZ}")
    assert json.loads(run(tutor, "--json").stdout)["rulebook_version"] == number


def test_words_that_came_later_are_not_known_then(data: str) -> None:
    with database.transaction() as session:
        a_published_book(session)
    tutor, tutor_id = a_tutor()
    held, said = wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR)
    posted([held])
    evaluated()
    posted([said], now=LATER)
    evaluated(LATER)
    then = told(tutor, "--at", f"{NOON + HOUR:%FT%H:%M}")["R1.first-session"]
    now = told(tutor)["R1.first-session"]
    assert {leaf.value for leaf in then.leaves if leaf.field == "rating"} == {None}
    assert {leaf.value for leaf in now.leaves if leaf.field == "rating"} == {2}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((4711,), 1, "There is no such tutor."),
        ((1, "--rule", "Z9.none"), 2, "The book has no rule Z9.none. It has "),
        ((1, "--at", "yesterday"), 2, "yesterday is no instant such as"),
        ((1, "--at", "2020-01-01"), 1, "Nobody had judged this tutor by then."),
    ],
)
def test_what_cannot_be_explained_is_said(tutor: int, words: tuple[Any, ...], code: int, says: str) -> None:
    asked = [tutor if word == 1 else word for word in words]
    result = run(*asked)
    assert (result.exit_code, result.output.startswith(says)) == (code, True)


def test_without_a_rulebook_it_says_how_one_comes(data: str) -> None:
    result = run(1)
    assert (result.exit_code, "No rulebook is published yet." in result.output) == (1, True)
