"""What is kept of a judgement, so that it can be judged again."""

from datetime import timedelta
from typing import Any

from retention.vocabulary import CaseState, Programme, Trigger
from rules.judge import judge
from rules.looks import Look, Watch, look_at, watch
from rules.reference import PlainEngine
from rules.situation import Moment, OpenCase, Situation
from tests.rules.books import MONDAY, a_book, a_rule

BOOK = a_book(a_rule(trigger=["hourly", "daily_rollup"]))
LATER = MONDAY + timedelta(hours=1)
HOURLY, DAILY = Moment(trigger=Trigger.HOURLY), Moment(trigger=Trigger.DAILY_ROLLUP)
SESSION = Moment(trigger=Trigger.SESSION_COMPLETED, session_id="S-1", known_at=MONDAY, facts={"rating": 4})


def looked(
    facts: dict[str, Any],
    *moments: Moment,
    at_no_moment: bool = False,
    before: Look | None = None,
    watched: Watch | None = None,
    **more: Any,
) -> Look | None:
    """One judgement of one tutor, an hour after `before` if there is one."""
    states = dict(before.states) if before else {}
    situation = Situation(
        tutor_number=12, as_of=LATER if before else MONDAY, facts=facts,
        moments=() if at_no_moment else moments or (HOURLY,), states=states, **more,
    )  # fmt: skip
    judgement = judge(BOOK, situation, matcher=PlainEngine(BOOK.conditions))
    last = before.standing if before else None
    return look_at(situation, judgement, watched or watch(BOOK), before=last)


def first(facts: dict[str, Any], **more: Any) -> Look:
    look = looked(facts, **more)
    assert look is not None
    return look


def test_the_first_look_at_a_tutor_is_kept_whole() -> None:
    look = first({"churn_score": 40, "on_leave": None})
    assert (look.facts, look.holds, look.states) == ({"churn_score": 40}, (), {})


def test_an_hour_in_which_nothing_changed_is_not_kept() -> None:
    assert looked({"churn_score": 41}, before=first({"churn_score": 40})) is None


def test_new_facts_at_which_no_rule_was_looked_at_are_no_look() -> None:
    assert looked({"churn_score": 51}, before=first({"churn_score": 50}), at_no_moment=True) is None


def test_a_comparison_that_comes_out_otherwise_is_kept_with_its_facts() -> None:
    look = looked({"churn_score": 51}, before=first({"churn_score": 50}))
    assert look is not None
    assert (look.facts, look.holds, list(look.states)) == (
        {"churn_score": 51},
        ("H1.coaching",),
        ["H1.coaching"],
    )


def test_a_fact_that_is_not_known_any_more_is_a_change() -> None:
    assert looked({}, before=first({"churn_score": 40})) is not None


def test_a_word_that_changes_is_a_change_for_the_guards_ask_for_it() -> None:
    assert looked({"churn_score": 40, "on_leave": True}, before=first({"churn_score": 40})) is not None


def test_a_case_that_opens_is_a_change() -> None:
    case = OpenCase(case_id="coaching/12/1", programme=Programme.COACHING, state=CaseState.OPEN)
    look = looked({"churn_score": 40}, before=first({"churn_score": 40}), open_cases=(case,))
    assert look is not None
    assert look.circumstances["open_cases"][0]["case_id"] == "coaching/12/1"


def test_a_days_end_is_always_kept_with_its_facts() -> None:
    look = looked({"churn_score": 41}, DAILY, before=first({"churn_score": 40}))
    assert look is not None
    assert look.facts == {"churn_score": 41}


def test_a_session_is_kept_with_its_own_facts_and_refers_to_the_tutors_earlier_ones() -> None:
    look = looked({"churn_score": 41}, SESSION, before=first({"churn_score": 40}))
    assert look is not None
    (moment,) = look.moments
    assert (look.facts, moment.facts, moment.known_at) == (None, {"rating": 4}, None)


def test_what_a_draft_in_shadow_compares_is_looked_out_for_too() -> None:
    draft = a_book(a_rule(when={"churn_score": {"gt": 45}}))
    both = watch(BOOK, draft)
    before = first({"churn_score": 45}, watched=both)
    assert looked({"churn_score": 46}, before=before, watched=both) is not None
    assert looked({"churn_score": 46}, before=first({"churn_score": 45})) is None
