"""A form changes values of a rule and nothing else of its file; the tests about a bound move along."""

import pytest

from rules.diff import diff
from rules.edited import edited, expecting_anew, failing_tests
from rules.edits import Editable, Place, changed, editables, place_of
from rules.fields import registry
from rules.loader import load_book, parse_book, texts_of
from rules.moved_tests import moved_tests

FIELDS = registry()
TEXTS = texts_of()


def the_rule(rule_id: str = "H1.coaching") -> Place:
    place = place_of(TEXTS, rule_id)
    assert place is not None
    return place


def the_edit(name: str, rule_id: str = "H1.coaching") -> Editable:
    return next(one for one in editables(the_rule(rule_id), FIELDS) if one.name == name)


def with_bound(rule_id: str, name: str, typed: str) -> dict[str, str]:
    """The shipped files with one bound of a rule changed as the form does it."""
    place, edit = the_rule(rule_id), the_edit(name, rule_id)
    changes = {edit.path: typed, **moved_tests(place, edit, typed, FIELDS)}
    return {**TEXTS, place.file: changed(TEXTS[place.file], place.document, changes)}


def failing(texts: dict[str, str], rule_id: str = "H1.coaching") -> list[str]:
    """The tests of a rule in the files that do not pass."""
    return [f"“{one.says}”: {one.wrong}" for one in failing_tests(parse_book(texts), rule_id)]


def test_a_rule_shows_its_bounds_lengths_and_status_in_the_order_they_are_written() -> None:
    found = [(one.name, one.label, one.value) for one in editables(the_rule(), FIELDS)]
    assert found == [
        ("status", "Status", "active"),
        ("when.churn_score.gt", "Fires when: Churn score above", "50"),
        ("for", "For at least", "7d"),
        ("resolve_when.churn_score.lt", "Settled when: Churn score below", "40"),
        ("again_after", "Again after", "30d"),
    ]


def test_a_rule_that_nobody_has_written_is_nowhere() -> None:
    assert place_of(TEXTS, "X1.nothing") is None


def test_of_a_changed_text_only_the_characters_of_the_value_differ() -> None:
    place, edit = the_rule(), the_edit("when.churn_score.gt")
    before = TEXTS[place.file]
    after = changed(before, place.document, {edit.path: "45"})
    assert after == before.replace("when: {churn_score: {gt: 50}}", "when: {churn_score: {gt: 45}}")
    assert after.count("#") == before.count("#")


def test_several_values_are_changed_at_once_wherever_they_stand() -> None:
    place = the_rule()
    edits = {one.name: one for one in editables(place, FIELDS)}
    after = changed(
        TEXTS[place.file],
        place.document,
        {edits["for"].path: "14d", edits["when.churn_score.gt"].path: "100"},
    )
    assert "for: 14d\n" in after
    assert "{gt: 100}" in after


@pytest.mark.parametrize("typed", ["51", "55", "59"])
def test_the_tests_at_a_bound_move_along_so_that_the_book_still_passes(typed: str) -> None:
    texts = with_bound("H1.coaching", "when.churn_score.gt", typed)
    (change,) = diff(load_book(), parse_book(texts))
    assert change.says.startswith(f"H1.coaching: Churn score above 50 points → above {typed} points")
    assert failing(texts) == []


@pytest.mark.parametrize(
    ("rule_id", "name", "typed"),
    [
        ("A1.ratings", "when.all.0.rating_avg_30.lt", "3.6"),
        ("ALERT.no-shows", "when.noshows_7d.gte", "3"),
        ("ALERT.inactivity", "when.all.0.days_since_session.gte", "8"),
    ],
)
def test_shares_and_counts_move_along_too(rule_id: str, name: str, typed: str) -> None:
    assert failing(with_bound(rule_id, name, typed), rule_id) == []


def test_what_the_moved_tests_cannot_know_is_told_by_the_check() -> None:
    """Below 51 the plan of PRD 4.2 has no coaching: the rule fires for nobody more, and a test says so."""
    told = failing(with_bound("H1.coaching", "when.churn_score.gt", "45"))
    assert "“at high risk”: does not fire" in told


def test_several_answers_go_into_the_files_at_once() -> None:
    texts = edited(TEXTS, the_rule(), {"when.churn_score.gt": "55", "again_after": "45d"}, FIELDS)
    (change,) = diff(load_book(), parse_book(texts))
    assert "above 50 points → above 55 points" in change.says
    assert "again after: 30 days → 45 days" in change.says


def test_what_stays_as_it_is_written_changes_nothing() -> None:
    assert edited(TEXTS, the_rule(), {"for": "7d", "status": "active"}, FIELDS) == TEXTS


def test_a_longer_time_contradicts_the_tests_until_they_expect_it() -> None:
    longer = edited(TEXTS, the_rule(), {"for": "9d"}, FIELDS)
    book = parse_book(longer)
    wrong = failing_tests(book, "H1.coaching")
    assert "the eighth sheet in a row, seven full days after the first" in {one.says for one in wrong}
    place = place_of(longer, "H1.coaching")
    assert place is not None
    anew = expecting_anew(book, longer, place)
    assert failing_tests(parse_book(anew), "H1.coaching") == []
    assert anew["coaching.yaml"].count("#") == TEXTS["coaching.yaml"].count("#")
    assert "fires_at: [9, 39]" in anew["coaching.yaml"]  # still at high risk a month later


def test_a_status_or_a_length_moves_no_test() -> None:
    assert moved_tests(the_rule(), the_edit("for"), "14d", FIELDS) == {}
    assert moved_tests(the_rule(), the_edit("status"), "shadow", FIELDS) == {}


@pytest.mark.parametrize(
    ("name", "typed", "mistake"),
    [
        ("when.churn_score.gt", "45", ""),
        ("when.churn_score.gt", "45.5", "Please give a whole number."),
        ("when.churn_score.gt", "much", "Please give a whole number."),
        ("when.churn_score.gt", "101", "Please give a number from 0 to 100."),
        ("for", "7 days", "Please give a length of time such as 7d, 48h or 30m."),
        ("for", "48h", ""),
        ("status", "shadow", ""),
        ("status", "draft", "Please choose one of the answers."),
    ],
)
def test_what_is_typed_is_looked_at(name: str, typed: str, mistake: str) -> None:
    assert the_edit(name).mistake(typed) == mistake


def test_a_measured_figure_may_have_a_fraction() -> None:
    edit = the_edit("when.all.0.rating_avg_30.lt", "A1.ratings")
    assert (edit.mistake("3.6"), edit.mistake("6")) == ("", "Please give a number from 1 to 5.")


def test_every_rule_of_the_book_can_be_shown_and_changed_back_to_itself() -> None:
    for rule in load_book().rules:
        place = the_rule(rule.id)
        same = {one.path: one.value for one in editables(place, FIELDS)}
        assert changed(TEXTS[place.file], place.document, same) == TEXTS[place.file], rule.id
