"""The coaching call: held, moved, missed, or crossed by a leave."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from retention.messages.tasks import Comment, Replan, Withdraw
from retention.vocabulary import Letter, Outcome, TaskKind
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
    OFFERS,
    SLOTS,
    WORDS,
    Rehearsed,
    times,
)
from workflows.rehearsal import RehearsedTask

OFFER, CALL, FOLLOW_UP = TaskKind.COACHING_OFFER, TaskKind.COACHING_CALL, TaskKind.COACHING_FOLLOW_UP
NEW_TIMES, DECISION = TaskKind.COACHING_TIMES, TaskKind.COACHING_DECISION
PHONE = TaskKind.COACHING_PHONE
TIMES, SCHEDULED = Letter.COACHING_TIMES, Letter.COACHING_SCHEDULED
MISSES = Says("tutor_no_show", after=2 * DAY + 5 * HOUR)
MOVES = Says("rescheduled", {"reason": WORDS, **times(MONDAY + 14 * DAY)}, after=HOUR)
GIVES_UP = Says("closed", {"reason": WORDS})
ANOTHER = Says("another_time", remark="A funeral.")
HOLDS_LATE = Says("held", HOLDS.form, after=12 * DAY)


def arranged(
    calls: list[Says], *, scheduled: list[Says] | None = None, new_times: int = 5, **people: list[Says]
) -> Rehearsed:
    """A tutor who chooses the first of any times; `calls` is what comes of each call."""
    asked = {OFFER: [ACCEPTS], CALL: calls, FOLLOW_UP: [LOOKS], NEW_TIMES: [OFFERS] * new_times}
    asked |= {DECISION: people.get("decision", [])}
    return Rehearsed(asked, {TIMES: [CHOOSES] * 9, SCHEDULED: scheduled or []})


def appointments(case: Rehearsed) -> list[datetime | None]:
    """When the call was to be, as the case told it."""
    told = [progress.appointment_at for progress in case.told()]
    return [at for i, at in enumerate(told) if i == 0 or told[i - 1] != at]


def test_a_case_tells_when_its_call_is_and_that_it_is_off_when_it_is_moved() -> None:
    case = arranged([MISSES, HOLDS_LATE])
    case.play()
    assert appointments(case) == [None, SLOTS[0], None, LATER[0]]


class Watched(Rehearsed):
    """What the case had told of its call when each task was opened."""

    def _asked(self, task: RehearsedTask) -> None:
        self.known = {**getattr(self, "known", {}), task.task.kind: self.told()[-1:]}
        super()._asked(task)


def test_whoever_opens_the_task_of_a_call_finds_when_it_is() -> None:
    case = Watched({OFFER: [ACCEPTS], CALL: [HOLDS], FOLLOW_UP: [LOOKS]}, {TIMES: [CHOOSES]})
    case.play()
    (told,) = case.known[CALL]
    assert (told.step, told.appointment_at) == ("scheduled", SLOTS[0])


def test_a_call_that_will_not_be_is_no_appointment() -> None:
    case = arranged([])
    case.leaves(2 * DAY)
    case.play()
    assert appointments(case) == [None, SLOTS[0], None]


def entries(case: Rehearsed) -> list[tuple[str, int, bool]]:
    """What became of the entry in the tutor's calendar."""
    said = [wish.invitation for wish in case.wishes() if wish.invitation is not None]
    return [(entry.uid, entry.sequence, entry.cancelled) for entry in said]


def test_the_tutor_gets_an_entry_for_the_calendar() -> None:
    case = arranged([HOLDS])
    case.play()
    (wish,) = [wish for wish in case.wishes() if wish.letter is SCHEDULED]
    assert wish.invitation is not None
    assert (wish.invitation.starts_at, wish.invitation.minutes) == (SLOTS[0], 30)
    assert entries(case) == [("coaching/10023/1/call", 0, False)]


def test_a_tutor_who_misses_the_call_once_is_offered_other_times() -> None:
    case = arranged([MISSES, HOLDS_LATE])
    assert case.play().outcome is Outcome.IMPROVED
    assert case.steps()[3:8] == ["scheduled", "tutor_no_show", "times_offered", "scheduled", "held"]
    assert case.kinds() == ["offer", "call", "times", "call", "follow_up"]


def test_a_tutor_who_misses_the_call_twice_is_a_fact_for_a_retention_interview() -> None:
    case = arranged([MISSES, Says("tutor_no_show", after=12 * DAY)])
    assert case.play().outcome is Outcome.EXPIRED
    assert case.steps()[-1] == "tutor_no_show"
    assert case.notes()[-1] == "The tutor has missed the call 2 times: a fact for a retention interview."
    assert case.told()[-1].acted_at is None


def test_a_manager_may_move_the_call_twice() -> None:
    again = Says("rescheduled", {"reason": WORDS, **times(MONDAY + 15 * DAY)}, after=HOUR)
    case = arranged([MOVES, again, Says("held", HOLDS.form, after=15 * DAY)])
    assert case.play().outcome is Outcome.IMPROVED
    assert case.kinds() == ["offer", "call", "call", "call", "follow_up"]
    assert [sequence for _, sequence, _ in entries(case)] == [0, 1, 2, 3, 4]
    assert [cancelled for _, _, cancelled in entries(case)] == [False, True, False, True, False]
    assert len({uid for uid, _, _ in entries(case)}) == 1


def test_moved_a_third_time_it_is_a_decision() -> None:
    again = Says("rescheduled", {"reason": WORDS, **times(MONDAY + 15 * DAY)}, after=HOUR)
    case = arranged([MOVES, again, again], decision=[GIVES_UP])
    heard: list[str] = []
    case.at(7.5 * HOUR, lambda: heard.append(case.comments(DECISION)))
    assert case.play().outcome is Outcome.EXPIRED
    assert case.steps()[-2:] == ["rescheduled", "closed"]
    assert heard == ["The call was to be moved more than 2 times."]
    assert entries(case)[-1] == ("coaching/10023/1/call", 5, True)  # it leaves the tutor's calendar


def test_a_tutor_may_ask_for_another_time_before_the_call() -> None:
    case = arranged([HOLDS, HOLDS_LATE], scheduled=[ANOTHER])
    assert case.play().outcome is Outcome.IMPROVED
    assert case.steps()[3:7] == ["scheduled", "rescheduled", "times_offered", "scheduled"]
    first = next(task for task in case.stage.tasks if task.task.kind is CALL)
    assert first.memory.close_reason == "The tutor has asked for another time."
    entry = "coaching/10023/1/call"
    assert entries(case) == [(entry, 0, False), (entry, 1, True), (entry, 2, False)]


def test_whoever_offers_other_times_reads_why() -> None:
    case = arranged([HOLDS], scheduled=[ANOTHER], new_times=0)
    heard: list[str] = []
    case.at(DAY, lambda: heard.append(case.comments(NEW_TIMES)))
    case.ended_outside(NEW_TIMES, 2 * DAY)
    case.play()
    assert heard == ["The tutor has asked for another time. They write: A funeral."]


def test_a_tutor_who_asks_for_another_time_a_third_time_is_a_decision() -> None:
    never_held = [Says("held", HOLDS.form, after=90 * DAY)] * 3
    case = arranged(never_held, scheduled=[ANOTHER] * 3, decision=[GIVES_UP])
    assert case.play().outcome is Outcome.EXPIRED
    assert case.kinds() == ["offer", "call", "times", "call", "times", "call", "decision"]


def test_after_the_call_another_time_can_no_longer_be_asked_for() -> None:
    case = arranged([Says("held", HOLDS.form, after=3 * DAY)])
    case.answers("scheduled_1", "another_time", 2 * DAY + 5 * HOUR + HOUR / 60)
    assert case.play().outcome is Outcome.IMPROVED
    assert [receipt.taken for receipt in case.receipts] == [True, False]


def test_the_tutor_who_leaves_with_a_call_ahead_gets_no_more_mail() -> None:
    case = arranged([HOLDS])
    case.leaves(DAY)
    assert case.play().outcome is Outcome.CHURNED
    assert case.letters() == ["times", "scheduled"]


@pytest.mark.parametrize("hour", [timedelta(), HOUR])
def test_a_call_that_is_called_off_by_night_is_told_in_the_morning(hour: timedelta) -> None:
    morning = MONDAY + DAY + hour
    case = Rehearsed(
        {OFFER: [ACCEPTS]},
        {TIMES: [CHOOSES]},
        opens_at=lambda at: morning if MONDAY + 20 * HOUR <= at < morning else at,
    )
    case.ended_outside(CALL, 20 * HOUR)
    assert case.play().outcome is Outcome.WITHDRAWN
    assert case.when("send_letter", Letter.COACHING_CALLED_OFF) == [DAY + hour]


def test_a_tutor_whose_call_is_moved_reads_that_the_old_time_is_off() -> None:
    people = {OFFER: [ACCEPTS], CALL: [MOVES], PHONE: [Says("unreachable")], DECISION: [GIVES_UP]}
    case = Rehearsed(people, {TIMES: [CHOOSES]})  # and is silent from then on
    assert case.play().outcome is Outcome.EXPIRED
    assert case.letters()[:4] == ["times", "scheduled", "called_off", "times"]
    off = case.wishes()[2]
    assert (off.about["starts_at"], off.about["moved"]) == (SLOTS[0].isoformat().replace("+00:00", "Z"), True)
    assert [(sequence, cancelled) for _, sequence, cancelled in entries(case)] == [(0, False), (1, True)]


def in_one_moment(*acts: Callable[[], None]) -> Callable[[], None]:
    """What a worker that was down for a while hears at once."""

    def happens() -> None:
        for act in acts:
            act()

    return happens


def test_a_tutor_who_has_left_is_told_of_no_moved_call() -> None:
    case = arranged([])
    case.at(DAY, in_one_moment(lambda: case.completes(CALL, MOVES), case.resigns))
    assert case.play().outcome is Outcome.CHURNED
    assert "called_off" not in case.letters()


def test_a_call_that_was_held_is_kept_when_the_tutor_leaves_in_the_same_moment() -> None:
    case = arranged([])
    case.at(3 * DAY, in_one_moment(lambda: case.completes(CALL, HOLDS), case.resigns))
    assert case.play().outcome is Outcome.CHURNED
    assert case.told()[-1].acted_at == SLOTS[0]
    (kept,) = case.asked("record_actions")
    assert [action.words for action in kept.actions] == HOLDS.form["actions"]
    assert case.letters() == ["times", "scheduled"]


def test_what_is_seen_at_the_follow_up_is_kept_when_the_tutor_leaves_in_the_same_moment() -> None:
    case = Rehearsed({OFFER: [ACCEPTS], CALL: [HOLDS]}, {TIMES: [CHOOSES]})
    case.at(20 * DAY, in_one_moment(lambda: case.completes(FOLLOW_UP, LOOKS), case.resigns))
    assert case.play().outcome is Outcome.CHURNED
    kept = case.asked("record_actions")[-1]
    assert [action.done_at is not None for action in kept.actions] == [True, False]


def test_a_call_that_was_held_is_kept_when_it_is_written_down_as_the_case_takes_it_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = arranged([])

    def in_the_gap() -> None:
        task = case.task(CALL)
        tell = task.tell

        async def late(name: str, message: Comment | Replan | Withdraw) -> None:
            case.completes(CALL, HOLDS)
            await tell(name, message)

        monkeypatch.setattr(task, "tell", late)
        case.answers("scheduled_1", "another_time", 2 * DAY)

    case.at(DAY, in_the_gap)
    assert case.play().outcome is Outcome.IMPROVED
    assert (case.told()[-1].acted_at, case.kinds()) == (MONDAY + 2 * DAY, ["offer", "call", "follow_up"])


@pytest.mark.parametrize(
    ("call", "due"),
    [
        (4 * DAY + 6 * HOUR, 4 * DAY + 8 * HOUR),  # Friday 15:00: by the five business days, as ever
        (4 * DAY + 7 * HOUR, 7 * DAY + HOUR / 2),  # ends at 16:30: an office hour later is Monday 9:30
        (14 * DAY, 14 * DAY + HOUR * 3 / 2),
    ],
)
def test_a_call_is_not_due_before_it_was_held(call: timedelta, due: timedelta) -> None:
    held = Says("held", HOLDS.form, after=call)
    people = {OFFER: [Says("accepted", times(MONDAY + call))], CALL: [held], FOLLOW_UP: [LOOKS]}
    case = Rehearsed(people, {TIMES: [CHOOSES]})
    case.play()
    assert case.task(CALL).task.plan.due_at == MONDAY + due
