"""Whom an escalation reaches, and what it waits for."""

from typing import Any

import pytest

from retention.vocabulary import OwnerGroup, Programme
from rules.book import Book
from rules.situation import Decision, OpenCase
from rules.state import RuleState
from tests.rules.books import DAY, MONDAY, a_book, a_rule, a_tip, judged
from tests.rules.test_conflicts import with_the_table
from tests.rules.test_holdout import LEFT_OUT, TREATED

GROWS = {"after": "14d", "to": "people_ops"}
HIGH = {"churn_score": 60}
DUE = MONDAY + 14 * DAY


def running(book: Book, **more: Any) -> dict[str, RuleState]:
    """The rule has fired on Monday."""
    states: dict[str, RuleState] = judged(book, HIGH, **more).states
    return states


def escalated(rule: dict[str, Any], *cases: OpenCase, tutor: int = TREATED, **more: Any) -> list[Decision]:
    """What becomes of it two weeks later."""
    book = with_the_table(rule)
    states = running(book, tutor=tutor)
    at = more.pop("at", DUE)
    return list(judged(book, HIGH, at=at, states=states, tutor=tutor, open_cases=cases).decisions)


def a_case(programme: Programme, number: int = 1, **more: Any) -> OpenCase:
    return OpenCase(case_id=f"{programme}/{TREATED}/{number}", programme=programme, has_task=True, **more)


CHECK = Programme.ALERT_CHECK


def test_the_episodes_own_case_is_raised_when_somebody_is_asked_something_in_it() -> None:
    others = (a_case(Programme.COACHING, 9), a_case(CHECK))
    (made,) = escalated(a_rule(escalate=GROWS), *others)
    assert (made.verdict, made.into, made.case_id) == ("escalate", f"alert_check/{TREATED}/1", None)
    assert (made.owner_group, made.priority) == (OwnerGroup.PEOPLE_OPS, 70)
    assert made.sentence.startswith("Still so. A tutor is at high risk.")


def test_else_the_case_that_leads_is_raised() -> None:
    own = a_case(CHECK).model_copy(update={"has_task": False})
    others = (a_case(Programme.FIRST_SESSION_REVIEW, 8), a_case(Programme.COACHING, 9))
    (made,) = escalated(a_rule(escalate=GROWS), own, *others)
    assert made.into == f"coaching/{TREATED}/9"


def test_without_anybody_asked_a_review_is_opened_for_the_named_group() -> None:
    for cases in ((), (a_case(CHECK).model_copy(update={"has_task": False}),)):
        (made,) = escalated(a_rule(escalate=GROWS), *cases)
        assert (made.case_id, made.into) == (f"escalation_review/{TREATED}/1", None)
        assert (made.programme, made.task, made.policy) == ("escalation_review",) * 3
        assert (made.owner_group, made.priority, made.episode) == (OwnerGroup.PEOPLE_OPS, 70, "1")


@pytest.mark.parametrize("tutor", [TREATED, LEFT_OUT])
def test_what_an_automated_programme_did_not_mend_comes_to_people_in_both_arms(tutor: int) -> None:
    (made,) = escalated(a_tip(escalate=GROWS), tutor=tutor)
    assert (made.verdict, made.case_id) == ("escalate", f"escalation_review/{tutor}/1")


def test_an_alert_alone_escalates_to_a_review_as_well() -> None:
    then = {"alert": "churn", "severity": "high", "advice": "Call the tutor."}
    (made,) = escalated(a_rule(then=then, escalate=GROWS))
    assert (made.case_id, made.programme) == (f"escalation_review/{TREATED}/1", "escalation_review")


@pytest.mark.parametrize(
    ("circumstances", "reason"),
    [
        ({"facts": {"on_leave": True}}, "leave"),
        ({"facts": {"churned": True}}, "churned"),
        ({"snoozed_until": DUE + DAY}, "snooze"),
        ({"snoozes": {CHECK: DUE + DAY}}, "snooze"),
    ],
)
def test_what_holds_an_escalation_back_is_recorded_once_and_it_is_tried_again(
    circumstances: dict[str, Any], reason: str
) -> None:
    book = with_the_table(a_rule(escalate=GROWS))
    states, facts = running(book), HIGH | circumstances.pop("facts", {})
    happened = []
    for day in (14, 15, 16):
        told = circumstances if day < 16 else {}
        seen = facts if day < 16 else HIGH
        judgement = judged(book, seen, at=MONDAY + day * DAY, states=states, **told)
        states |= judgement.states
        happened += [(day, str(one.verdict), one.reason) for one in judgement.decisions]
    free = 15 if reason == "snooze" else 16  # the snooze ends by itself
    assert happened == [(14, "suppressed", reason), (free, "escalate", "condition")]


def test_a_snoozed_task_is_not_woken_before_its_time() -> None:
    asleep = a_case(CHECK, snoozed_until=DUE + DAY)
    (held,) = escalated(a_rule(escalate=GROWS), asleep)
    assert (held.verdict, held.reason, held.into) == ("suppressed", "snooze", asleep.case_id)
    (made,) = escalated(a_rule(escalate=GROWS), asleep, at=DUE + DAY)
    assert (made.verdict, made.into) == ("escalate", asleep.case_id)


def test_an_escalation_comes_once_whatever_it_reached() -> None:
    book = a_book(a_rule(escalate=GROWS))
    states = running(book)
    first = judged(book, HIGH, at=DUE, states=states)
    again = judged(book, HIGH, at=DUE + DAY, states=states | first.states)
    assert [one.verdict for one in (*first.decisions, *again.decisions)] == ["escalate"]
