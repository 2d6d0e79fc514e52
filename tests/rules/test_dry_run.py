"""A policy on the facts of now: who would be hit, who is held back, what it costs."""

from typing import Any

from retention import policy
from retention.vocabulary import OwnerGroup, Programme
from rules.book import Book
from rules.dry_run import DryRun, RuleToday, dry_run
from rules.situation import Situation
from rules.state import RuleState
from rules.workload import hours_of
from tests.rules.books import DAY, MONDAY, a_book, a_coaching, a_rule, an_open_case, some_news

OLD = a_book(a_coaching())
LOWER = a_book(a_coaching(when={"churn_score": {"gt": 45}}))
STAFF = {OwnerGroup.OPS_MANAGER: 2, OwnerGroup.PEOPLE_OPS: 1}


def a_tutor(number: int, score: int | None, **more: Any) -> Situation:
    facts = {"churn_score": score, **more.pop("facts", {})}
    return Situation(tutor_number=number, as_of=MONDAY, facts=facts, moments=(), **more)


def tried(new: Book, *tutors: Situation, old: Book = OLD) -> DryRun:
    return dry_run(new, old, tutors, as_of=MONDAY, staff=STAFF)


def rule_of(found: DryRun, rule_id: str = "H1.coaching") -> RuleToday:
    return next(rule for rule in found.rules if rule.rule_id == rule_id)


def test_a_lower_bound_hits_the_tutors_between_the_bounds() -> None:
    rule = rule_of(tried(LOWER, a_tutor(1, 45), a_tutor(2, 46), a_tutor(3, 51), a_tutor(4, None)))
    assert (rule.holds, rule.newly, rule.no_longer) == (2, (2,), ())
    assert rule.comes_to == {"fires": 2}


def test_a_higher_bound_no_longer_hits_some() -> None:
    found = tried(OLD, a_tutor(2, 46), a_tutor(3, 51), old=LOWER)
    assert (rule_of(found).newly, rule_of(found).no_longer) == ((), (2,))


def test_what_holds_a_tutor_back_is_told_also_when_it_is_recorded_already() -> None:
    state = RuleState(digest=OLD.rules[0].digest, held="leave")
    away = a_tutor(1, 60, facts={"on_leave": True}, states={"H1.coaching": state})
    (line,) = tried(OLD, away).lines
    assert (line.comes_to, line.says) == ("leave", "Held back: the tutor is on leave.")


def test_a_tutor_who_has_fired_already_is_told_as_running() -> None:
    state = RuleState(digest=OLD.rules[0].digest, episode=1, opened_at=MONDAY - DAY)
    (line,) = tried(OLD, a_tutor(1, 60, states={"H1.coaching": state})).lines
    assert line.comes_to == "runs"


def test_a_condition_that_has_to_last_says_when_it_may_fire() -> None:
    book = a_book(a_coaching(for_="7d"))
    counted = RuleState(digest=book.rules[0].digest, true_for=3 * DAY, last_seen=MONDAY - DAY)
    found = tried(book, a_tutor(1, 60), a_tutor(2, 60, states={"H1.coaching": counted}))
    assert [(line.comes_to, line.at) for line in found.lines] == [
        ("waits", MONDAY + 7 * DAY),
        ("waits", MONDAY + 3 * DAY),
    ]


def test_an_edited_condition_begins_its_clock_anew() -> None:
    old, new = (a_book(a_coaching(for_="7d", when={"churn_score": {"gt": bound}})) for bound in (50, 45))
    counted = RuleState(digest=old.rules[0].digest, true_for=7 * DAY, last_seen=MONDAY - DAY)
    tutor = a_tutor(1, 60, states={"H1.coaching": counted})
    assert rule_of(tried(old, tutor, old=old)).comes_to == {"fires": 1}
    assert rule_of(tried(new, tutor, old=old)).comes_to == {"waits": 1}


def test_hours_of_what_would_be_opened_stand_beside_the_hours_that_there_are() -> None:
    found = tried(LOWER, a_tutor(1, 46), a_tutor(2, 60), a_tutor(3, 60, facts={"churned": True}))
    ops = next(one for one in found.load if one.owner_group is OwnerGroup.OPS_MANAGER)
    before = next(one for one in found.load_before if one.owner_group is OwnerGroup.OPS_MANAGER)
    hours = hours_of(Programme.COACHING)
    assert (ops.cases, ops.hours, before.cases, before.hours) == (2, round(2 * hours, 2), 1, hours)
    assert ops.capacity == 2 * policy.CASEWORK_HOURS_A_WEEK[OwnerGroup.OPS_MANAGER]


def test_a_rule_in_shadow_fires_and_costs_nothing() -> None:
    found = tried(a_book(a_coaching(status="shadow")), a_tutor(1, 60))
    assert rule_of(found).comes_to == {"fires": 1}
    assert {one.cases for one in found.load} == {0}


def test_a_rule_about_a_session_says_that_today_tells_nothing_of_it() -> None:
    rule = a_rule(
        id="R1.poor", when={"rating": {"lt": 3}}, trigger=["feedback_received"], once_per="session_id",
        tests={"cases": [
            {"says": "poor", "facts": {"rating": 2}, "fires": True},
            {"says": "fair", "facts": {"rating": 3}, "fires": False},
        ]},
    )  # fmt: skip
    found = tried(a_book(rule), a_tutor(1, 60))
    assert (rule_of(found, "R1.poor").of_sessions, rule_of(found, "R1.poor").holds) == (True, 0)


def test_a_rule_that_only_tells_says_when_there_is_nobody_to_tell() -> None:
    book = a_book(a_coaching(), some_news(when={"churn_score": {"gt": 75}}))
    case = an_open_case(Programme.COACHING)
    found = tried(book, a_tutor(1, 80), a_tutor(2, 80, open_cases=(case,)))
    said = [line.comes_to for line in found.lines if line.rule_id == "H1.critical"]
    assert said == ["folded", "folded"]  # the first tutor's coaching would begin at the same moment


def test_a_rule_that_is_taken_out_hits_nobody_any_more() -> None:
    found = tried(
        a_book(a_rule(id="A9.other", when={"noshows_7d": {"gte": 9}}, tests=None) | _TESTS), a_tutor(1, 60)
    )
    assert rule_of(found).no_longer == (1,)
    assert rule_of(found).status == "retired"


_TESTS = {
    "tests": {
        "cases": [
            {"says": "many", "facts": {"noshows_7d": 9}, "fires": True},
            {"says": "few", "facts": {"noshows_7d": 8}, "fires": False},
        ]
    }
}


def test_a_dry_run_survives_being_kept_as_json() -> None:
    found = tried(LOWER, a_tutor(1, 46))
    assert DryRun.model_validate_json(found.model_dump_json()) == found
