"""Segments: named conditions on tutors."""

from typing import Any

import pytest
import yaml

from rules.loader import BookRefused, load_book, parse_book
from rules.reference import is_in
from tests.rules.books import a_rule, text_of

SEGMENTS = {
    "high-churn-risk",
    "disengaged",
    "low-engagement",
    "poor-first-sessions",
    "frequent-reschedulers",
    "no-show-risk",
    "new-and-struggling",
    "stars-at-risk",
}


def a_segment(**changes: Any) -> dict[str, Any]:
    cases = [
        {"says": "above", "facts": {"churn_score": 51}, "holds": True},
        {"says": "at the bound", "facts": {"churn_score": 50}, "holds": False},
    ]
    return {
        "id": "at-risk",
        "name": "At risk",
        "says": "At high risk.",
        "source": "PRD 3.1",
        "when": {"churn_score": {"gt": 50}},
        "tests": {"cases": cases},
        **changes,
    }


def refused(*segments: dict[str, Any]) -> str:
    text = text_of(a_rule()) + yaml.dump({"segments": list(segments)}, sort_keys=False)
    with pytest.raises(BookRefused) as refusal:
        parse_book({"trial.yaml": text})
    return str(refusal.value)


def test_the_book_has_the_eight_segments_of_campaigns() -> None:
    assert {segment.id for segment in load_book().segments} == SEGMENTS


def test_nobody_is_in_a_segment_by_what_is_not_known() -> None:
    assert [segment.id for segment in load_book().segments if is_in(segment, {})] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "At Risk"}, '"At Risk" is not a segment id such as high-churn-risk'),
        ({"when": {"rating": {"lt": 3}}}, "rating is known only with a session, and a segment"),
        ({"when": {"churn_skore": 1}}, 'unknown name "churn_skore", did you mean "churn_score"?'),
        ({"when": {"churn_score": {"gte": 0}}}, "at-risk: this is true whatever the facts are"),
        (
            {"tests": {"cases": a_segment()["tests"]["cases"][:1]}},
            "needs a case that holds and one that does",
        ),
        ({"then": {}}, 'unknown name "then"'),
    ],
)
def test_a_segment_that_cannot_be_meant_is_refused(changes: dict[str, Any], said: str) -> None:
    assert said in refused(a_segment(**changes))


def test_a_segments_id_is_given_once() -> None:
    assert "at-risk: the id is already taken at trial.yaml:" in refused(a_segment(), a_segment())


def test_a_segments_tests_are_run_with_those_of_the_rules() -> None:
    assert load_book().segment("disengaged") is not None
    assert load_book().segment("engaged") is None
