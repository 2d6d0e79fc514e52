"""From truth to firings: for, gaps, cool-down, escalation, resolution, edited rules."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from retention.vocabulary import Programme, Trigger, Verdict
from rules.book import Book
from rules.state import HANDLED_FOR, RuleState
from tests.rules.books import DAY, MONDAY, a_book, a_rule, an_open_case, days_of, judged, once_a_session


def scores(*values: int | None) -> list[dict[str, Any]]:
    return [{"churn_score": value} for value in values]


def test_a_score_above_fifty_for_seven_days_fires_on_the_day_the_prd_says() -> None:
    book = a_book(a_rule(for_="7d"))
    assert days_of(book, scores(*[55] * 6, 48, *[55] * 8)) == [(14, "fire")]  # PRD 4.1 H1, "for 7+ days"
    assert days_of(book, scores(*[51] * 7)) == []
    assert days_of(book, scores(*[51] * 8)) == [(7, "fire")]
    assert days_of(book, scores(*[50] * 20)) == []


@pytest.mark.parametrize(("missing", "day"), [("hold", 9), ("unknown", 11)])
def test_an_unknown_fact_pauses_or_breaks_off_the_clock_as_the_rule_says(missing: str, day: int) -> None:
    book = a_book(a_rule(for_="7d", missing=missing))
    # two days are counted by day 2; day 3 is unknown; from day 4 on it goes on, or begins again
    assert days_of(book, scores(55, 55, 55, None, 55, 55, 55, 55, 55, 55, 55, 55)) == [(day, "fire")]


def test_time_in_which_nobody_looked_is_not_counted_and_does_not_reset() -> None:
    book = a_book(a_rule(for_="7d"))
    states: dict[str, RuleState] = {}
    fired = []
    for day in (0, 1, 2, 3, 13, 14, 15, 16, 17):  # ten days without an evaluation
        judgement = judged(book, {"churn_score": 55}, at=MONDAY + day * DAY, states=states)
        states |= judgement.states
        fired += [day for it in judgement.decisions if it.verdict is Verdict.FIRE]
    assert fired == [17]  # 3 days before the gap, 4 after it


def test_an_episode_fires_once_and_ends_when_the_condition_is_known_to_be_false() -> None:
    book = a_book(a_rule())
    happened = days_of(book, scores(60, 70, None, 60, 40, 40, 60))
    assert happened == [(0, "fire"), (4, "resolve"), (6, "fire")]


def test_resolve_when_gives_a_score_room_to_swing() -> None:
    book = a_book(a_rule(resolve_when={"churn_score": {"lte": 45}}))
    assert days_of(book, scores(51, 49, 51, 46, 51, 45, 51)) == [(0, "fire"), (5, "resolve"), (6, "fire")]


def test_what_holds_for_twenty_days_fires_once_and_escalates_once_at_day_fourteen() -> None:
    book = a_book(a_rule(escalate={"after": "14d", "to": "people_ops"}))
    assert days_of(book, scores(*[60] * 20)) == [(0, "fire"), (14, "escalate")]  # PRD 4.1 A4


def test_three_moves_in_a_week_fire_on_day_zero_and_escalate_once_on_day_fourteen() -> None:
    moves = a_rule(
        id="A4.trial",
        when={"resched_7d": {"gte": 3}},
        cooldown={"max": 1, "within": "7d"},
        escalate={"after": "14d", "to": "ops_manager"},
        tests={
            "cases": [
                {"says": "three", "facts": {"resched_7d": 3}, "fires": True},
                {"says": "two", "facts": {"resched_7d": 2}, "fires": False},
            ]
        },
    )  # PRD 4.1 A4
    days = [{"resched_7d": 4}] * 21
    assert days_of(a_book(moves), days) == [(0, "fire"), (14, "escalate")]
    with_gaps = [
        *days[:13],
        {},
        *days[14:],
    ]  # unknown on day 13: it escalates on the day it must, known again
    assert days_of(a_book(moves), with_gaps) == [(0, "fire"), (14, "escalate")]
    late = [*days[:14], {}, {}, *days[16:]]
    assert days_of(a_book(moves), late) == [(0, "fire"), (16, "escalate")]


def test_an_escalation_is_told_to_its_own_group() -> None:
    book = a_book(a_rule(escalate={"after": "14d", "to": "people_ops"}))
    first = judged(book, {"churn_score": 60})
    later = judged(book, {"churn_score": 60}, at=MONDAY + 14 * DAY, states=first.states)
    assert [it.owner_group for it in (*first.decisions, *later.decisions)] == ["ops_manager", "people_ops"]


def test_flapping_within_the_cooldown_is_held_back_and_said_once_each_time() -> None:
    book = a_book(a_rule(cooldown={"max": 1, "within": "7d"}))
    happened = days_of(book, scores(60, 40, 60, 60, 40, 60, 40, 60, 60))
    assert happened == [
        (0, "fire"),
        (1, "resolve"),
        (2, "cooldown"),  # still true on day 3: said already
        (5, "cooldown"),
        (7, "fire"),  # seven days have passed
    ]


def test_the_longest_of_several_cooldowns_counts() -> None:
    rests = [{"group": "tips", "max": 1, "within": "2d"}, {"group": "one", "max": 1, "within": "5d"}]
    book = a_book(a_rule(cooldown=rests))
    happened = days_of(book, scores(60, 40, 60, 60, 60, 60, 60))
    assert happened == [(0, "fire"), (1, "resolve"), (2, "cooldown"), (5, "fire")]


def test_groups_of_several_cooldowns_are_counted_apart() -> None:
    tips = {"group": "tips", "max": 1, "within": "2d"}
    one = a_rule(id="A1.one", cooldown=[tips, {"group": "guide", "max": 1, "within": "9d"}], priority=60)
    two = a_rule(id="A1.two", cooldown=[tips], when={"churn_score": {"gt": 70}})
    book = a_book(one, two)
    fired = judged(book, {"churn_score": 60})
    same = {"states": fired.states, "at": MONDAY + 2 * DAY}
    assert [it.rule_id for it in judged(book, {"churn_score": 80}, **same).decisions] == ["A1.two"]


def test_rules_of_one_group_share_their_cooldown() -> None:
    group = {"max": 1, "within": "7d", "group": "A1"}
    one = a_rule(id="A1.one", cooldown=group, priority=60)
    two = a_rule(id="A1.two", cooldown=group, with_open_case="wait")
    judgement = judged(a_book(one, two), {"churn_score": 60})
    assert [(it.rule_id, it.verdict, it.reason) for it in judgement.decisions] == [
        ("A1.one", "fire", "condition"),
        ("A1.two", "suppressed", "cooldown"),
    ]


def test_the_longer_window_of_a_group_counts_the_firings_of_rules_with_a_shorter_one() -> None:
    narrow = a_rule(id="A.a", priority=60, cooldown={"max": 2, "within": "1d", "group": "g"})
    wide = a_rule(
        id="A.b", when={"churn_score": {"gt": 70}}, cooldown={"max": 2, "within": "30d", "group": "g"}
    )
    steps = scores(60, 40, 60, 40, 40, 80)
    assert days_of(a_book(narrow, wide), steps)[-2:] == [(5, "fire"), (5, "cooldown")]


def test_an_edited_condition_begins_a_new_episode_and_another_edit_does_not() -> None:
    running = judged(a_book(a_rule()), {"churn_score": 60})
    reworded = a_book(a_rule(says="Said differently.", priority=10))
    assert judged(reworded, {"churn_score": 60}, at=MONDAY + DAY, states=running.states).decisions == ()
    edited = a_book(a_rule(when={"churn_score": {"gt": 55}}))
    again = judged(edited, {"churn_score": 60}, at=MONDAY + DAY, states=running.states)
    came_to = [(it.verdict, it.reason, it.episode) for it in again.decisions]
    assert came_to == [("resolve", "rule_changed", "1"), ("fire", "condition", "2")]


def test_an_edited_length_begins_the_clock_anew_and_edited_words_leave_it_running() -> None:
    seven = a_book(a_rule(for_="7d"))
    states: dict[str, RuleState] = {}
    for day in range(4):
        states |= judged(seven, {"churn_score": 60}, at=MONDAY + day * DAY, states=states).states
    reworded = a_book(a_rule(for_="7d", says="Said differently.", missing="unknown", priority=9))
    kept = judged(reworded, {"churn_score": 60}, at=MONDAY + 4 * DAY, states=states).states
    assert kept["H1.coaching"].true_for == 4 * DAY
    shorter = a_book(a_rule(for_="2d"))
    begun = judged(shorter, {"churn_score": 60}, at=MONDAY + 4 * DAY, states=states)
    assert (begun.decisions, begun.states["H1.coaching"].true_for) == ((), timedelta(0))


def test_a_rule_that_comes_out_of_the_shadow_fires_for_those_it_holds_for() -> None:
    rests = {"cooldown": {"max": 1, "within": "60d"}}
    watched = judged(a_book(a_rule(status="shadow", **rests)), {"churn_score": 60})
    acting = judged(a_book(a_rule(**rests)), {"churn_score": 60}, at=MONDAY + DAY, states=watched.states)
    assert [(it.verdict, it.status, it.episode) for it in acting.decisions] == [
        ("resolve", "shadow", "1"),
        ("fire", "active", "2"),
    ]


def test_a_state_that_did_not_change_is_not_handed_back() -> None:
    book = a_book(a_rule())
    assert judged(book, {"churn_score": 40}).states == {}
    running = judged(book, {"churn_score": 60})
    assert judged(book, {"churn_score": 60}, at=MONDAY + DAY, states=running.states).states == {}


def test_a_state_survives_its_storage() -> None:
    state = judged(a_book(a_rule(cooldown={"max": 1, "within": "7d"}, for_="1d")), {"churn_score": 60}).states
    stored = state["H1.coaching"].model_dump(mode="json")
    assert RuleState.model_validate(stored) == state["H1.coaching"]


SESSIONS = {"trigger": Trigger.FEEDBACK_RECEIVED}


def of_sessions(days: list[int]) -> tuple[list[bool], RuleState]:
    """A session with a low rating each of these days: whether the rule fired, and what it then remembers."""
    book, states, fired = a_book(once_a_session()), dict[str, RuleState](), []
    for day in days:
        look = {"at": MONDAY + day * DAY, "session_id": f"S-{day}", "states": states, **SESSIONS}
        judgement = judged(book, {"rating": 1}, **look)
        states |= judgement.states
        fired.append(bool(judgement.decisions))
    return fired, states["S.once"]


@pytest.mark.parametrize(("later", "kept"), [(179, ("S-0", "S-179")), (180, ("S-180",))])
def test_sessions_are_remembered_for_half_a_year(later: int, kept: tuple[str, ...]) -> None:
    fired, state = of_sessions([0, later])
    assert (fired, state.handled) == ([True, True], kept)


def test_what_is_remembered_of_sessions_does_not_grow_with_the_years() -> None:
    _, state = of_sessions(list(range(0, 3 * 365, 5)))
    assert len(state.handled) == len(state.handled_at) == HANDLED_FOR / (5 * DAY)


def test_sessions_of_which_no_time_was_kept_are_remembered_as_long_from_now_on() -> None:
    book, of_before = a_book(once_a_session()), {"handled": ("S-1", "S-2")}
    states = {"S.once": RuleState(digest=book.rules[0].digest, **of_before)}
    low: dict[str, Any] = {"rating": 1}
    assert judged(book, low, session_id="S-1", states=states, **SESSIONS).decisions == ()
    first = judged(book, low, session_id="S-3", states=states, **SESSIONS).states
    assert first["S.once"].handled == ("S-1", "S-2", "S-3")
    later = {"at": MONDAY + 180 * DAY, "states": first, **SESSIONS}
    assert judged(book, low, session_id="S-4", **later).states["S.once"].handled == ("S-4",)


@settings(max_examples=150, deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from([40, 60, None]), st.integers(1, 72)), min_size=1, max_size=60),
    most=st.integers(1, 3),
)
def test_under_any_load_cooldowns_hold_and_fire_and_resolve_take_turns(
    steps: list[tuple[int | None, int]], most: int
) -> None:
    rests, grows = {"max": most, "within": "7d"}, {"after": "3d", "to": "people_ops"}
    book = a_book(a_rule(cooldown=rests, escalate=grows))
    states: dict[str, RuleState] = {}
    at, fired, verdicts = MONDAY, [], []
    for score, hours in steps:
        at += timedelta(hours=hours)
        judgement = judged(book, {"churn_score": score}, at=at, states=states)
        states |= judgement.states
        verdicts += [it.verdict for it in judgement.decisions if it.verdict is not Verdict.SUPPRESSED]
        fired += [at for it in judgement.decisions if it.verdict is Verdict.FIRE]
    for first, after in zip(fired, fired[most:], strict=False):
        assert after - first >= timedelta(days=7)
    turns = [it for it in verdicts if it is not Verdict.ESCALATE]
    assert turns == [Verdict.FIRE, Verdict.RESOLVE] * (len(turns) // 2) + [Verdict.FIRE] * (len(turns) % 2)
    assert all(one != two for one, two in pairwise(verdicts))  # escalated once an episode


def again(**more: Any) -> Book:
    return a_book(a_rule(for_="7d", again_after="30d", resolve_when={"churn_score": {"lt": 40}}, **more))


def test_a_rule_fires_again_after_its_time_and_not_before() -> None:
    assert days_of(again(), scores(*[60] * 37)) == [(7, "fire")]
    assert days_of(again(), scores(*[60] * 38)) == [(7, "fire"), (37, "fire")]


def test_a_rule_fires_again_only_when_it_has_held_long_enough_anew() -> None:
    assert days_of(again(), scores(*[60] * 8, *[45] * 40, *[60] * 7)) == [(7, "fire")]
    assert days_of(again(), scores(*[60] * 8, *[45] * 40, *[60] * 8))[-1] == (55, "fire")


def test_an_unknown_fact_fires_nothing_again() -> None:
    assert days_of(again(), scores(*[60] * 37, None)) == [(7, "fire")]


def test_a_rule_that_does_not_say_so_fires_once_while_it_lasts() -> None:
    book = a_book(a_rule(for_="7d", resolve_when={"churn_score": {"lt": 40}}))
    assert days_of(book, scores(*[60] * 365)) == [(7, "fire")]


def test_while_the_last_case_is_still_open_nothing_is_begun_anew() -> None:
    book = again(unless_open=["alert_check"])
    open_one = an_open_case(Programme.ALERT_CHECK)
    later = {"at": MONDAY + 40 * DAY, "states": lasting(book)}
    held = judged(book, {"churn_score": 60}, open_cases=(open_one,), **later)
    assert [(it.verdict, it.reason) for it in held.decisions] == [(Verdict.SUPPRESSED, "already_open")]
    assert [it.verdict for it in judged(book, {"churn_score": 60}, **later).decisions] == [Verdict.FIRE]


def lasting(book: Book) -> dict[str, RuleState]:
    """The rule has held for 40 days, and fired on the first of them."""
    rule, seen = book.rules[0], MONDAY + 39 * DAY
    held = RuleState(digest=rule.digest, true_for=40 * DAY, last_seen=seen, opened_at=MONDAY, episode=1)
    return {rule.id: held}
