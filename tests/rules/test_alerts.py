"""Rules that raise an alert: beside any case, once an episode, and with a check that may have to wait."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from retention.vocabulary import AlertCategory, AlertSeverity, Programme, Trigger
from rules.book import Alert, Book
from rules.loader import BookRefused
from rules.printed import page
from rules.situation import Judgement
from rules.state import RuleState
from tests.rules.books import ALERT, CHECK, DAY, MONDAY, a_book, an_alert, an_open_case, days_of, judged

ALONE = a_book(an_alert())
WITH_CHECK = a_book(an_alert(opens=True, unless_open=["alert_check"]))
BUSY = (an_open_case(Programme.FIRST_SESSION_REVIEW),)


def came_to(judgement: Judgement) -> list[tuple[str, str, str | None]]:
    return [(str(it.verdict), it.reason, it.case_id) for it in judgement.decisions]


def look(book: Book, score: int, **more: Any) -> Judgement:
    return judged(book, {"churn_score": score}, trigger=Trigger.HOURLY, **more)


def test_an_alert_has_a_category_a_severity_and_an_advice() -> None:
    (rule,) = ALONE.rules
    assert rule.alert == Alert(AlertCategory.CHURN, AlertSeverity.HIGH, "Look at the tutor's page.")
    assert rule.then is None
    assert rule.owner_group == "ops_manager"


def test_an_alert_alone_fires_without_a_case_and_is_settled() -> None:
    first = look(ALONE, 60)
    assert came_to(first) == [("fire", "condition", None)]
    (made,) = first.decisions
    assert (made.programme, made.arm, made.episode) == (None, None, "1")
    settled = look(ALONE, 50, states=first.states, at=MONDAY + DAY)
    assert came_to(settled) == [("resolve", "condition", None)]


def test_an_alert_stands_beside_any_open_case_and_takes_no_turn() -> None:
    assert came_to(look(ALONE, 60, open_cases=BUSY)) == [("fire", "condition", None)]
    both = a_book(an_alert(priority=90), an_alert(id="ALERT.other", opens=True))
    assert [it.verdict for it in look(both, 60).decisions] == ["fire", "fire"]


@pytest.mark.parametrize(("facts", "reason"), [({"on_leave": True}, "leave"), ({"churned": True}, "churned")])
@pytest.mark.parametrize("book", [ALONE, WITH_CHECK])
def test_nobody_is_alarmed_about_a_tutor_who_is_away_or_gone(
    book: Book, facts: dict[str, bool], reason: str
) -> None:
    made = judged(book, {"churn_score": 60, **facts}, trigger=Trigger.HOURLY)
    assert came_to(made) == [("suppressed", reason, None)]


def test_an_alert_opens_its_check_at_once_when_it_may() -> None:
    assert came_to(look(WITH_CHECK, 60)) == [("fire", "condition", "alert_check/12/1")]


def test_an_alert_is_raised_although_its_check_has_to_wait() -> None:
    first = look(WITH_CHECK, 60, open_cases=BUSY)
    assert came_to(first) == [("fire", "condition", None), ("suppressed", "another_case", None)]
    still = look(WITH_CHECK, 60, open_cases=BUSY, states=first.states, at=MONDAY + DAY)
    assert came_to(still) == []  # said once


def test_the_check_that_waited_opens_in_an_episode_of_its_own_once_it_may() -> None:
    first = look(WITH_CHECK, 60, open_cases=BUSY)
    free = look(WITH_CHECK, 60, states=first.states, at=MONDAY + DAY)
    assert came_to(free) == [("fire", "condition", "alert_check/12/2")]
    later = look(WITH_CHECK, 60, states=first.states | free.states, at=MONDAY + 2 * DAY)
    assert came_to(later) == []


def test_a_check_that_waited_in_vain_is_not_opened_and_the_alert_is_settled() -> None:
    first = look(WITH_CHECK, 60, open_cases=BUSY)
    over = look(WITH_CHECK, 40, states=first.states, at=MONDAY + DAY)
    assert came_to(over) == [("resolve", "condition", None)]


def test_a_check_that_folds_is_added_to_the_open_case_and_the_alert_raised() -> None:
    folding = a_book(an_alert(opens=True, with_open_case="fold"))
    made = look(folding, 60, open_cases=BUSY)
    assert [(it.reason, it.into) for it in made.decisions] == [
        ("condition", None),
        ("folded", BUSY[0].case_id),
    ]


def test_a_raised_alert_is_seen_again_while_its_condition_holds_and_not_between() -> None:
    book = a_book(an_alert(resolve_when={"churn_score": {"lt": 45}}))
    first = look(book, 60)
    assert first.standing == ("ALERT.churn",)
    assert look(book, 60, states=first.states, at=MONDAY + DAY).standing == ("ALERT.churn",)
    assert look(book, 48, states=first.states, at=MONDAY + DAY).standing == ()
    assert look(book, 40, states=first.states, at=MONDAY + DAY).standing == ()
    assert look(book, 48).standing == ()


def test_a_shadow_alert_is_recorded_and_stands_for_nothing() -> None:
    made = look(a_book(an_alert(status="shadow")), 60)
    assert (came_to(made), made.standing) == ([("fire", "condition", None)], ())


@given(st.lists(st.tuples(st.integers(40, 60), st.booleans()), min_size=1, max_size=30))
def test_every_settled_alert_was_raised_and_no_two_of_its_checks_share_a_case(
    steps: list[tuple[int, bool]],
) -> None:
    states: dict[str, RuleState] = {}
    raised, cases = 0, set[str]()
    for index, (score, busy) in enumerate(steps):
        at = MONDAY + index * DAY
        made = look(WITH_CHECK, score, open_cases=BUSY if busy else (), states=states, at=at)
        states |= made.states
        for one in made.decisions:
            if one.verdict == "fire":
                raised += 1
                assert one.case_id not in cases
                cases |= {one.case_id} if one.case_id else set()
            elif one.verdict == "resolve":
                assert raised
                raised = 0
    assert bool(raised) == (steps[-1][0] > 50)


def test_an_alert_that_lasts_fires_once() -> None:
    steps = [{"churn_score": score} for score in (60, 60, 60, 40, 60)]
    assert days_of(ALONE, steps, trigger=Trigger.HOURLY) == [(0, "fire"), (3, "resolve"), (4, "fire")]


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (ALERT | {"alert": "chrun"}, 'did you mean "churn"?'),
        (ALERT | {"severity": "urgent"}, "is not one of critical, high, medium, low"),
        ({"alert": "churn", "severity": "high"}, '"advice" is missing'),
        ({"alert": "churn", "advice": "Look."}, '"severity" is missing'),
        (ALERT | {"owner_group": "people_ops"}, "this goes with start"),
        (ALERT | {"task": "no_show_check"}, "this goes with start"),
        (ALERT | {"start": "alert_check"}, '"owner_group" is missing'),
        (ALERT | {"tell": "coaching"}, 'unknown name "alert"'),
        (ALERT | CHECK | {"task": "coaching_call"}, "alert_check opens no coaching_call"),
    ],
)
def test_an_alert_that_is_not_whole_is_refused_with_what_is_wrong(then: dict[str, Any], said: str) -> None:
    with pytest.raises(BookRefused, match=r"trial\.yaml:\d+:\d+: ") as refused:
        a_book(an_alert(then=then))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("name", "part"), [("plan", "ignore"), ("unless_open", ["coaching"]), ("with_open_case", "fold")]
)
def test_what_is_about_a_case_has_no_place_in_an_alert_alone(name: str, part: Any) -> None:
    with pytest.raises(BookRefused, match="stands beside any case"):
        a_book(an_alert(**{name: part}))


def test_an_alert_that_opens_a_check_takes_no_cooldown() -> None:
    with pytest.raises(BookRefused, match="cooldown has no place where one rule raises an alert"):
        a_book(an_alert(opens=True, cooldown={"max": 1, "within": "7d"}))


def test_an_alert_cannot_start_what_some_are_left_without_by_lot() -> None:
    tip = {
        "start": "coaching_tip",
        "with": {"tip": "steady-schedule", "metric": "churn_score"},
        "owner_group": "people_ops",
        "priority": 20,
    }
    with pytest.raises(BookRefused, match="left without coaching_tip by lot"):
        a_book(an_alert(then=ALERT | tip))


def test_the_printed_book_says_what_an_alert_does() -> None:
    assert "- **Raises an alert:** churn, high: Look at the tutor's page." in page(ALONE)
    assert "- **When that has to wait:** the alert is raised all the same" in page(WITH_CHECK)
    assert "**Opens:**" not in page(ALONE)
