"""What differs between two books, in words."""

from typing import Any

import pytest

from rules.book import Book
from rules.diff import ANEW, diff
from rules.loader import load_book, parse_book
from tests.factories.rulebooks import changed
from tests.rules.books import a_book, a_coaching, a_rule, a_tip, some_news


def said(old: Book, new: Book) -> list[str]:
    return [one.says for one in diff(old, new)]


def differs(**changes: Any) -> list[str]:
    """A rule against the same with some parts changed."""
    return said(a_book(a_rule()), a_book(a_rule(**changes)))


def test_the_same_book_does_not_differ() -> None:
    assert diff(load_book(), load_book()) == []


def test_comments_and_the_order_of_rules_are_no_difference() -> None:
    assert diff(a_book(a_rule(), a_tip()), a_book(a_tip(), a_rule())) == []
    assert diff(load_book(), parse_book(changed("# The daily sheet", "# Each daily sheet"))) == []


def test_a_bound_is_told_with_its_fact_and_that_clocks_begin_anew() -> None:
    new = parse_book(changed("when: {churn_score: {gt: 50}}", "when: {churn_score: {gt: 45}}"))
    assert f"H1.coaching: Churn score above 50 points → above 45 points; {ANEW}" in said(load_book(), new)


def test_of_several_comparisons_only_what_moved_is_told() -> None:
    both: dict[str, Any] = {"all": [{"churn_score": {"gt": 50}}, {"noshows_7d": {"gte": 2}}]}
    one = a_rule(when=both)
    other = a_rule(when={"all": [both["all"][0], {"noshows_7d": {"gte": 3}}]})
    (line,) = said(a_book(one), a_book(other))
    assert line == f"H1.coaching: No-shows in 7 days at least 2 times → at least 3 times; {ANEW}"


def test_a_condition_of_another_shape_is_told_whole() -> None:
    (line,) = differs(when={"any": [{"churn_score": {"gt": 50}}, {"noshows_7d": {"gte": 2}}]})
    assert line.startswith(
        "H1.coaching: fires when: Churn score above 50 points → Churn score above 50 points or "
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"for_": "7d"}, f"H1.coaching: for: nothing → 7 days; {ANEW}"),
        ({"priority": 60}, "H1.coaching: priority: 50 → 60"),
        ({"says": "At risk."}, "H1.coaching: sentence: A tutor is at high risk. → At risk."),
        ({"trigger": ["hourly"]}, "H1.coaching: looked at: daily rollup → hourly"),
        ({"owner": "people_ops"}, "H1.coaching: owner: ops manager → people ops"),
        ({"again_after": "30d"}, "H1.coaching: again after: nothing → 30 days"),
        ({"missing": "unknown"}, "H1.coaching: without a fact: hold → unknown"),
        (
            {"cooldown": {"max": 1, "within": "7d"}},
            "H1.coaching: rests: nothing → after 1 in 7 days, counted by H1.coaching",
        ),
        (
            {"escalate": {"after": "14d", "to": "people_ops"}},
            "H1.coaching: escalates: nothing → to people ops after 14 days",
        ),
        (
            {"resolve_when": {"churn_score": {"lt": 40}}},
            "H1.coaching: settled when: nothing → Churn score below 40 points",
        ),
    ],
)
def test_each_part_is_told_by_its_name(changes: dict[str, Any], words: str) -> None:
    assert differs(**changes) == [words]


def test_another_plan_is_told_of_the_book_and_of_each_rule_that_it_gates() -> None:
    old, new = a_book(a_rule(), plans={"high": ["H1"]}), a_book(a_rule(), plans={"critical": ["H1"]})
    assert said(old, new) == [
        "The book: plan at high risk: H1 → nothing; plan at critical risk: nothing → H1",
        "H1.coaching: at risk bands: high → critical",
    ]


def test_a_segment_is_told_like_a_rule_and_has_no_clocks() -> None:
    new = parse_book(changed("when: {risk_band: {in: [high, critical]}}", "when: {risk_band: critical}"))
    (line,) = [one for one in said(load_book(), new) if one.startswith("high-churn-risk")]
    assert line == "high-churn-risk: fires when: Risk band is “high” or “critical” → Risk band is “critical”"


def test_what_it_opens_is_told_whole() -> None:
    (line,) = said(a_book(a_rule()), a_book(a_coaching()))
    assert line.startswith("H1.coaching: opens: programme alert check, ")
    assert line.endswith("→ programme coaching, owner group ops manager, priority 65")


def test_shadow_begins_anew() -> None:
    assert differs(status="shadow") == [f"H1.coaching: status: active → shadow; {ANEW}"]


def test_new_and_removed_rules_are_told_by_their_sentences() -> None:
    old, new = a_book(a_rule(), a_tip()), a_book(a_rule(), some_news())
    assert said(old, new) == [
        "A1.tip: taken out of the book: A tutor is at high risk.",
        "H1.critical: new: A tutor is at high risk.",
    ]


def test_changed_tests_are_counted() -> None:
    rule = a_rule()
    rule["tests"]["cases"].append({"says": "far below", "facts": {"churn_score": 1}, "fires": False})
    assert said(a_book(a_rule()), a_book(rule)) == ["H1.coaching: tests: 1 new, 0 taken out"]


def test_another_version_text_is_told_of_the_book() -> None:
    new = parse_book(changed('version: "1.', 'version: "2.'))
    assert said(load_book(), new)[0].startswith("The book: version: 1.")
