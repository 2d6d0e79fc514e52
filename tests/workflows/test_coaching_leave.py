"""A tutor's leave in a coaching case: what waits for them stands, and nothing is held against them."""

from datetime import timedelta

import pytest

from retention.vocabulary import Letter, Outcome, SlaState, TaskKind
from tests.testbed.rehearsal import Says
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
    assert case.when("send_letter", Letter.COACHING_CALLED_OFF)[0] == DAY
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


def test_a_leave_that_begins_in_the_night_holds_the_letter_of_the_morning_back() -> None:
    morning = MONDAY + DAY
    case = Rehearsed({OFFER: [Says("accepted", FAR)]}, opens_at=lambda at: max(at, morning))
    case.away(DAY / 2)
    case.back(4 * DAY)
    case.leaves(5 * DAY)
    case.play()
    assert case.when("send_letter", TIMES) == [4 * DAY]


def test_a_tutor_who_comes_back_in_the_night_is_written_to_in_the_morning() -> None:
    morning = MONDAY + 4 * DAY
    case = Rehearsed(
        {OFFER: [Says("accepted", FAR)]},
        opens_at=lambda at: morning if morning - DAY / 2 <= at < morning else at,
    )
    case.away(HOUR / 2)
    case.back(4 * DAY - HOUR)
    case.leaves(5 * DAY)
    case.play()
    assert case.when("send_letter", TIMES) == [4 * DAY]


@pytest.mark.parametrize(("until", "moved"), [(7 * DAY, False), (7 * DAY + HOUR / 60, True), (None, True)])
def test_a_leave_with_a_planned_end_moves_only_a_call_that_lies_in_it(
    until: timedelta | None, moved: bool
) -> None:
    people = {OFFER: [Says("accepted", FAR)], CALL: [HELD_LATER], FOLLOW_UP: [LOOKS]}
    case = Rehearsed(people, {TIMES: [CHOOSES]})
    case.away(DAY, until=until, name="a")
    case.back(7 * DAY, name="a")
    if moved:
        case.ended_outside(NEW_TIMES, 10 * DAY)
    case.play()
    assert ("called_off" in case.letters()) == moved


def test_a_leave_that_is_prolonged_over_the_call_moves_it() -> None:
    case = Rehearsed({OFFER: [Says("accepted", FAR)], CALL: [HELD_LATER]}, {TIMES: [CHOOSES]})
    case.away(DAY, until=2 * DAY, name="a")
    case.away(2 * DAY - HOUR, until=8 * DAY, name="a")
    case.leaves(5 * DAY)
    case.play()
    assert case.when("send_letter", Letter.COACHING_CALLED_OFF) == [2 * DAY - HOUR]


def test_an_older_leave_that_becomes_known_does_not_end_the_present_one() -> None:
    case = Rehearsed({OFFER: [Says("accepted", FAR, after=3 * HOUR)]})
    case.away(HOUR, name="now")
    case.away(2 * HOUR, since=-10 * DAY, name="old")
    case.back(2 * HOUR, since=-5 * DAY, name="old")
    case.leaves(5 * DAY)
    case.play()
    assert case.letters() == []
    assert "Of a leave that is over we have heard only now; the tutor is on leave still." in case.notes()


# Planned to the ninth day and not over then, it is due two days on; a leave without a plan has no such day.
@pytest.mark.parametrize(("planned", "after", "level"), [(None, 25, 0), (9 * DAY, 10, 0), (9 * DAY, 14, 1)])
def test_an_open_task_does_not_escalate_while_its_clock_stands(
    planned: timedelta | None, after: int, level: int
) -> None:
    case = Rehearsed({OFFER: [Says("accepted", times(MONDAY + 28 * DAY))]})
    opens = 2 * DAY + HOUR  # the call to arrange, due a day later
    case.away(opens + HOUR, until=planned, name="a")
    case.leaves(after * DAY)
    case.play()
    memory = case.task(PHONE).memory
    assert memory.escalation_level == level


def test_an_open_task_is_due_later_by_the_leave() -> None:
    case = Rehearsed({OFFER: [Says("accepted", times(MONDAY + 28 * DAY))]})
    case.away(2 * DAY + 2 * HOUR, name="a")
    case.back(7 * DAY + 2 * HOUR, name="a")
    case.leaves(8 * DAY)
    case.play()
    task = case.task(PHONE)
    assert task.memory.due_at == task.task.plan.due_at + 5 * DAY
    assert task.memory.escalation_level == 0


def test_a_due_date_set_by_hand_stays_whatever_becomes_known_of_a_leave() -> None:
    case = Rehearsed({OFFER: [Says("accepted", times(MONDAY + 28 * DAY))]})
    by_hand = case.begins + 6 * DAY
    case.dates(PHONE, by_hand, after=2 * DAY + 2 * HOUR)
    case.away(2 * DAY + 3 * HOUR, name="a")
    case.back(7 * DAY + 2 * HOUR, name="a")
    case.leaves(8 * DAY)
    case.play()
    memory = case.task(PHONE).memory
    assert (memory.due_at, memory.sla_state, memory.escalation_level) == (by_hand, SlaState.BREACHED, 1)


def test_a_task_that_is_opened_during_a_leave_stands_still_from_the_outset() -> None:
    case = Rehearsed({OFFER: [ACCEPTS]}, {TIMES: [Says("none_suits", after=DAY)]})
    case.away(2 * HOUR, name="a")
    case.leaves(20 * DAY)
    case.play()
    assert (case.task(NEW_TIMES).memory.ladder, case.task(NEW_TIMES).memory.escalation_level) == ([], 0)
