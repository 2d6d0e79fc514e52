"""What a manager is asked at each step of a coaching case, and what each answer cannot do without."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from retention.policy import COACHING_TIMES_AHEAD
from retention.programmes.registry import filled_in

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORDS = "Ada tells good stories and loses time at the start."
SLOT = (NOW + HOUR).isoformat()
HELD = {"went_well": WORDS, "barrier": WORDS, "actions": ["Start with a plan"]}
MOVED = {"reason": WORDS, "times": [SLOT]}


def mistakes(key: str, outcome: str, form: dict[str, Any], *, at: datetime | None = NOW) -> dict[str, str]:
    try:
        filled_in(key, outcome=outcome, form=form, at=at)
    except ValidationError as wrong:
        return {".".join(map(str, one["loc"])): one["msg"] for one in wrong.errors()}
    return {}


@pytest.mark.parametrize(
    ("key", "outcome", "form", "wanting"),
    [
        ("coaching_offer", "accepted", {"times": [SLOT]}, set()),
        ("coaching_offer", "accepted", {}, {"times"}),
        ("coaching_offer", "declined", {"reason": WORDS}, set()),
        ("coaching_offer", "declined", {}, {"reason"}),
        ("coaching_offer", "not_needed", {}, set()),
        ("coaching_times", "times_offered", {"times": [SLOT]}, set()),
        ("coaching_times", "times_offered", {}, {"times"}),
        ("coaching_times", "closed", {}, {"reason"}),
        ("coaching_phone", "time_agreed", {"agreed_at": SLOT}, set()),
        ("coaching_phone", "time_agreed", {}, {"agreed_at"}),
        ("coaching_phone", "tutor_declined", {}, {"reason"}),
        ("coaching_phone", "unreachable", {}, set()),
        ("coaching_decision", "closed", {}, {"reason"}),
        ("coaching_decision", "retention_interview", {}, {"reason"}),
        ("coaching_call", "held", HELD, set()),
        ("coaching_call", "held", {}, {"went_well", "barrier", "actions"}),
        ("coaching_call", "tutor_no_show", {}, set()),
        ("coaching_call", "rescheduled", MOVED, set()),
        ("coaching_call", "rescheduled", {}, {"reason", "times"}),
        ("coaching_follow_up", "looked_at", {"remark": WORDS}, set()),
        ("coaching_follow_up", "looked_at", {"action_1_done": True}, {"remark"}),
    ],
)
def test_each_answer_wants_what_it_cannot_do_without(
    key: str, outcome: str, form: dict[str, Any], wanting: set[str]
) -> None:
    assert set(mistakes(key, outcome, form)) == wanting


@pytest.mark.parametrize(
    ("time", "good"),
    [
        (NOW, False),
        (NOW + HOUR / 60, True),
        (NOW + COACHING_TIMES_AHEAD, True),
        (NOW + COACHING_TIMES_AHEAD + HOUR / 60, False),
    ],
)
def test_a_time_lies_ahead_but_not_too_far(time: datetime, good: bool) -> None:
    found = mistakes("coaching_offer", "accepted", {"times": [SLOT, time.isoformat()]})
    assert set(found) == (set() if good else {"times.1"})
    assert mistakes("coaching_offer", "accepted", {"times": [time.isoformat()]}, at=None) == {}


def test_a_time_without_its_zone_is_no_instant() -> None:
    assert "times.0" in mistakes("coaching_offer", "accepted", {"times": ["2026-03-03T10:00"]})


@pytest.mark.parametrize(("count", "good"), [(3, True), (4, False)])
def test_three_times_are_enough(count: int, good: bool) -> None:
    times = [(NOW + HOUR * (1 + i)).isoformat() for i in range(count)]
    assert (mistakes("coaching_offer", "accepted", {"times": times}) == {}) is good


@pytest.mark.parametrize(("count", "good"), [(2, True), (3, False)])
def test_two_actions_are_enough(count: int, good: bool) -> None:
    assert (mistakes("coaching_call", "held", HELD | {"actions": ["Do a thing"] * count}) == {}) is good


def test_times_are_kept_in_order_and_each_once() -> None:
    later = (NOW + 2 * HOUR).isoformat()
    form: Any = filled_in("coaching_offer", outcome="accepted", form={"times": [later, SLOT]}, at=NOW)
    assert form.times == [NOW + HOUR, NOW + 2 * HOUR]
    assert "twice" in mistakes("coaching_offer", "accepted", {"times": [SLOT, SLOT]})["times"]


def test_what_an_answer_does_not_ask_for_is_let_go() -> None:
    form: Any = filled_in("coaching_call", outcome="held", form=HELD | MOVED, at=NOW)
    assert (form.times, form.reason) == ([], None)
