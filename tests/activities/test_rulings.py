"""What Temporal is told of judgements: starts, findings and who leads, to cases that can still hear."""

from typing import Any

from activities.rulings import Ruling, cases_of, commands_of
from retention.clock import real_time
from retention.messages.cases import AlsoFound
from retention.records.commands import NewCommand
from retention.vocabulary import Programme
from rules.book import Book
from rules.situation import Judgement, OpenCase, Situation
from tests.rules.books import DAY, MONDAY, a_book, a_rule, an_open_case, judged
from tests.rules.test_conflicts import with_the_table

THANKS = an_open_case(Programme.RECOGNITION)
FACTS: dict[str, Any] = {"churn_score": 60}


def told(book: Book, judgement: Judgement, *, going_on: set[str]) -> list[NewCommand]:
    situation = Situation(tutor_number=12, as_of=MONDAY, facts=FACTS, moments=())
    stored = {one.key: number for number, one in enumerate(judgement.decisions)}
    ruling = Ruling(situation, judgement, book=book, version=1)
    return commands_of([ruling], stored, opened=[], going_on=going_on)


def findings(commands: list[NewCommand]) -> list[tuple[str, AlsoFound]]:
    return [
        (one.target, AlsoFound.model_validate(one.payload)) for one in commands if one.name == "also_found"
    ]


def test_a_case_that_no_longer_leads_hears_who_does_and_why() -> None:
    book = with_the_table(a_rule())
    judgement = judged(book, FACTS, open_cases=(THANKS,))
    ((target, found),) = findings(told(book, judgement, going_on={THANKS.case_id}))
    assert (target, found.lead, found.rule_id) == (THANKS.case_id, "ops_manager", "H1.coaching")
    assert found.reason == "A tutor is at high risk. Churn score: 60 points."


def test_what_is_folded_changes_no_lead() -> None:
    book = a_book(a_rule(with_open_case="fold"))
    judgement = judged(book, FACTS, open_cases=(THANKS,))
    ((target, found),) = findings(told(book, judgement, going_on={THANKS.case_id}))
    assert (target, found.lead) == (THANKS.case_id, None)


def test_a_case_that_has_ended_meanwhile_and_a_rule_on_trial_tell_nobody() -> None:
    for status, going_on in (("active", set[str]()), ("shadow", {THANKS.case_id})):
        book = with_the_table(a_rule(status=status))
        assert told(book, judged(book, FACTS, open_cases=(THANKS,)), going_on=going_on) == []


LASTS = a_rule(escalate={"after": "14d", "to": "people_ops"})


def two_weeks_later(*cases: OpenCase) -> tuple[Book, Judgement]:
    book = with_the_table(LASTS)
    first = judged(book, FACTS)
    later = judged(book, FACTS, at=MONDAY + 14 * DAY, states=first.states, open_cases=cases)
    return book, later


def test_what_lasts_raises_the_task_of_the_case_that_is_open() -> None:
    case = an_open_case(Programme.COACHING, has_task=True)
    book, later = two_weeks_later(case)
    ((target, found),) = findings(told(book, later, going_on={case.case_id}))
    assert (target, found.escalate_to, found.priority_added) == (case.case_id, "people_ops", 20)
    assert found.reason == "Still so. A tutor is at high risk. Churn score: 60 points."


def test_what_lasts_opens_a_review_where_nobody_is_asked_and_its_end_is_heard_there() -> None:
    book, later = two_weeks_later()
    situation = Situation(tutor_number=12, as_of=MONDAY, facts=FACTS, moments=())
    stored = {one.key: number for number, one in enumerate(later.decisions)}
    (start,) = cases_of([Ruling(situation, later, book=book, version=3)], stored, clock=real_time())
    assert (start.case_id, start.programme, start.task_kind) == (
        "escalation_review/12/1",
        "escalation_review",
        "escalation_review",
    )
    assert (start.owner_group, start.priority, start.task_policy) == ("people_ops", 70, "escalation_review")
    settled = judged(book, {"churn_score": 40}, at=MONDAY + 15 * DAY, states=later.states)
    (gone,) = told(book, settled, going_on={start.case_id})
    assert (gone.name, gone.target) == ("rule_resolved", start.case_id)
