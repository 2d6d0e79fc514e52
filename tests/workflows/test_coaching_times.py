"""How a coaching case comes to a time: the letters, the telephone, and the decision when neither helps."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from retention.messages.letters import LetterNews, LetterWish
from retention.vocabulary import CaseState, Letter, LetterState, MailEvent, Outcome, TaskKind
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
    WORDS,
    Rehearsed,
    times,
)
from workflows.tutor_side import LATE, PASSED

OFFER, CALL, FOLLOW_UP = TaskKind.COACHING_OFFER, TaskKind.COACHING_CALL, TaskKind.COACHING_FOLLOW_UP
NEW_TIMES, PHONE, DECISION = TaskKind.COACHING_TIMES, TaskKind.COACHING_PHONE, TaskKind.COACHING_DECISION
TIMES, REMINDER = Letter.COACHING_TIMES, Letter.COACHING_TIMES_REMINDER
FRIDAY = MONDAY + 4 * DAY + 6 * HOUR  # accepted an hour later: Friday 16:00
FAR = times(*LATER)
HELD_LATER = Says("held", HOLDS.form, after=9 * DAY)
REACHED = Says("time_agreed", {"agreed_at": (MONDAY + 4 * DAY).isoformat()})
GIVES_UP = Says("closed", {"reason": WORDS})


def silent(*after: tuple[TaskKind, Says], **world: Any) -> Rehearsed:
    """A tutor who answers no letter; people do `after`."""
    people = {OFFER: [Says("accepted", FAR)], CALL: [HELD_LATER], FOLLOW_UP: [LOOKS]}
    return Rehearsed(people | {kind: [said] for kind, said in after}, **world)


def opened(case: Rehearsed, kind: TaskKind) -> timedelta:
    return case.task(kind).task.opened_at - case.begins


# The letter is written at 10:00 on Monday, or at 16:00 on Friday; its clocks skip the weekend.
@pytest.mark.parametrize(
    ("begins", "reminded", "phoned"),
    [(MONDAY, DAY + HOUR, 2 * DAY + HOUR), (FRIDAY, 3 * DAY + HOUR, 4 * DAY + HOUR)],
)
def test_a_tutor_who_does_not_answer_is_reminded_and_then_called(
    begins: datetime, reminded: timedelta, phoned: timedelta
) -> None:
    late = [(begins + 10 * DAY), (begins + 11 * DAY)]
    people = {OFFER: [Says("accepted", times(*late))], PHONE: [Says("tutor_declined", {"reason": WORDS})]}
    case = Rehearsed(people, begins=begins)
    assert case.play().outcome is Outcome.DECLINED_BY_TUTOR
    assert case.when("send_letter", REMINDER) == [reminded]
    assert opened(case, PHONE) == phoned


@pytest.mark.parametrize(("after", "letters"), [(DAY, ["times"]), (DAY + HOUR, ["times", "times_reminder"])])
def test_an_answer_within_a_day_saves_the_reminder(after: timedelta, letters: list[str]) -> None:
    people = {OFFER: [Says("accepted", FAR)], CALL: [HELD_LATER], FOLLOW_UP: [LOOKS]}
    case = Rehearsed(people, {TIMES: [Says("slot_2", after=after)]})
    assert case.play().outcome is Outcome.IMPROVED
    assert case.letters()[: len(letters) + 1] == [*letters, "scheduled"]
    assert case.task(CALL).task.opened_at == MONDAY + HOUR + after


def test_a_tutor_who_cannot_be_reached_at_all_is_a_decision_after_five_days() -> None:
    case = silent((PHONE, Says("unreachable")), (DECISION, GIVES_UP))
    assert case.play().outcome is Outcome.EXPIRED
    assert opened(case, DECISION) == 7 * DAY + HOUR  # 40 office hours after Monday 10:00
    assert case.steps() == ["recommended", "accepted", "times_offered", "closed"]
    assert case.notes()[-1] == WORDS


def test_a_telephone_that_nobody_picks_up_for_five_days_is_taken_back() -> None:
    case = silent((DECISION, GIVES_UP))
    assert case.play().outcome is Outcome.EXPIRED
    assert case.task(PHONE).memory.close_reason == "No time could be agreed on, by letter or by telephone."
    assert opened(case, DECISION) == 7 * DAY + HOUR


def test_the_decision_may_hand_the_tutor_on() -> None:
    case = silent((PHONE, Says("unreachable")), (DECISION, Says("retention_interview", {"reason": WORDS})))
    assert case.play().outcome is Outcome.SUPERSEDED
    assert case.notes()[-1] == f"Handed on to a retention interview: {WORDS}"


def test_a_time_agreed_on_the_telephone_is_confirmed_by_mail() -> None:
    case = silent((PHONE, REACHED))
    assert case.play().outcome is Outcome.IMPROVED
    assert case.letters() == ["times", "times_reminder", "scheduled", "actions"]
    assert case.wishes()[2].about["starts_at"] == "2026-03-06T09:00:00Z"


def test_an_answer_by_mail_takes_the_telephone_task_back() -> None:
    case = silent()
    case.answers("times_1", "slot_1", 2 * DAY + 3 * HOUR)
    assert case.play().outcome is Outcome.IMPROVED
    assert case.task(PHONE).memory.close_reason == "The tutor has answered by mail."
    assert case.receipts[0].taken


def test_an_answer_by_mail_after_a_call_without_answer_is_taken() -> None:
    case = silent((PHONE, Says("unreachable")))
    case.answers("times_1", "slot_1", 4 * DAY)
    assert case.play().outcome is Outcome.IMPROVED
    assert case.kinds() == ["offer", "phone", "call", "follow_up"]


def test_an_answer_by_mail_comes_before_the_decision() -> None:
    people = {OFFER: [Says("accepted", times(MONDAY + 9 * DAY))], CALL: [HELD_LATER], FOLLOW_UP: [LOOKS]}
    case = Rehearsed(people | {PHONE: [Says("unreachable")]})
    case.answers("times_1", "slot_1", 8 * DAY)
    assert case.play().outcome is Outcome.IMPROVED
    assert case.task(DECISION).memory.close_reason == "The tutor has answered by mail."


@pytest.mark.parametrize("after", [DAY, 2 * DAY + 3 * HOUR])
def test_a_tutor_whom_none_of_the_times_suits_gets_other_ones(after: timedelta) -> None:
    people = {OFFER: [Says("accepted", FAR)], NEW_TIMES: [OFFERS], CALL: [HELD_LATER], FOLLOW_UP: [LOOKS]}
    none = Says("none_suits", after=after - HOUR)
    case = Rehearsed(people, {TIMES: [none, CHOOSES]})
    assert case.play().outcome is Outcome.IMPROVED
    assert "times" in case.kinds()
    assert [wish.question.step for wish in case.wishes() if wish.letter is TIMES and wish.question] == [
        "times_1",
        "times_2",
    ]


def test_whoever_is_asked_for_new_times_may_give_it_up() -> None:
    people = {OFFER: [ACCEPTS], NEW_TIMES: [GIVES_UP]}
    case = Rehearsed(people, {TIMES: [Says("none_suits")]})
    assert case.play().outcome is Outcome.EXPIRED


@pytest.mark.parametrize(("remark", "words"), [("", ""), ("No time.", " They write: No time.")])
def test_a_tutor_may_prefer_no_call(remark: str, words: str) -> None:
    case = Rehearsed({OFFER: [ACCEPTS]}, {TIMES: [Says("no_thanks", remark=remark)]})
    assert case.play().outcome is Outcome.DECLINED_BY_TUTOR
    assert case.notes()[-1] == f"The tutor would rather have no call.{words}"


@pytest.mark.parametrize("state", [LetterState.FAILED, LetterState.SUPPRESSED])
def test_a_letter_that_cannot_be_sent_is_a_telephone_call_at_once(state: LetterState) -> None:
    def posted(wish: LetterWish) -> LetterState:
        return state if wish.letter is TIMES else LetterState.SENT

    case = silent((PHONE, REACHED), posted=posted)
    assert case.play().outcome is Outcome.IMPROVED
    assert opened(case, PHONE) == HOUR
    assert case.letters() == ["times", "scheduled", "actions"]


@pytest.mark.parametrize(
    ("event", "phoned"), [(MailEvent.BOUNCE, 3 * HOUR), (MailEvent.DROPPED, 3 * HOUR), (MailEvent.OPEN, None)]
)
def test_a_letter_that_comes_back_is_a_telephone_call_at_once(
    event: MailEvent, phoned: timedelta | None
) -> None:
    case = silent((PHONE, REACHED))
    news = LetterNews(
        command_id="n", letter_key="coaching/10023/1/coaching_times/1", event=event, at=MONDAY + 3 * HOUR
    )
    case.at(3 * HOUR, lambda: case.story.letter_news(news))
    case.play()
    assert opened(case, PHONE) == (phoned or 2 * DAY + HOUR)


def test_who_cannot_be_reached_by_letter_nor_telephone_is_a_decision_at_once() -> None:
    case = silent((PHONE, Says("unreachable")), (DECISION, GIVES_UP), posted=lambda _wish: LetterState.FAILED)
    assert case.play().outcome is Outcome.EXPIRED
    assert opened(case, DECISION) == 2 * HOUR


def test_without_a_time_still_ahead_there_is_no_reminder_but_a_call() -> None:
    people = {OFFER: [Says("accepted", times(MONDAY + DAY))], PHONE: [REACHED]}
    case = Rehearsed(people | {CALL: [HOLDS], FOLLOW_UP: [LOOKS]})
    case.play()
    assert opened(case, PHONE) == DAY + HOUR
    assert "times_reminder" not in case.letters()


def test_the_reminder_offers_only_what_is_still_ahead() -> None:
    people = {OFFER: [Says("accepted", times(MONDAY + DAY, *LATER))], PHONE: [REACHED]}
    case = Rehearsed(people | {CALL: [HELD_LATER], FOLLOW_UP: [LOOKS]})
    case.play()
    asked = case.wishes()[1].question
    assert asked is not None
    assert [choice.key for choice in asked.choices] == ["slot_2", "slot_3", "none_suits", "no_thanks"]


@pytest.mark.parametrize(
    ("step", "choice", "after", "words"),
    [
        ("times_1", "slot_1", 20 * HOUR, LATE),  # a second answer
        ("times_1", "slot_1", 5 * DAY, LATE),  # long settled
        ("times_9", "slot_1", HOUR * 1.5, LATE),  # of a question that was never asked
        ("times_1", "slot_9", HOUR * 1.5, LATE),  # a choice that was never offered
    ],
)
def test_an_answer_that_comes_late_or_twice_changes_nothing(
    step: str, choice: str, after: timedelta, words: str
) -> None:
    people = {OFFER: [ACCEPTS], CALL: [HOLDS], FOLLOW_UP: [LOOKS]}
    case = Rehearsed(people, {TIMES: [Says("slot_2", after=2 * HOUR)]})
    case.answers(step, choice, after)
    assert case.play().outcome is Outcome.IMPROVED
    assert (False, words) in [(receipt.taken, receipt.words) for receipt in case.receipts]
    assert case.wishes()[1].about["starts_at"] == "2026-03-05T09:00:00Z"  # the second of the times


def test_a_time_that_has_passed_cannot_be_chosen_but_another_can() -> None:
    people = {OFFER: [Says("accepted", times(MONDAY + 2 * HOUR, *LATER))], CALL: [HELD_LATER]}
    case = Rehearsed(people | {FOLLOW_UP: [LOOKS]})
    case.answers("times_1", "slot_1", 2 * HOUR)
    case.answers("times_1", "slot_2", 3 * HOUR)
    assert case.play().outcome is Outcome.IMPROVED
    assert [(receipt.taken, receipt.words == PASSED) for receipt in case.receipts] == [
        (False, True),
        (True, False),
    ]


def test_a_letter_waits_for_the_tutors_waking_hours_and_so_do_its_clocks() -> None:
    night = MONDAY + 12 * HOUR
    morning = MONDAY + 23 * HOUR
    people = {OFFER: [Says("accepted", FAR, after=12 * HOUR)], PHONE: [REACHED]}
    case = Rehearsed(
        people | {CALL: [HELD_LATER], FOLLOW_UP: [LOOKS]},
        opens_at=lambda at: morning if night <= at < morning else at,
    )
    case.play()
    assert case.when("send_letter", TIMES) == [23 * HOUR]
    assert case.when("send_letter", REMINDER) == [47 * HOUR]
    waits = [(told.step, told.waiting_for, told.waiting_until) for told in case.told()]
    assert ("accepted", "the tutor's waking hours", morning) in waits


@pytest.mark.parametrize("kind", [NEW_TIMES, PHONE, DECISION])
def test_a_task_on_the_way_that_is_ended_from_outside_ends_its_case(kind: TaskKind) -> None:
    tutor = {TIMES: [Says("none_suits")]} if kind is NEW_TIMES else {}
    people = {OFFER: [Says("accepted", FAR)]} | ({PHONE: [Says("unreachable")]} if kind is DECISION else {})
    case = Rehearsed(people, tutor)
    case.ended_outside(kind, 9 * DAY if kind is DECISION else 3 * DAY)
    assert case.play().outcome is Outcome.WITHDRAWN
    assert case.told()[-1].state is CaseState.CLOSED


def test_the_clock_for_scheduling_stands_while_the_tutor_is_asked() -> None:
    people = {OFFER: [Says("accepted", FAR, after=10 * HOUR)], NEW_TIMES: [GIVES_UP]}
    case = Rehearsed(people, {TIMES: [Says("none_suits", after=20 * HOUR)]})
    case.play()
    assert case.task(OFFER).task.plan.due_at == MONDAY + 2 * DAY
    # Ten of 48 hours were used; the tutor took twenty.
    assert case.task(NEW_TIMES).task.plan.due_at == MONDAY + 2 * DAY + 20 * HOUR


def test_the_clock_for_the_call_runs_from_the_recommendation() -> None:
    people = {OFFER: [ACCEPTS], CALL: [HOLDS], FOLLOW_UP: [LOOKS]}
    case = Rehearsed(people, {TIMES: [CHOOSES]})
    case.play()
    assert case.task(CALL).task.plan.due_at == MONDAY + 4 * DAY + 8 * HOUR  # five office days


@pytest.mark.parametrize(("late", "taken"), [(timedelta(), True), (HOUR / 60, False)])
def test_an_answer_to_the_reminder_is_taken_for_as_long_as_its_page_is_open(
    late: timedelta, taken: bool
) -> None:
    people = {OFFER: [Says("accepted", times(MONDAY + 28 * DAY))], PHONE: [Says("unreachable")]}
    case = Rehearsed(people)
    case.leaves(20 * DAY)
    reminded = DAY + HOUR
    case.answers("times_1", "slot_1", reminded + case.story.case.terms.answer_within + late)
    case.play()
    assert case.when("send_letter", REMINDER) == [reminded]
    assert [receipt.taken for receipt in case.receipts] == [taken]


def test_a_letter_of_which_nobody_knows_whether_it_was_sent_is_told_and_waited_for() -> None:
    parked = {OFFER: [ACCEPTS], CALL: [HOLDS], FOLLOW_UP: [LOOKS]}
    case = Rehearsed(parked, {TIMES: [CHOOSES]}, posted=lambda _wish: LetterState.AMBIGUOUS)
    assert case.play().outcome is Outcome.IMPROVED
    assert case.notes().count("Nobody knows whether a letter was sent.") == 3  # times, confirmation, actions
    assert PHONE not in [task.task.kind for task in case.stage.tasks]
