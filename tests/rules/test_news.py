"""Rules that only tell: an open case hears of it once, and without one nothing happens."""

from typing import Any

import pytest

from retention.vocabulary import Programme, Trigger
from rules.loader import BookRefused
from rules.situation import Moment
from rules.state import RuleState
from tests.rules.books import (
    DAY,
    MONDAY,
    a_book,
    a_coaching,
    an_open_case,
    judged,
    some_news,
    what_starts_cases,
)

COACHING = an_open_case(Programme.COACHING)
BOOK = a_book(some_news(when={"churn_score": {"gt": 75}}))


def told(facts: dict[str, Any], **more: Any) -> list[tuple[str, str, str | None]]:
    return [(it.rule_id, it.reason, it.into) for it in judged(BOOK, facts, **more).decisions]


def test_an_open_case_is_told_and_none_is_started() -> None:
    (made,) = judged(BOOK, {"churn_score": 76}, open_cases=(COACHING,)).decisions
    assert (made.verdict, made.reason, made.into, made.case_id) == (
        "suppressed",
        "folded",
        COACHING.case_id,
        None,
    )


def test_without_an_open_case_of_its_programme_it_is_silent() -> None:
    assert told({"churn_score": 90}) == []
    assert told({"churn_score": 90}, open_cases=(an_open_case(Programme.ALERT_CHECK),)) == []


def test_each_case_hears_of_it_once() -> None:
    first = judged(BOOK, {"churn_score": 80}, open_cases=(COACHING,))
    assert told({"churn_score": 90}, open_cases=(COACHING,), states=first.states, at=MONDAY + DAY) == []
    later = an_open_case(Programme.COACHING).model_copy(update={"case_id": "coaching/12/2"})
    again = told({"churn_score": 80}, open_cases=(later,), states=first.states, at=MONDAY + 40 * DAY)
    assert again == [("H1.critical", "folded", "coaching/12/2")]


def test_a_case_that_starts_at_the_same_moment_hears_of_it_too() -> None:
    book = a_book(a_coaching(priority=60), some_news(when={"churn_score": {"gt": 75}}))
    made = judged(book, {"churn_score": 80}).decisions
    assert [(it.rule_id, it.verdict, it.into) for it in made] == [
        ("H1.coaching", "fire", None),
        ("H1.critical", "suppressed", "coaching/12/1"),
    ]


@pytest.mark.parametrize(
    ("name", "part"),
    [("for", "7d"), ("resolve_when", {"churn_score": 1}), ("unless_open", ["coaching"]), ("plan", "ignore")],
)
def test_what_has_no_place_in_news_is_refused(name: str, part: Any) -> None:
    with pytest.raises(BookRefused, match=r"trial\.yaml:\d+:\d+: H1.critical: a rule that only tells"):
        a_book(some_news(**{name: part}))


def test_the_shipped_rules_tell_a_coaching_case_whose_tutor_becomes_critical() -> None:
    moment = Moment(trigger=Trigger.SCORE_UPDATED)
    made = judged(
        what_starts_cases(), {"churn_score": 76}, moments=(moment,), open_cases=(COACHING,)
    ).decisions
    assert [(it.rule_id, it.into) for it in made] == [("H1.critical", COACHING.case_id)]


def week_of_high_risk(*dips: int) -> list[int]:
    """Days on which H1 fires when the score is 60 at every midnight, and dips to 30 at noon of some days."""
    book, states, fired = what_starts_cases(), dict[str, RuleState](), []
    for day in range(9):
        looks = [(MONDAY.replace(hour=0) + day * DAY, Trigger.DAILY_ROLLUP, 60)]
        if day in dips:
            noon = MONDAY.replace(hour=12) + day * DAY
            looks += [(noon, Trigger.SCORE_UPDATED, 30), (noon, Trigger.HOURLY, 30)]
        for at, trigger, score in looks:
            judgement = judged(
                book, {"churn_score": score, "risk_band": "high"}, at=at, trigger=trigger, states=states
            )
            states |= judgement.states
            fired += [
                day for it in judgement.decisions if (it.rule_id, it.verdict) == ("H1.coaching", "fire")
            ]
    return fired


def test_a_dip_within_a_day_does_not_begin_the_week_anew() -> None:
    assert week_of_high_risk() == week_of_high_risk(0, 3, 6) == [7]
