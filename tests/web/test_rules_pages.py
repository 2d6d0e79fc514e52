"""The pages of rules: the list with its figures, one rule with its tests, and the form that makes a draft."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from retention.records import audit, rulebook, rulebook_drafts, rulebook_publications
from retention.records.database import transaction
from retention.vocabulary import Role
from rules.loader import texts_of
from rules.state import RuleState
from rules.trial import grammar
from tests.factories import platform
from tests.factories.cases import a_decision
from tests.factories.rulebooks import a_draft, a_published_book, changed
from tests.web.conftest import Visitor
from tests.web.rulebook_pages import (
    BOUND,
    COACHING,
    RULES,
    changed_rule,
    drafted,
    read,
    sent,
    the_version,
    words_of,
)

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
RARER = {"again_after": "45d", "expect": "true"}


@pytest.fixture
def published(data: str) -> int:
    """The shipped book in force."""
    with transaction() as session:
        return a_published_book(session)


def a_concerned_tutor(**state: object) -> int:
    """A tutor with whom the coaching rule stands somewhere, and who was found by it 20 days ago."""
    with transaction() as session:
        number, _ = platform.a_tutor(session, at=NOW - 90 * DAY)
        told = RuleState.model_validate(state).model_dump(mode="json")
        row = {"tutor_number": number, "rule_id": "H1.coaching", "state": told}
        rulebook.store_states(session, [row], as_of=NOW)
        a_decision(session, number, rule_id="H1.coaching", at=NOW - 20 * DAY)
        return number


def test_without_a_book_the_list_says_where_the_first_comes_from(ada: TestClient) -> None:
    read_now = words_of(ada)
    assert "There is no rulebook yet" in read_now
    assert "rules worker" in read_now


def test_students_and_tutors_see_no_rules(visitor: Visitor, published: int) -> None:
    for role in (Role.STUDENT, Role.TUTOR):
        assert visitor(role=role).get(RULES).status_code == 403


def test_every_rule_is_listed_with_what_it_does_and_how_often(ada: TestClient, published: int) -> None:
    a_concerned_tutor(opened_at=NOW - 20 * DAY)
    a_concerned_tutor(held="leave")
    a_concerned_tutor(last_seen=NOW)
    a_concerned_tutor()  # of whom it does not hold
    said = words_of(ada)
    row = said.partition("H1.coaching")[2].partition("H1.critical")[0]
    assert "A tutor has been at high risk for a week." in row
    assert "PRD 4.1 H1" in row
    assert "Acts Daily rollup Ops manager 3 1 held back, 1 waiting 4" in row
    assert said.count("On trial") > 1
    assert f"Version {published}" in said


def test_the_list_is_narrowed_by_words_status_and_group(ada: TestClient, published: int) -> None:
    assert "ALERT.silence" not in words_of(ada, f"{RULES}?q=coach")
    assert "H1.coaching" in words_of(ada, f"{RULES}?q=coach&status=active&owner=ops_manager")
    assert "No rule matches" in words_of(ada, f"{RULES}?q=coach&status=retired")


def test_the_list_does_not_ask_for_each_rule(ada: TestClient, published: int, queries: list[str]) -> None:
    ada.get(RULES)
    queries.clear()
    ada.get(RULES)
    asked = [one for one in queries if one.startswith(("SELECT", "\nSELECT"))]
    assert len(asked) <= 8, asked  # one of them is for who is looking


def test_one_rule_says_its_condition_bounds_tests_and_history(ada: TestClient, published: int) -> None:
    number = a_concerned_tutor(opened_at=NOW - 20 * DAY)
    said = words_of(ada, COACHING)
    for words in (
        "Churn score above 50 points",
        "Fires when: Churn score above (points)",
        "From 0 to 100.",
        "the eighth sheet in a row, seven full days after the first",
        "Churn score: 30, 51 (9 times) One step is 1 day",
        "Fires at step 8",
        "Has fired",
        "First book a release",
    ):
        assert words in said, words
    assert "Fails" not in said
    assert f"/people-ops/tutors/{number}" in ada.get(COACHING).text


def test_a_rule_or_version_that_nobody_knows_is_not_found(ada: TestClient, published: int) -> None:
    assert ada.get(f"{RULES}/X9.nothing").status_code == 404
    assert ada.get(f"{COACHING}?version=99").status_code == 404


def test_a_changed_bound_makes_a_draft_and_keeps_every_comment(ada: TestClient, published: int) -> None:
    draft = drafted(changed_rule(ada, {BOUND: "55"}))
    made = the_version(draft)
    assert (made.status, made.parent, made.note) == ("draft", published, "Sooner, before they leave.")
    with transaction() as session:
        after, before = rulebook.files_of(session, draft)["coaching.yaml"], texts_of()["coaching.yaml"]
        (line,) = audit.lines_about(session, f"rulebook/{draft}")
    assert "when: {churn_score: {gt: 55}}" in after
    assert [it for it in after.splitlines() if "#" in it] == [it for it in before.splitlines() if "#" in it]
    assert (line.act, line.actor) == ("rulebook.draft", made.author)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({BOUND: "150"}, "Please give a number from 0 to 100."),
        ({BOUND: "many"}, "Please give a whole number."),
        ({"for": "a week"}, "Please give a length of time such as 7d, 48h or 30m."),
        ({"status": "paused"}, "Please choose one of the answers."),
        ({BOUND: "55", "note": ""}, "Please answer this."),
        ({}, "Nothing is changed"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    ada: TestClient, published: int, answers: dict[str, str], sentence: str
) -> None:
    answer = changed_rule(ada, answers)
    assert answer.status_code == 422
    assert sentence in read(answer)
    for typed in set(answers.values()) - {"paused", ""}:
        assert f'value="{typed}"' in answer.text


def test_what_would_be_no_rulebook_is_refused_with_the_reason(ada: TestClient, published: int) -> None:
    """It would be settled while it still holds."""
    answer = changed_rule(ada, {"resolve_when.churn_score.lt": "60"})
    assert answer.status_code == 422
    assert 'id="refused"' in answer.text
    with transaction() as session:
        assert len(rulebook.versions(session)) == 1


def test_tests_that_say_otherwise_are_shown_and_told_only_on_purpose(ada: TestClient, published: int) -> None:
    answer = changed_rule(ada, {"for": "9d"})
    assert answer.status_code == 422
    assert "the eighth sheet in a row" in read(answer)
    assert "The new behaviour is meant" in read(answer)
    draft = drafted(changed_rule(ada, {"for": "9d", "expect": "true"}))
    assert "Fails" not in words_of(ada, f"{COACHING}?version={draft}")


def test_a_draft_is_changed_further_and_replaced_by_the_next(ada: TestClient, published: int) -> None:
    first = drafted(changed_rule(ada, {BOUND: "55"}))
    second = drafted(changed_rule(ada, {**RARER, "note": "Rarer."}, version=first))
    assert (the_version(first).status, the_version(second).parent) == ("discarded", published)
    assert the_version(second).note == "Sooner, before they leave. Rarer."
    back = drafted(changed_rule(ada, {BOUND: "55"}))
    assert (back, the_version(back).status) == (first, "draft")


def test_a_colleagues_draft_is_left_alone(visitor: Visitor, published: int) -> None:
    first = drafted(changed_rule(visitor(), {BOUND: "55"}))
    drafted(changed_rule(visitor("Grace Hopper"), RARER, version=first))
    assert the_version(first).status == "draft"


def test_somebody_published_meanwhile_and_the_answers_are_kept(ada: TestClient, published: int) -> None:
    with transaction() as session:
        other = a_draft(session, changed("again_after: 30d", "again_after: 45d"))
        rulebook_publications.publish(
            session,
            other,
            actor="7",
            reason="Rarer.",
            at=NOW,
            grammar=grammar(),
            needs_approval=False,
            changes={},
        )
    answer = changed_rule(ada, {BOUND: "55", "again_after": "30d"}, version=published)
    assert answer.status_code == 422
    assert "is not in force any more" in read(answer)
    assert 'value="55"' in answer.text
    assert 'value="45d"' in answer.text  # the colleague's, which this person did not touch
    assert f'name="version" value="{other}"' in answer.text


def test_a_discarded_version_is_not_changed(ada: TestClient, published: int) -> None:
    with transaction() as session:
        draft = a_draft(session, changed("again_after: 30d", "again_after: 45d"))
        rulebook_drafts.discard(session, draft)
    assert changed_rule(ada, {BOUND: "55"}, version=draft).status_code == 422
    assert 'id="change"' not in ada.get(f"{COACHING}?version={draft}").text


def test_a_book_that_this_release_cannot_read_is_said_to_be_so(ada: TestClient, data: str) -> None:
    texts = {**texts_of(), "coaching.yaml": "concern: Coaching\nrules: [{id: H1.coaching}]\n"}
    with transaction() as session:
        rulebook_publications.seed(session, texts, digest="d", author="rule files", at=NOW)
    assert "cannot be read by this release" in words_of(ada)
    assert ada.get(COACHING).status_code == 404
    assert sent(ada, version="1", note="None.").status_code == 404
