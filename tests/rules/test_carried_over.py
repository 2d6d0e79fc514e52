"""A changed book: what ends with the words of before, what goes on, and what came of a rule on trial."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from retention.vocabulary import Programme, Trigger, Verdict
from rules.book import Book, Status
from rules.decisions import record_of
from rules.looks import look_at, watch
from rules.reference import PlainEngine
from rules.replay import KeptLook, compared, judged_again
from rules.situation import Judgement, Moment, Situation
from rules.state import RuleState
from tests.rules.books import (
    DAY,
    MONDAY,
    a_book,
    a_coaching,
    a_rule,
    an_alert,
    an_open_case,
    judged,
    once_a_session,
    some_news,
)

CHECK = an_open_case(Programme.ALERT_CHECK)  # of the tutor's first episode
ABOVE_50, ABOVE_65 = {"churn_score": {"gt": 50}}, {"churn_score": {"gt": 65}}


class Lived:
    """One tutor, judged day by day by whatever book is in force."""

    def __init__(self) -> None:
        self.states: dict[str, RuleState] = {}

    def look(self, book: Book, score: int, *, day: int = 0, **more: Any) -> list[tuple[str, str]]:
        """What a day's look comes to: (verdict, reason)."""
        return [(str(it.verdict), it.reason) for it in self.judged(book, score, day=day, **more).decisions]

    def judged(self, book: Book, score: int, *, day: int, **more: Any) -> Judgement:
        facts = {"churn_score": score, **more.pop("facts", {})}
        found = judged(book, facts, at=MONDAY + day * DAY, states=self.states, **more)
        self.states |= found.states
        return found


def with_status(status: str, **more: Any) -> Book:
    return a_book(a_rule(status=status, **more))


# Trials.


@pytest.mark.parametrize("day", [1, 20, 59, 60])
def test_what_fired_on_trial_makes_nobody_rest_once_the_rule_acts(day: int) -> None:
    rests, lived = {"cooldown": {"max": 1, "within": "60d"}}, Lived()
    assert lived.look(with_status("shadow", **rests), 60) == [("fire", "condition")]
    ended, begun = lived.look(with_status("active", **rests), 60, day=day)
    assert (ended, begun) == (("resolve", "rule_changed"), ("fire", "condition"))


def test_a_trial_of_one_rule_makes_no_other_rest_before_it_is_looked_at_itself() -> None:
    shared, lived = {"cooldown": {"max": 1, "within": "60d", "group": "tips"}}, Lived()
    tried = a_rule(id="T.tried", **shared)
    other = a_rule(id="T.other", trigger=["hourly"], **shared)
    lived.look(a_book(tried | {"status": "shadow"}), 60)
    acting = lived.look(a_book(tried, other), 60, day=1, trigger=Trigger.HOURLY)
    assert acting == [("resolve", "rule_changed"), ("fire", "condition")]


def test_what_was_really_done_before_a_trial_counts_after_it() -> None:
    rests, lived = {"cooldown": {"max": 1, "within": "60d"}}, Lived()
    lived.look(with_status("active", **rests), 60)
    assert lived.look(with_status("shadow", **rests), 60, day=1)[0] == ("resolve", "rule_changed")
    again = lived.look(with_status("active", **rests), 60, day=30)
    assert ("suppressed", "cooldown") in again
    assert ("fire", "condition") in lived.look(with_status("active", **rests), 60, day=60)


def test_a_trial_by_a_release_that_did_not_note_its_beginning_makes_nobody_rest() -> None:
    rests, lived = {"cooldown": {"max": 1, "within": "60d"}}, Lived()
    lived.look(with_status("shadow", **rests), 60)
    lived.states = {
        name: it.model_copy(update={"on_trial_since": None, "handled_at": ()})
        for name, it in lived.states.items()
    }
    assert ("fire", "condition") in lived.look(with_status("active", **rests), 60, day=1)


def test_a_case_that_was_told_on_trial_is_told_once_the_rule_acts() -> None:
    open_cases, lived = (an_open_case(Programme.COACHING),), Lived()
    for status in ("shadow", "active"):
        book = a_book(some_news(status=status))
        assert lived.look(book, 60, open_cases=open_cases) == [("suppressed", "folded")]
        assert lived.look(book, 60, day=1, open_cases=open_cases) == []


def test_a_session_of_a_trial_is_open_again_and_one_that_was_dealt_with_is_not() -> None:
    lived, low = Lived(), {"trigger": Trigger.FEEDBACK_RECEIVED, "facts": {"rating": 1}}
    steps = [("active", "S-1"), ("shadow", "S-2"), ("active", "S-1"), ("active", "S-2"), ("active", "S-2")]
    fired = [
        bool(lived.look(a_book(once_a_session(status=status)), 60, day=day, session_id=session_id, **low))
        for day, (status, session_id) in enumerate(steps)
    ]
    assert fired == [True, True, False, True, False]


def test_the_end_of_a_trial_is_recorded_as_part_of_it_and_no_case_hears_of_it() -> None:
    lived = Lived()
    lived.look(with_status("shadow"), 60)
    ended, _ = lived.judged(with_status("active"), 60, day=1).decisions
    assert (ended.status, ended.case_id, record_of(ended)["shadow"]) == (Status.SHADOW, None, True)


def test_a_rule_that_goes_on_trial_ends_what_it_had_begun_for_its_case_to_hear() -> None:
    lived = Lived()
    lived.look(with_status("active"), 60)
    ended, tried = lived.judged(with_status("shadow"), 60, day=1, open_cases=(CHECK,)).decisions
    assert (ended.verdict, ended.status, ended.case_id) == (Verdict.RESOLVE, Status.ACTIVE, CHECK.case_id)
    assert tried.status is Status.SHADOW


# Rules that are judged no longer.


@pytest.mark.parametrize("meanwhile", [with_status("retired"), with_status("draft"), a_book(an_alert())])
def test_a_rule_that_was_off_fires_again_when_it_is_back(meanwhile: Book) -> None:
    lived, book = Lived(), a_book(a_rule())
    lived.look(book, 60)
    lived.look(meanwhile, 60, day=1)
    assert lived.look(book, 60, day=2) == [("fire", "condition")]
    assert lived.states["H1.coaching"].opened_at == MONDAY + 2 * DAY


def test_a_rule_that_was_off_between_two_looks_has_never_been_off() -> None:
    lived, book = Lived(), a_book(a_rule())
    lived.look(book, 60)
    assert lived.look(book, 60, day=1) == []


def test_days_in_which_a_rule_was_off_and_those_before_count_for_no_length() -> None:
    lived, book = Lived(), a_book(a_rule(for_="7d"))
    for day in range(7):
        assert lived.look(book, 60, day=day) == []
    lived.look(with_status("retired", for_="7d"), 60, day=7)
    fired = [day for day in range(41, 50) if lived.look(book, 60, day=day)]
    assert fired == [48]


def test_a_rule_that_is_withdrawn_ends_what_it_had_begun_and_says_so() -> None:
    lived = Lived()
    lived.look(a_book(a_rule()), 60)
    (ended,) = lived.judged(with_status("retired"), 60, day=1, open_cases=(CHECK,)).decisions
    assert (ended.verdict, ended.episode, ended.case_id) == (Verdict.RESOLVE, "1", CHECK.case_id)
    assert ended.sentence == "Ended with its rule, which is in force no longer: A tutor is at high risk."
    assert lived.look(with_status("retired"), 60, day=2) == []


def test_firings_before_a_rule_was_off_still_make_it_rest() -> None:
    rests, lived = {"cooldown": {"max": 1, "within": "60d"}}, Lived()
    lived.look(with_status("active", **rests), 60)
    lived.look(with_status("retired", **rests), 60, day=1)
    assert lived.look(with_status("active", **rests), 60, day=2) == [("suppressed", "cooldown")]


# Edited conditions.


def test_an_edit_ends_what_the_new_words_do_not_mean_and_its_case_hears_of_it() -> None:
    lived = Lived()
    lived.look(a_book(a_rule(when=ABOVE_50)), 60)
    (ended,) = lived.judged(a_book(a_rule(when=ABOVE_65)), 60, day=1, open_cases=(CHECK,)).decisions
    assert (ended.key, ended.case_id) == ("resolve:H1.coaching:12:1", CHECK.case_id)
    assert (ended.reason, ended.opened_at) == ("rule_changed", MONDAY)
    assert ended.sentence == "Ended by a change of its rule: A tutor is at high risk."
    assert lived.look(a_book(a_rule(when=ABOVE_65)), 20, day=2) == []


@pytest.mark.parametrize("score", [70, None])
def test_the_episode_of_an_open_case_that_the_new_words_fit_as_well_goes_on(score: int | None) -> None:
    lived, edited = Lived(), a_book(a_rule(when=ABOVE_65))
    lived.look(a_book(a_rule(when=ABOVE_50)), 70)
    facts = {"churn_score": score}
    assert lived.look(edited, 0, day=1, facts=facts, open_cases=(CHECK,)) == []
    (over,) = lived.judged(edited, 60, day=2, open_cases=(CHECK,)).decisions
    assert (over.verdict, over.reason, over.case_id) == (Verdict.RESOLVE, "condition", CHECK.case_id)


def test_a_check_that_was_ended_by_an_edit_may_begin_anew_when_the_edit_is_rolled_back() -> None:
    lived, before = Lived(), a_book(a_rule(when=ABOVE_50))
    lived.look(before, 60)
    lived.look(a_book(a_rule(when=ABOVE_65)), 60, day=1, open_cases=(CHECK,))
    (again,) = lived.judged(before, 60, day=2).decisions
    assert (again.verdict, again.case_id) == (Verdict.FIRE, "alert_check/12/2")


def test_an_edit_of_the_length_begins_the_clock_anew_but_leaves_an_open_case_its_episode() -> None:
    lived = Lived()
    for day in range(8):
        lived.look(a_book(a_coaching(for_="7d")), 60, day=day)
    own = (an_open_case(Programme.COACHING),)
    assert lived.look(a_book(a_coaching(for_="14d")), 60, day=8, open_cases=own) == []
    assert lived.states["H1.coaching"].opened_at == MONDAY + 7 * DAY


def test_the_case_is_known_by_its_episode_also_when_the_rule_now_opens_another_kind() -> None:
    lived = Lived()
    lived.look(a_book(a_coaching(when=ABOVE_50)), 60)
    own = (an_open_case(Programme.COACHING),)
    (ended,) = lived.judged(a_book(a_rule(when=ABOVE_65)), 60, day=1, open_cases=own).decisions
    assert ended.case_id == "coaching/12/1"


def test_an_alert_alone_ends_with_an_edit_without_a_case() -> None:
    lived = Lived()
    lived.look(a_book(an_alert(when=ABOVE_50)), 60, trigger=Trigger.HOURLY)
    (ended,) = lived.judged(a_book(an_alert(when=ABOVE_65)), 60, day=1, trigger=Trigger.HOURLY).decisions
    assert (ended.reason, ended.case_id) == ("rule_changed", None)


def test_an_edit_is_noticed_at_the_first_look_at_the_tutor_whatever_the_rule_listens_to() -> None:
    lived = Lived()
    lived.look(a_book(a_rule(when=ABOVE_50)), 60)
    noticed = lived.look(a_book(a_rule(when=ABOVE_65)), 60, day=1, trigger=Trigger.RESCHEDULE)
    assert noticed == [("resolve", "rule_changed")]


def test_without_a_moment_nothing_is_looked_at_and_nothing_ends() -> None:
    lived = Lived()
    lived.look(a_book(a_rule(when=ABOVE_50)), 60)
    assert lived.look(a_book(a_rule(when=ABOVE_65)), 60, day=1, moments=()) == []


# Replay.


def test_days_in_which_the_book_was_changed_judged_again_give_the_same() -> None:
    versions = {
        1: with_status("shadow"), 2: a_book(a_rule(when=ABOVE_50)), 3: a_book(a_rule(when=ABOVE_65)),
        4: with_status("retired"), 5: a_book(a_rule(when=ABOVE_50)),
    }  # fmt: skip
    states: dict[str, RuleState] = {}
    looks, recorded = [], []
    for version, book in versions.items():
        situation = a_situation(at=MONDAY + version * DAY, states=dict(states))
        judgement = judged_by(book, situation)
        kept = look_at(situation, judgement, watch(book), before=None)
        assert kept is not None
        looks.append(as_kept(kept.model_dump(mode="json"), situation, version))
        states |= judgement.states
        recorded += [record_of(it) | {"facts": it.facts_digest} for it in judgement.decisions]
    benches = {number: (book, PlainEngine(book.conditions)) for number, book in versions.items()}
    found = compared(judged_again(looks, benches.__getitem__, states={}), recorded)
    assert (found.differences, found.decisions) == ([], 5)
    of_before = [replace(look, states=without_news(look.states)) for look in looks]
    assert compared(judged_again(of_before, benches.__getitem__, states={}), recorded).differences == []


def a_situation(*, at: datetime, states: dict[str, RuleState]) -> Situation:
    moment = Moment(trigger=Trigger.DAILY_ROLLUP)
    return Situation(tutor_number=12, as_of=at, facts={"churn_score": 60}, moments=(moment,), states=states)


def judged_by(book: Book, situation: Situation) -> Judgement:
    told = {"at": situation.as_of, "states": situation.states, "moments": situation.moments}
    return judged(book, situation.facts, **told)


def as_kept(kept: dict[str, Any], situation: Situation, version: int) -> KeptLook:
    own = {name: kept[name] for name in ("moments", "facts", "circumstances", "states")}
    return KeptLook(tutor_number=12, as_of=situation.as_of, version=version, **own)


def without_news(states: Any) -> dict[str, Any]:
    """As a release kept states that did not know when values were handled, or trials began."""
    news = {"handled_at", "on_trial_since"}
    return {
        rule: {name: it for name, it in state.items() if name not in news} for rule, state in states.items()
    }
