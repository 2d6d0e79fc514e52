"""When a coaching task is due: what moves it, what does not, and that the case says the same."""

from datetime import datetime, timedelta

import pytest

from retention.vocabulary import SlaState, TaskAct, TaskKind
from tests.testbed.rehearsal import Says
from tests.workflows.coaching_people import DAY, HOUR, LATER, MONDAY, WORDS, Rehearsed, times

OFFER, PHONE = TaskKind.COACHING_OFFER, TaskKind.COACHING_PHONE
DUE = MONDAY + 2 * DAY  # of an offer; from Tuesday 13:48 on, four fifths of its office time, it is due soon
SOON = DAY + 6 * HOUR  # Tuesday 15:00
DECLINES = {OFFER: [Says("declined", {"reason": WORDS}, after=10 * DAY)]}


def reminders(case: Rehearsed, kind: TaskKind) -> list[datetime]:
    """When the open task is still going to remind."""
    return [rung.at for rung in case.task(kind).memory.ladder if rung.act is TaskAct.REMINDED]


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_leave_that_moves_nothing_leaves_the_task_as_it_stands(by_hand: bool) -> None:
    case = Rehearsed(DECLINES)
    seen = []
    if by_hand:
        case.dates(OFFER, DUE + HOUR, after=HOUR)
    case.at(SOON - HOUR / 10, lambda: seen.append(case.task(OFFER).memory))
    case.away(SOON, since=-30 * DAY, until=-20 * DAY, name="old")
    case.back(SOON, since=-20 * DAY, name="old")
    case.at(SOON + HOUR, lambda: seen.append(case.task(OFFER).memory))
    case.play()
    before, after = seen
    assert after.last is not None
    assert before.sla_state is after.sla_state is SlaState.AT_RISK
    assert (after.due_at, after.ladder) == (before.due_at, before.ladder)
    told = "Of a leave that is over we have heard only now"
    assert after.last.note.startswith(told) or after.last.note.startswith("The tutor is back from leave")


def test_a_task_that_is_due_soon_stays_so_when_its_clock_moves_by_less_than_that() -> None:
    case = Rehearsed(DECLINES)
    seen = []
    case.away(SOON, until=SOON + HOUR, name="a")
    case.at(SOON + 2 * HOUR, lambda: seen.append(case.task(OFFER).memory))
    case.play()
    assert seen[0].due_at == DUE + HOUR
    assert seen[0].sla_state is SlaState.AT_RISK


def test_reminders_are_laid_by_the_clock_and_not_by_the_days_of_a_leave() -> None:
    case = Rehearsed({OFFER: [Says("accepted", times(*LATER, MONDAY + 28 * DAY))]})
    opened = 2 * DAY + HOUR  # the telephone task, Wednesday 10:00, due a day later
    left: list[datetime] = []
    case.away(opened + HOUR, until=opened + 8 * DAY, name="a")
    case.at(opened + 2 * HOUR, lambda: left.extend(reminders(case, PHONE)))
    case.leaves(opened + 3 * HOUR)
    case.play()
    back = MONDAY + opened + 8 * DAY
    assert case.task(PHONE).memory.due_at > back
    assert left
    assert min(left) >= back


def test_a_clock_that_goes_on_where_it_stood_reminds_again() -> None:
    case = Rehearsed(DECLINES)
    left: list[datetime] = []
    case.away(HOUR, name="a")
    case.back(2 * HOUR, since=HOUR, name="a")  # it was none
    case.at(3 * HOUR, lambda: left.extend(reminders(case, OFFER)))
    case.play()
    assert case.task(OFFER).task.plan.due_at == DUE
    assert len(left) == 2


def until(case: Rehearsed) -> datetime | None:
    """Until when the case says that it waits."""
    return case.told()[-1].waiting_until


def test_a_due_date_set_by_hand_is_the_cases_own_from_then_on() -> None:
    case = Rehearsed(DECLINES)
    by_hand, said = DUE + 3 * DAY, list[datetime | None]()
    case.dates(OFFER, by_hand, after=HOUR)
    case.away(2 * HOUR, until=8 * HOUR, name="a")
    for after in (0.5, 1.5, 2.5):
        case.at(after * HOUR, lambda: said.append(until(case)))
    case.play()
    assert said == [DUE, by_hand, by_hand]


def test_what_a_case_shows_of_its_wait_follows_a_due_date_set_by_hand() -> None:
    case = Rehearsed(DECLINES)
    case.dates(OFFER, DUE + 3 * DAY, after=HOUR)
    case.play()
    at, words = case.stage.shown[1]
    assert (at - MONDAY, "until Sat 7 Mar 2026 09:00 UTC" in words) == (timedelta(hours=1), True)
