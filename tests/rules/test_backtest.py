"""A policy tried on the past: the same judging, faster, and with the cases that it would have begun."""

from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from retention.vocabulary import Programme
from rules.backtest_report import report
from rules.columns import FALSE, TRUE, UNKNOWN, Columns
from rules.courses import Past, Usual
from rules.fuzz import some_conditions, some_sheets
from rules.loader import load_book, parse_book
from rules.reference import truth
from rules.replay import KeptLook
from rules.runs import alike
from rules.trying import PastRows, backtest, setting_of
from tests.factories.rulebooks import changed
from tests.rules.books import a_book, a_coaching, a_rule, a_tip
from tests.rules.pasts import DAY, FIRST, a_course, daily, days_of, looks_of, row_of, run_of, scored

BOOK = load_book()
ANSWERS = {True: TRUE, False: FALSE, None: UNKNOWN}


@given(seed=st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_columns_answer_as_the_reference_does(seed: int) -> None:
    chance = Random(seed)
    conditions = some_conditions(chance, BOOK.fields)
    sheets = list(some_sheets(chance, BOOK.fields, conditions))
    for key, answers in Columns(sheets, BOOK.fields).truths_of(conditions).items():
        assert answers.tolist() == [ANSWERS[truth(conditions[key], sheet)] for sheet in sheets]


@given(seed=st.integers(0, 10_000))
@settings(max_examples=3, deadline=None)
def test_passing_over_quiet_looks_changes_nothing(seed: int) -> None:
    looks = looks_of(BOOK, tutors=2, days=25, seed=seed)
    quick, plain = run_of(BOOK, looks), run_of(BOOK, looks, plain=True)
    assert quick.hits == plain.hits
    assert quick.judged < plain.judged == len(looks)


TIP_BESIDE_NO_COACHING = a_tip(when={"churn_score": {"gt": 40}}, unless_open=["coaching"])
COACHING = a_coaching(when={"churn_score": {"gt": 50}}, priority=60)


def test_a_recorded_case_stands_in_the_way_of_the_policy_that_began_it() -> None:
    book = a_book(COACHING, TIP_BESIDE_NO_COACHING)
    past = Past((a_course(opened=FIRST),))
    looks = [daily({"churn_score": 60}, 0), *(_beside_a_case(day) for day in range(1, 6))]
    found = run_of(book, looks, past)
    assert [(hit.rule_id, hit.reason) for hit in found.hits] == [
        ("H1.coaching", "condition"),
        ("A1.tip", "already_open"),
    ]


def test_a_case_that_a_policy_would_not_have_begun_stands_in_nobodys_way() -> None:
    book = a_book(TIP_BESIDE_NO_COACHING)
    past = Past((a_course(opened=FIRST),))
    found = run_of(book, [_beside_a_case(day) for day in range(1, 3)], past)
    assert [(hit.rule_id, hit.verdict) for hit in found.hits] == [("A1.tip", "fire")]


def test_a_case_of_somebody_else_stands_in_the_way_all_the_same() -> None:
    found = run_of(a_book(TIP_BESIDE_NO_COACHING), [_beside_a_case(1)])
    assert [hit.reason for hit in found.hits] == ["already_open"]


@pytest.mark.parametrize(("closes", "day"), [(4, 4), (6, 6)])
def test_a_case_that_only_this_policy_begins_goes_the_usual_way(closes: int, day: int) -> None:
    book = a_book({**COACHING, "resolve_when": {"churn_score": {"lt": 10}}}, TIP_BESIDE_NO_COACHING)
    usual = Usual(acts_after=DAY, closes_after=closes * DAY)
    looks = [daily({"churn_score": 60}, at) for at in range(8)]
    found = run_of(book, looks, Past(usual={Programme.COACHING: usual}))
    tips = [hit for hit in found.hits if hit.rule_id == "A1.tip"]
    assert days_of(tips) == [day]


def test_a_letter_that_this_policy_would_not_have_sent_frees_the_mail_budget() -> None:
    sent = a_course("A1.gone", opened=FIRST, acted_at=FIRST, programme=Programme.COACHING_TIP)
    look = daily({"churn_score": 60}, 1, optional_mails=2)
    book = a_book(a_tip())
    assert [hit.reason for hit in run_of(book, [look]).hits] == ["mail_budget"]
    assert [hit.reason for hit in run_of(book, [look], Past((sent,))).hits] == ["condition"]


def test_a_call_that_this_policy_would_not_have_held_asks_for_no_rest() -> None:
    held = a_course("H1.gone", opened=FIRST, acted_at=FIRST, closed_at=FIRST)
    look = daily({"churn_score": 60}, 1, last_acted={"coaching": FIRST.isoformat()})
    book = a_book(COACHING)
    assert [hit.reason for hit in run_of(book, [look]).hits] == ["re_entry"]
    assert [hit.reason for hit in run_of(book, [look], Past((held,))).hits] == ["condition"]


def _beside_a_case(day: int) -> KeptLook:
    """A look at which the recorded coaching case was open."""
    case = {"case_id": "coaching/1/1", "programme": "coaching"}
    return daily({"churn_score": 60}, day, open_cases=[case])


@given(seed=st.integers(0, 10_000))
@settings(max_examples=2, deadline=None)
def test_two_policies_tried_together_come_to_what_each_comes_to_alone(seed: int) -> None:
    other = parse_book(changed("when: {churn_score: {gt: 50}}", "when: {churn_score: {gt: 45}}"))
    looks = looks_of(BOOK, tutors=2, days=25, seed=seed)
    rows = PastRows(FIRST, FIRST + 25 * DAY, tutors=2, looks=[row_of(look) for look in looks])
    alone = (other, run_of(other, looks)), (BOOK, run_of(BOOK, looks))
    assert backtest(other, BOOK, rows) == report(*alone, setting_of(rows))


def test_a_rule_of_the_hours_is_asked_at_the_ends_of_days_as_well() -> None:
    """Hours in which nothing changed under the rules of then were not kept; under other ones they count."""
    new, old = (a_book(a_rule(trigger=["hourly"], when={"churn_score": {"gt": at}})) for at in (50, 70))
    rows = PastRows(FIRST, FIRST + 3 * DAY, tutors=1, looks=[row_of(look) for look in scored(40, 60, 60)])
    (found,) = backtest(new, old, rows).differences
    assert (found.before, found.after, found.first_at) == (0, 1, FIRST + DAY)


def test_rules_are_judged_alike_unless_something_between_them_differs() -> None:
    one, moved, rests = a_rule(), a_tip(), a_tip(cooldown={"max": 1, "within": "7d"})
    assert alike(a_book(one, moved), a_book(one, a_tip(priority=3))) == {"H1.coaching"}
    assert alike(a_book(one, moved), a_book(moved, one)) == {"H1.coaching", "A1.tip"}
    assert alike(a_book(one, moved), a_book(one, rests)) == frozenset()
