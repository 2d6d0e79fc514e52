"""What Temporal is told of judgements: starts, findings and who leads, to cases that can still hear."""

from typing import Any

from activities.rulings import Ruling, commands_of
from retention.messages.cases import AlsoFound
from retention.records.commands import NewCommand
from retention.vocabulary import Programme
from rules.book import Book
from rules.situation import Judgement, Situation
from tests.rules.books import MONDAY, a_book, a_rule, an_open_case, judged
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
