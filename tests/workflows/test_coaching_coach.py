"""Whose a coaching case is: letters name who coaches, tasks are theirs, and what is late reaches others."""

import pytest

from retention.vocabulary import Letter, Outcome, OwnerGroup, TaskKind
from tests.testbed.rehearsal import Says
from tests.workflows.coaching_people import (
    ACCEPTS,
    CHOOSES,
    DAY,
    GOOD_CALL,
    HOLDS,
    HOUR,
    LATER,
    LOOKS,
    MANAGER,
    MONDAY,
    Rehearsed,
    times,
)
from workflows.rehearsal import RehearsedTask

OFFER, CALL, FOLLOW_UP = TaskKind.COACHING_OFFER, TaskKind.COACHING_CALL, TaskKind.COACHING_FOLLOW_UP
NEW_TIMES, PHONE, DECISION = TaskKind.COACHING_TIMES, TaskKind.COACHING_PHONE, TaskKind.COACHING_DECISION
TIMES, SCHEDULED, ACTIONS = Letter.COACHING_TIMES, Letter.COACHING_SCHEDULED, Letter.COACHING_ACTIONS
COLLEAGUE = "99"
FAR = times(MONDAY + 20 * DAY)
HELD_LATER = Says("held", GOOD_CALL, after=9 * DAY)
NONE_SUITS = Says("none_suits")


def coaches(case: Rehearsed) -> list[tuple[str, object]]:
    """Whom each letter named."""
    return [(wish.letter, wish.about["coach"]) for wish in case.wishes()]


def whose(case: Rehearsed, kind: TaskKind) -> tuple[str | None, OwnerGroup]:
    """Whose the newest task of a kind was when it was opened, and which group's."""
    return case.task(kind).task.assignee, case.task(kind).task.group


def escalated(case: Rehearsed, kind: TaskKind) -> RehearsedTask:
    """The newest task of a kind, which nobody has answered in time."""
    task = case.task(kind)
    assert task.memory.escalation_level == 1
    return task


def test_who_took_it_on_gets_the_next_tasks() -> None:
    case = Rehearsed({OFFER: [ACCEPTS], CALL: [HOLDS], FOLLOW_UP: [LOOKS]}, {TIMES: [CHOOSES]})
    case.play()
    assert whose(case, OFFER) == (None, OwnerGroup.OPS_MANAGER)
    assert whose(case, CALL) == whose(case, FOLLOW_UP) == (MANAGER, OwnerGroup.OPS_MANAGER)


@pytest.mark.parametrize("kind", [NEW_TIMES, PHONE, DECISION])
def test_what_is_left_to_be_arranged_is_theirs_as_well(kind: TaskKind) -> None:
    tutor = {TIMES: [NONE_SUITS]} if kind is NEW_TIMES else {}
    case = Rehearsed({OFFER: [Says("accepted", FAR)], PHONE: []}, tutor)
    case.leaves(12 * DAY)
    case.play()
    assert whose(case, kind) == (MANAGER, OwnerGroup.OPS_MANAGER)


def test_letters_name_whoever_has_offered_the_times_last() -> None:
    offers = Says("times_offered", times(*LATER), by=COLLEAGUE)
    people = {OFFER: [ACCEPTS], NEW_TIMES: [], CALL: [], FOLLOW_UP: [LOOKS]}
    case = Rehearsed(people, {TIMES: [NONE_SUITS, CHOOSES]})
    case.at(4 * HOUR, lambda: case.given(NEW_TIMES, COLLEAGUE))
    case.at(5 * HOUR, lambda: case.completes(NEW_TIMES, offers))
    case.leaves(DAY)
    case.play()
    assert coaches(case) == [(TIMES, MANAGER), (TIMES, COLLEAGUE), (SCHEDULED, COLLEAGUE)]
    assert whose(case, CALL)[0] == COLLEAGUE


def test_letters_name_whoever_has_agreed_on_the_time_by_telephone() -> None:
    agreed = Says("time_agreed", {"agreed_at": LATER[0].isoformat()}, by=COLLEAGUE)
    case = Rehearsed({OFFER: [Says("accepted", FAR)]})
    case.at(2 * DAY + 2 * HOUR, lambda: case.given(PHONE, COLLEAGUE))
    case.at(2 * DAY + 3 * HOUR, lambda: case.completes(PHONE, agreed))
    case.leaves(3 * DAY)
    case.play()
    assert coaches(case)[-1] == (SCHEDULED, COLLEAGUE)
    assert whose(case, CALL)[0] == COLLEAGUE


def test_what_was_agreed_is_written_in_the_name_of_whoever_has_called() -> None:
    looks = Says("looked_at", LOOKS.form, by=COLLEAGUE)
    case = Rehearsed({OFFER: [ACCEPTS], FOLLOW_UP: [looks]}, {TIMES: [CHOOSES]})
    case.at(DAY, lambda: case.given(CALL, COLLEAGUE))
    case.at(3 * DAY, lambda: case.completes(CALL, Says("held", GOOD_CALL, by=COLLEAGUE)))
    case.play()
    assert coaches(case) == [(TIMES, MANAGER), (SCHEDULED, MANAGER), (ACTIONS, COLLEAGUE)]
    assert whose(case, FOLLOW_UP)[0] == COLLEAGUE


def test_a_call_stays_with_whoever_has_offered_it_though_others_lead_when_the_tutor_chooses() -> None:
    people = {OFFER: [Says("accepted", times(*LATER))], CALL: [HELD_LATER], FOLLOW_UP: [LOOKS]}
    case = Rehearsed(people, {TIMES: [Says("slot_1", after=5 * HOUR)]})
    case.worse(2 * HOUR)
    assert case.play().outcome is Outcome.IMPROVED
    assert whose(case, CALL) == (MANAGER, OwnerGroup.OPS_MANAGER)
    assert whose(case, FOLLOW_UP) == (None, OwnerGroup.PEOPLE_OPS)


def test_other_times_are_for_whoever_leads_then_and_so_is_the_call() -> None:
    offers = Says("times_offered", times(*LATER), by=COLLEAGUE)
    people = {OFFER: [Says("accepted", FAR)], NEW_TIMES: [offers], CALL: [], FOLLOW_UP: [LOOKS]}
    case = Rehearsed(people, {TIMES: [Says("none_suits", after=5 * HOUR), CHOOSES]})
    case.worse(2 * HOUR)
    case.leaves(DAY)
    case.play()
    assert whose(case, NEW_TIMES) == (None, OwnerGroup.PEOPLE_OPS)
    assert whose(case, CALL) == (COLLEAGUE, OwnerGroup.PEOPLE_OPS)


@pytest.mark.parametrize("critical", [False, True])
def test_what_nobody_answers_is_offered_to_a_group_that_does_not_have_it(critical: bool) -> None:
    case = Rehearsed({OFFER: [Says("accepted", FAR)]}, {TIMES: [NONE_SUITS]})
    if critical:
        case.worse(HOUR * 1.5)
    case.leaves(12 * DAY)
    case.play()
    task = escalated(case, NEW_TIMES)
    first = OwnerGroup.PEOPLE_OPS if critical else OwnerGroup.OPS_MANAGER
    assert task.task.group is first
    assert len(task.memory.candidate_groups) == len(set(task.memory.candidate_groups)) == 2
