"""Where each rule stands with a tutor, and what it hangs on."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from retention.vocabulary import OwnerGroup, Programme, Trigger
from rules.book import Book
from rules.explaining import explained, only
from rules.explanation import RuleExplained, SeenSession, Standing
from rules.loader import load_book
from rules.situation import OpenCase, Situation
from rules.state import RuleState
from tests.rules.books import (
    DAY,
    MONDAY,
    a_book,
    a_coaching,
    a_rule,
    an_open_case,
    days_of,
    judged,
    some_news,
)

TIP = Programme.COACHING_TIP


def told(book: Book, facts: dict[str, Any], **more: Any) -> RuleExplained:
    """The first rule of a book, explained on these facts."""
    session, at = more.pop("session", None), more.pop("at", MONDAY)
    situation = Situation(tutor_number=12, as_of=at, facts=facts, moments=(), **more)
    (one,) = only(explained(book, situation, session=session), book.rules[0].id)
    return one


def lived(book: Book, scores: list[int | None]) -> dict[str, RuleState]:
    states: dict[str, RuleState] = {}
    for day, score in enumerate(scores):
        states |= judged(book, {"churn_score": score}, at=MONDAY + day * DAY, states=states).states
    return states


def test_what_nothing_holds_back_fires_at_its_next_look() -> None:
    one = told(a_book(a_rule()), {"churn_score": 60})
    assert (one.standing, one.summary) == (Standing.FIRES, "It fires at its next look: daily rollup.")


def test_every_comparison_has_value_threshold_unit_source_and_what_is_to_go() -> None:
    one = told(a_book(a_rule()), {"churn_score": 46})
    (leaf,) = one.leaves
    assert (leaf.value, leaf.threshold, leaf.unit, leaf.source) == (46, 50, "points", "design 3; PRD 3.1")
    assert leaf.to_go == "more than 4 points to go"
    assert (one.standing, one.summary) == (
        Standing.NEAR,
        "Near: Churn score: 46 points, asked: above 50 points, more than 4 points to go.",
    )


@pytest.mark.parametrize(
    ("score", "standing"), [(20, Standing.NOT), (None, Standing.UNKNOWN), (45, Standing.NEAR)]
)
def test_what_does_not_hold_says_what_it_lacks(score: int | None, standing: Standing) -> None:
    one = told(a_book(a_rule()), {"churn_score": score})
    assert one.standing is standing
    assert "asked: above 50 points" in one.nearest_miss


def test_every_guard_that_objects_is_named_and_until_when() -> None:
    book = a_book(a_coaching(bands=None))
    facts = {"churn_score": 60, "on_leave": True, "risk_band": "high"}
    until, acted = MONDAY + 3 * DAY, MONDAY - DAY
    one = told(book, facts, vetoes={Programme.COACHING: until}, last_acted={Programme.COACHING: acted})
    assert one.standing is Standing.HELD
    assert [(it.reason, it.until) for it in one.held_by] == [
        ("leave", None),
        ("veto", until),
        ("re_entry", acted + 30 * DAY),
    ]
    assert one.summary == "Held back: the tutor is on leave."


def test_what_waits_for_the_draw_says_so() -> None:
    one = told(
        a_book(a_coaching()), {"churn_score": 60, "risk_band": "high"}, rationed=(OwnerGroup.OPS_MANAGER,)
    )
    assert (one.standing, one.summary) == (Standing.HELD, "Waits for today's draw of places.")


def test_a_running_clock_says_how_long_it_has_run_and_when_it_is_full() -> None:
    book = a_book(a_rule(for_="7d"))
    states, at = lived(book, [60] * 5), MONDAY + 4 * DAY + timedelta(hours=6)
    one = told(book, {"churn_score": 60}, states=states, at=at)
    assert one.standing is Standing.WAITS
    assert one.clock is not None
    assert (one.clock.says, one.clock.full_at) == ("true for 4 days of 7 days", MONDAY + 7 * DAY)
    assert one.summary == "Its condition is true for 4 days of 7 days."


def test_the_day_that_the_clock_names_is_the_day_on_which_it_fires() -> None:
    book = a_book(a_rule(for_="7d"))
    one = told(book, {"churn_score": 60}, states=lived(book, [60] * 3), at=MONDAY + 2 * DAY)
    assert one.clock is not None
    assert one.clock.full_at is not None
    fires = days_of(book, [{"churn_score": 60}] * 9)[0]
    assert fires == ((one.clock.full_at - MONDAY).days, "fire")


def test_a_gap_leaves_the_clock_where_it_was() -> None:
    book = a_book(a_rule(for_="7d"))
    states = lived(book, [60, 60, 60, None])
    one = told(book, {"churn_score": 60}, states=states, at=MONDAY + 10 * DAY)
    assert one.clock is not None
    assert (one.clock.held_for, one.clock.full_at) == (2 * DAY, MONDAY + 15 * DAY)


def test_what_has_fired_says_since_when_and_what_comes_next() -> None:
    escalation = {"after": "14d", "to": "people_ops"}
    book = a_book(a_rule(escalate=escalation, again_after="30d", resolve_when={"churn_score": {"lt": 40}}))
    one = told(book, {"churn_score": 60}, states=lived(book, [60, 60]), at=MONDAY + 2 * DAY)
    assert one.standing is Standing.RUNS
    assert (one.running_since, one.escalates_at, one.again_from) == (
        MONDAY,
        MONDAY + 14 * DAY,
        MONDAY + 30 * DAY,
    )
    assert one.summary == "It has fired on 6 January 2025; settled when: Churn score below 40 points."


def test_a_cool_down_says_when_it_ends() -> None:
    book = a_book(a_rule(cooldown={"max": 1, "within": "7d"}))
    one = told(book, {"churn_score": 60}, states=lived(book, [60, 40]), at=MONDAY + 2 * DAY)
    assert (one.standing, one.rests_until) == (Standing.HELD, MONDAY + 7 * DAY)


def test_a_draft_and_a_retired_rule_are_not_judged() -> None:
    for status in ("draft", "retired"):
        assert told(a_book(a_rule(status=status)), {"churn_score": 60}).standing is Standing.OFF


def test_a_rule_about_a_session_is_explained_on_the_newest_one() -> None:
    book = load_book()
    situation = Situation(tutor_number=12, as_of=MONDAY, facts={}, moments=())
    seen = SeenSession(session_id="S-9", facts={"is_first_session": True, "rating": 2})
    (one,) = only(explained(book, situation, session=seen), "R1.first-session")
    assert (one.standing, one.session_id) == (Standing.FIRES, "S-9")
    done = {"R1.first-session": RuleState(digest=book.rule("R1.first-session").digest, handled=("S-9",))}  # type: ignore[union-attr] # it is there
    (one,) = only(
        explained(book, situation.model_copy(update={"states": done}), session=seen), "R1.first-session"
    )
    assert one.standing is Standing.DONE


def test_a_rule_that_only_tells_says_whether_there_is_anybody_to_tell() -> None:
    book, case = a_book(some_news()), an_open_case(Programme.COACHING)
    assert told(book, {"churn_score": 60}).summary == "It adds to an open case, and none is open."
    assert told(book, {"churn_score": 60}, open_cases=(case,)).standing is Standing.FIRES
    heard = judged(book, {"churn_score": 60}, open_cases=(case,)).states
    assert told(book, {"churn_score": 60}, open_cases=(case,), states=heard).standing is Standing.DONE


BOOK = load_book()
SCORES = st.sampled_from([None, 20, 45, 55, 80])


@settings(max_examples=60, deadline=None)
@given(
    facts=st.fixed_dictionaries(
        {
            "churn_score": SCORES,
            "noshows_7d": st.sampled_from([None, 0, 1, 2]),
            "days_since_session": st.sampled_from([None, 3, 6, 8]),
            "on_leave": st.sampled_from([None, True, False]),
            "rating_avg_30": st.sampled_from([None, 3.2, 3.6, 4.8]),
            "rated_30": st.sampled_from([None, 2, 30]),
            "risk_band": st.sampled_from([None, "low", "high", "critical"]),
        }
    ),
    busy=st.booleans(),
)
def test_what_is_said_to_fire_fires_and_what_is_said_not_to_does_not(
    facts: dict[str, Any], busy: bool
) -> None:
    """Explained and judged on the same situation: the two never contradict each other."""
    cases: tuple[OpenCase, ...] = (an_open_case(Programme.COACHING),) if busy else ()
    situation = Situation(tutor_number=12, as_of=MONDAY, facts=facts, moments=(), open_cases=cases)
    standing = {one.rule_id: one.standing for one in explained(BOOK, situation)}
    for rule in BOOK.rules:
        if rule.once_per or not rule.is_judged:
            continue
        alone = a_look(rule.id, facts, cases, rule.triggers[0])
        verdicts = {(made.verdict, made.reason) for made in alone if made.rule_id == rule.id}
        fires = any(verdict == "fire" or reason in {"holdout", "folded"} for verdict, reason in verdicts)
        held = any(
            verdict == "suppressed" and reason not in {"holdout", "folded"} for verdict, reason in verdicts
        )
        if standing[rule.id] is Standing.FIRES:
            assert fires, (rule.id, verdicts)
        if standing[rule.id] is Standing.HELD and not rule.tells:
            assert held or not fires or verdicts, (rule.id, verdicts)
        if standing[rule.id] in {Standing.NEAR, Standing.NOT, Standing.UNKNOWN, Standing.WAITS}:
            assert not verdicts, (rule.id, standing[rule.id], verdicts)


def a_look(rule_id: str, facts: dict[str, Any], cases: tuple[OpenCase, ...], trigger: Trigger) -> Any:
    return judged(BOOK, facts, open_cases=cases, trigger=trigger).decisions
