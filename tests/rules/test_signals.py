"""Rules that give a signal: recorded as a firing, and nothing starts."""

from typing import Any

import pytest

from retention.policy import PATTERN_POINTS
from retention.vocabulary import Trigger
from rules.loader import load_book
from rules.situation import Moment
from tests.rules.books import DAY, MONDAY, a_book, a_rule, days_of, judged

SIGNAL = a_rule(id="P2.many", then={"signal": "high_reschedule", "points": 20})


def test_a_signal_is_a_firing_without_a_case() -> None:
    (made,) = judged(a_book(SIGNAL), {"churn_score": 60}).decisions
    assert (made.verdict, made.case_id, made.programme, made.task) == ("fire", None, None, None)


def test_a_signal_leaves_the_tutor_free_for_a_case() -> None:
    book = a_book({**SIGNAL, "priority": 90}, a_rule())
    assert [it.case_id for it in judged(book, {"churn_score": 60}).decisions] == [None, "alert_check/12/2"]


def test_a_signal_is_given_once_while_it_lasts() -> None:
    days = [{"churn_score": score} for score in (60, 70, 40, 60)]
    assert days_of(a_book(SIGNAL), days) == [(0, "fire"), (2, "resolve"), (3, "fire")]


def test_nothing_is_signalled_of_a_tutor_who_has_left() -> None:
    (made,) = judged(a_book(SIGNAL), {"churn_score": 60, "churned": True}).decisions
    assert (made.verdict, made.reason) == ("suppressed", "churned")


@pytest.mark.parametrize(
    ("session", "facts", "rules"),
    [
        ("S-1", {"is_first_session": True, "rating": 2}, {"P1.poor-first-session"}),
        (None, {"resched_7d": 4, "short_notice_moves_7d": 2}, {"P2.high-reschedule", "P2.short-notice"}),
        (None, {"noshows_14d": 1}, {"P3.no-show-risk"}),
    ],
)
def test_the_shipped_patterns_are_seen_of_a_tutor_on_leave_too(
    session: str | None, facts: dict[str, Any], rules: set[str]
) -> None:
    trigger = Trigger.FEEDBACK_RECEIVED if session else Trigger.DAILY_ROLLUP
    moment = Moment(trigger=trigger, session_id=session)
    made = judged(load_book(), facts | {"on_leave": True}, moments=(moment,)).decisions
    assert {it.rule_id for it in made if it.rule_id.startswith("P") and it.verdict == "fire"} == rules


def test_the_points_of_the_book_are_those_of_the_component_score() -> None:
    signals = [rule.signal for rule in load_book().rules if rule.signal]
    assert {one.pattern: one.points for one in signals if one.points} == PATTERN_POINTS


def test_one_poor_first_session_is_signalled_once() -> None:
    first = judged(load_book(), {}, moments=(a_poor_one(),))
    again = judged(load_book(), {}, moments=(a_poor_one(),), states=first.states, at=MONDAY + DAY)
    assert again.decisions == ()


def a_poor_one() -> Moment:
    told = {"is_first_session": True, "rating": 1}
    return Moment(trigger=Trigger.FEEDBACK_RECEIVED, session_id="S-1", facts=told)
