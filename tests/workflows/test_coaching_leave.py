"""A tutor's leave in a coaching case: what waits for them stands, and nothing is held against them."""

from datetime import timedelta

import pytest

from retention.vocabulary import Letter, Outcome, TaskKind
from tests.workflows.coaching_people import (
    ACCEPTS,
    CHOOSES,
    DAY,
    HOLDS,
    HOUR,
    LATER,
    LOOKS,
    MONDAY,
    WORDS,
    Rehearsed,
    Says,
    times,
)

OFFER, CALL, FOLLOW_UP = TaskKind.COACHING_OFFER, TaskKind.COACHING_CALL, TaskKind.COACHING_FOLLOW_UP
NEW_TIMES, PHONE = TaskKind.COACHING_TIMES, TaskKind.COACHING_PHONE
TIMES = Letter.COACHING_TIMES
FAR = times(*LATER)
HELD_LATER = Says("held", HOLDS.form, after=9 * DAY)


def opened(case: Rehearsed, kind: TaskKind) -> timedelta:
    return case.task(kind).task.opened_at - case.begins


def straight() -> Rehearsed:
    people = {OFFER: [ACCEPTS], CALL: [HOLDS], FOLLOW_UP: [LOOKS]}
    return Rehearsed(people, {TIMES: [CHOOSES]})


@pytest.mark.parametrize(
    ("back", "phoned"),
    [(9 * DAY, 2 * DAY + HOUR + 8 * DAY), (None, None)],
)
def test_a_leave_stops_the_clocks_that_wait_for_the_tutor(
    back: timedelta | None, phoned: timedelta | None
) -> None:
    far = times(MONDAY + 20 * DAY)
    people = {OFFER: [Says("accepted", far)], PHONE: [Says("tutor_declined", {"reason": WORDS})]}
    case = Rehearsed(people)
    case.away(DAY)
    if back is None:
        case.answers("times_1", "no_thanks", 10 * DAY)  # who is away may answer all the same
    else:
        case.back(back)
    assert case.play().outcome is Outcome.DECLINED_BY_TUTOR
    assert case.kinds() == (["offer", "phone"] if phoned else ["offer"])
    if phoned:
        assert opened(case, PHONE) == phoned


def test_after_a_leave_the_clocks_wait_for_the_ramp_up() -> None:
    far = times(MONDAY + 20 * DAY)
    people = {OFFER: [Says("accepted", far)], PHONE: [Says("tutor_declined", {"reason": WORDS})]}
    case = Rehearsed(people)
    case.away(DAY)
    case.back(4 * DAY, ramp_up=3 * DAY)
    case.play()
    assert opened(case, PHONE) == 8 * DAY + HOUR  # a day and an hour were left on Tuesday morning


def test_nobody_is_written_to_while_on_leave() -> None:
    people = {OFFER: [Says("accepted", FAR)], CALL: [HELD_LATER], FOLLOW_UP: [LOOKS]}
    case = Rehearsed(people, {TIMES: [CHOOSES]})
    case.away(HOUR / 2)
    case.back(3 * DAY)
    assert case.play().outcome is Outcome.IMPROVED
    assert case.when("send_letter", TIMES) == [3 * DAY]


def test_a_call_that_lies_in_a_leave_is_moved_and_that_does_not_count() -> None:
    again = Says("rescheduled", {"reason": WORDS, **times(MONDAY + 20 * DAY)}, after=HOUR)
    more = Says("rescheduled", {"reason": WORDS, **times(MONDAY + 21 * DAY)}, after=HOUR)
    people = {
        OFFER: [ACCEPTS],
        FOLLOW_UP: [LOOKS],
        CALL: [HOLDS, again, more, Says("held", HOLDS.form, after=20 * DAY)],
    }
    late = Says("times_offered", times(MONDAY + 12 * DAY))
    case = Rehearsed(people | {NEW_TIMES: [late]}, {TIMES: [CHOOSES] * 5})
    case.away(DAY)
    case.back(9 * DAY)
    assert case.play().outcome is Outcome.IMPROVED  # moved for leave, and twice after that
    assert case.letters()[:3] == ["times", "scheduled", "called_off"]
    assert case.when("send_letter", Letter.COACHING_CALLED_OFF) == [DAY]
    new = next(task for task in case.stage.tasks if task.task.kind is NEW_TIMES)
    assert new.task.opened_at == MONDAY + 9 * DAY


def test_a_leave_that_begins_after_the_call_leaves_it_alone() -> None:
    case = straight()
    case.away(DAY, since=3 * DAY)
    case.back(9 * DAY)
    assert case.play().outcome is Outcome.IMPROVED
    assert "called_off" not in case.letters()


def test_a_leave_that_is_over_before_the_call_is_known_of_too_late_to_matter() -> None:
    case = straight()
    case.away(2 * DAY + 6 * HOUR, since=2 * DAY)  # told after the call's time: whoever called knows better
    case.back(9 * DAY)
    assert case.play().outcome is Outcome.IMPROVED
    assert "called_off" not in case.letters()


def test_a_leave_over_the_follow_up_puts_it_off() -> None:
    case = straight()
    case.away(10 * DAY)
    case.back(30 * DAY)
    case.play()
    assert case.task(FOLLOW_UP).task.opened_at == MONDAY + 30 * DAY
