"""Whatever happens to a tutor, in whatever order: the promises of the state step hold."""

from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from retention.vocabulary import Trigger, Verdict
from rules.book import Book
from rules.situation import Decision
from rules.state import RuleState
from tests.rules.books import DAY, MONDAY, a_book, a_rule, judged, once_a_session

HOUR = timedelta(hours=1)
WEEK = 7 * DAY
GROUP = {"group": "tips", "max": 2, "within": "7d"}
FIRST_WORDS = "As first written."
GAP = 2 * DAY  # longer between two daily looks: nobody was watching
SCORES = st.sampled_from([30, 44, 48, 60, 80, None])


def lasting(*, above: int, says: str) -> dict[str, Any]:
    """High for three days; settled below 45; once escalated after five."""
    return a_rule(
        id="S.lasting",
        says=says,
        when={"churn_score": {"gt": above}},
        for_="3d",
        resolve_when={"churn_score": {"lt": 45}},
        escalate={"after": "5d", "to": "people_ops"},
    )


def resting(name: str, priority: int, **more: Any) -> dict[str, Any]:
    """Two rules share a cool-down, and one of them a second, longer one."""
    own = {"group": name, "max": 1, "within": "9d"}
    return a_rule(
        id=f"S.{name}", priority=priority, cooldown=[GROUP, own] if name == "one" else GROUP, **more
    )


@cache
def written(above: int, says: str) -> Book:
    """The small book, as last edited."""
    return a_book(
        lasting(above=above, says=says),
        resting("one", 60, when={"churn_score": {"gt": 40}}),
        resting("two", 40, when={"churn_score": {"gt": 70}}),
        once_a_session(),
    )


class Watched:
    """An own account of the `for` clock of S.lasting, from its looks alone."""

    def __init__(self) -> None:
        self.length = timedelta(0)
        self.last: datetime | None = None

    def seen(self, holds: bool | None, at: datetime) -> None:
        if holds is False:
            self.length, self.last = timedelta(0), None
        elif holds is None:
            self.last = None  # a gap holds the clock
        else:
            passed = at - self.last if self.last is not None else timedelta(0)
            self.length += passed if passed <= GAP else timedelta(0)
            self.last = at


class OneTutor(RuleBasedStateMachine):
    """One tutor, judged by a small book that is edited meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.at, self.above, self.book = MONDAY, 50, written(50, FIRST_WORDS)
        self.looked_above = 50  # the threshold at the last look: an edit that is taken back was none
        self.states: dict[str, RuleState] = {}
        self.fired: dict[str, list[datetime]] = {}
        self.running: dict[str, datetime] = {}  # episodes of S.lasting and S.two, since when
        self.escalated = 0  # in the running episode of S.lasting
        self.handled: set[str] = set()
        self.broken_off = 0  # episodes that an edit must end at the next look
        self.watched = Watched()

    @rule(score=SCORES, later=st.sampled_from([HOUR, DAY, 2 * DAY, 3 * DAY, 8 * DAY]))
    def a_look(self, score: int | None, later: timedelta) -> None:
        self.a_daily_look(score, later)

    def a_daily_look(self, score: int | None, later: timedelta) -> None:
        self.at += later
        self.notice_the_edit()
        self.watched.seen(None if score is None else score > self.above, self.at)
        self.look({"churn_score": score}, Trigger.DAILY_ROLLUP)

    @rule(score=st.sampled_from([48, 60, 80]), days=st.integers(2, 9))
    def days_go_by_at_the_same_score(self, score: int, days: int) -> None:
        for _ in range(days):
            self.a_daily_look(score, DAY)

    @rule(score=SCORES)
    def the_score_moves_within_the_day(self, score: int | None) -> None:
        self.at += HOUR
        self.look({"churn_score": score}, Trigger.SCORE_UPDATED)

    @rule(session=st.sampled_from(["S-1", "S-2", "S-3"]), rating=st.integers(1, 5))
    def feedback(self, session: str, rating: int) -> None:
        self.at += HOUR
        self.look({"rating": rating}, Trigger.FEEDBACK_RECEIVED, session=session)

    @rule(above=st.sampled_from([50, 55]), says=st.sampled_from([FIRST_WORDS, "Said better."]))
    def the_rule_is_edited(self, above: int, says: str) -> None:
        self.above, self.book = above, written(above, says)

    def notice_the_edit(self) -> None:
        """Another threshold than at the last look, of whatever kind, begins anew; other words do nothing."""
        if self.above != self.looked_above:
            self.broken_off = int(self.running.pop("S.lasting", None) is not None)
            self.escalated, self.watched, self.looked_above = 0, Watched(), self.above

    def look(self, facts: dict[str, Any], trigger: Trigger, *, session: str | None = None) -> None:
        self.notice_the_edit()
        judgement = judged(
            self.book, facts, at=self.at, trigger=trigger, session_id=session, states=self.states
        )
        self.states |= judgement.states
        for made in judgement.decisions:
            self.note(made)
        assert not self.broken_off, "an episode outlived the words it was begun under"

    def note(self, made: Decision) -> None:
        if made.verdict is Verdict.FIRE:
            self.note_firing(made)
        elif made.reason == "rule_changed":
            assert made.rule_id == "S.lasting", "only its words change"
            assert self.broken_off == 1, "ended twice, or without having begun"
            self.broken_off = 0
        elif made.verdict is Verdict.RESOLVE:
            assert self.running.pop(made.rule_id, None) is not None, "an end without a beginning"
            self.escalated = 0 if made.rule_id == "S.lasting" else self.escalated
        elif made.verdict is Verdict.ESCALATE:
            assert self.at - self.running["S.lasting"] >= 5 * DAY
            self.escalated += 1
            assert self.escalated == 1, "escalated twice in one episode"

    def note_firing(self, made: Decision) -> None:
        self.fired.setdefault(made.rule_id, []).append(self.at)
        if made.rule_id == "S.once":
            assert made.session_id not in self.handled, "twice for one session"
            self.handled.add(str(made.session_id))
            return
        assert made.rule_id not in self.running, "a second firing in one episode"
        self.running[made.rule_id] = self.at
        if made.rule_id == "S.lasting":
            assert self.watched.length >= 3 * DAY, "fired before it had lasted"

    @invariant()
    def no_window_holds_more_firings_than_its_cool_down_allows(self) -> None:
        one, two = self.fired.get("S.one", []), self.fired.get("S.two", [])
        assert all(later - earlier >= 9 * DAY for earlier, later in pairwise(one))
        both = sorted(one + two)
        assert all(later - earlier >= WEEK for earlier, later in zip(both, both[2:], strict=False))

    @invariant()
    def what_has_lasted_long_enough_has_fired(self) -> None:
        if self.watched.last == self.at and self.watched.length >= 3 * DAY:
            assert "S.lasting" in self.running


OneTutor.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
test_the_promises_hold_under_any_load = OneTutor.TestCase
