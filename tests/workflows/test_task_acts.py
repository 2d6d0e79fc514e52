"""What people and time may do to a task, act by act, with both sides of every bound."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from retention.messages.tasks import (
    Assign,
    Claim,
    Comment,
    Complete,
    Delegate,
    Raise,
    Replan,
    SetDueDate,
    Snooze,
    TaskMemory,
    Unclaim,
    Withdraw,
)
from retention.vocabulary import OwnerGroup, SlaState, TaskAct, TaskState
from tests.factories.tasks import DAY, GOOD_FORM, OPENED, a_memory, a_plan
from workflows import task_acts
from workflows.task_answers import NotNow

ADA, BEN = "7", "8"
SOON = OPENED + timedelta(hours=1)
TWO_WEEKS = timedelta(days=14)
COMPLETED = {"state": TaskState.COMPLETED, "completed_by": BEN}
CANCELED = {"state": TaskState.CANCELED, "close_reason": "The tutor left."}


def claim(actor: str = ADA) -> Claim:
    return Claim(command_id="c1", actor=actor)


def complete(actor: str = ADA, **changes: Any) -> Complete:
    wanted = {"command_id": "c2", "actor": actor, "outcome": "contacted_student", "form": GOOD_FORM}
    return Complete.model_validate(wanted | changes)


def snooze(until: timedelta, actor: str = ADA) -> Snooze:
    return Snooze(command_id="c3", actor=actor, until=SOON + until, reason="The student is away.")


def put_aside(until: timedelta) -> TaskMemory:
    return task_acts.snooze(a_memory(), snooze(until), at=SOON, longest=TWO_WEEKS)


def finished(memory: TaskMemory, command: Complete) -> TaskMemory:
    return task_acts.complete(memory, command, at=SOON, form_key="first_session_review")


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(NotNow) as refused:
        act()
    assert refused.value.sentence.endswith(".")
    return refused.value.kind


def test_a_new_task_is_offered_to_its_group_and_held_by_nobody() -> None:
    memory = a_memory()
    assert memory.candidate_groups == [OwnerGroup.PEOPLE_OPS]
    assert (memory.assignee, memory.version, memory.state) == (None, 1, TaskState.CREATED)
    assert memory.last is not None
    assert (memory.last.act, memory.last.actor) == (TaskAct.OPENED, "mainstay")


def test_every_act_is_one_version_and_one_line_of_history() -> None:
    memory = task_acts.claim(a_memory(), claim(), at=SOON)
    assert memory.version == 2
    assert memory.last is not None
    assert (memory.last.act, memory.last.actor, memory.last.at) == (TaskAct.CLAIMED, ADA, SOON)
    assert memory.handled == ["c1"]


def test_a_task_that_somebody_holds_cannot_be_claimed() -> None:
    assert refusal(lambda: task_acts.claim(a_memory(assignee=BEN), claim(), at=SOON)) == "HeldByAnother"
    assert refusal(lambda: task_acts.claim(a_memory(assignee=ADA), claim(), at=SOON)) == "AlreadyYours"


def test_claiming_a_snoozed_task_brings_it_back() -> None:
    memory = a_memory(follow_up_at=SOON + DAY)
    assert task_acts.claim(memory, claim(), at=SOON).follow_up_at is None


def test_only_its_holder_puts_a_task_back() -> None:
    back = Unclaim(command_id="c4", actor=ADA)
    assert task_acts.unclaim(a_memory(assignee=ADA), back, at=SOON).assignee is None
    assert refusal(lambda: task_acts.unclaim(a_memory(assignee=BEN), back, at=SOON)) == "HeldByAnother"
    assert refusal(lambda: task_acts.unclaim(a_memory(), back, at=SOON)) == "NotTaken"


def test_a_delegated_task_comes_back_to_who_delegated_it() -> None:
    on = Delegate(command_id="c5", actor=ADA, assignee=BEN)
    delegated = task_acts.delegate(a_memory(assignee=ADA), on, at=SOON)
    assert (delegated.assignee, delegated.owner) == (BEN, ADA)
    back = task_acts.unclaim(delegated, Unclaim(command_id="c6", actor=BEN), at=SOON)
    assert (back.assignee, back.owner) == (ADA, None)


def test_a_manager_gives_a_task_to_somebody_whoever_has_it() -> None:
    given = Assign(command_id="c7", actor="1", assignee=BEN)
    assert task_acts.assign(a_memory(assignee=ADA), given, at=SOON).assignee == BEN
    assert refusal(lambda: task_acts.assign(a_memory(assignee=BEN), given, at=SOON)) == "AlreadyTheirs"


@pytest.mark.parametrize(
    ("until", "kind"),
    [
        (timedelta(0), "InThePast"),
        (timedelta(seconds=1), None),
        (TWO_WEEKS, None),
        (TWO_WEEKS + timedelta(seconds=1), "TooLong"),
    ],
)
def test_a_task_is_put_aside_no_longer_than_its_plan_allows(until: timedelta, kind: str | None) -> None:
    if kind is None:
        assert put_aside(until).follow_up_at == SOON + until
    else:
        assert refusal(lambda: put_aside(until)) == kind


def test_putting_a_task_aside_leaves_its_due_date() -> None:
    assert put_aside(DAY).due_at == a_memory().due_at


def test_completing_keeps_outcome_answers_and_who() -> None:
    memory = finished(a_memory(), complete())
    assert (memory.state, memory.outcome) == (TaskState.COMPLETED, "contacted_student")
    assert (memory.completed_by, memory.completed_at, memory.ladder) == (ADA, SOON, [])
    assert memory.form == GOOD_FORM


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"form": {**GOOD_FORM, "notes": "done"}}, "FormIncomplete"),
        ({"form": {"notes": GOOD_FORM["notes"]}}, "FormIncomplete"),
        ({"outcome": "tutor_left"}, "FormIncomplete"),  # an inactivity check ends so, a review does not
        ({"form_version": 0}, "FormOutdated"),
        ({"form_version": 1}, None),
    ],
)
def test_a_form_that_is_not_filled_in_completes_nothing(changes: dict[str, Any], kind: str | None) -> None:
    if kind is None:
        assert finished(a_memory(), complete(**changes)).state is TaskState.COMPLETED
    else:
        assert refusal(lambda: finished(a_memory(), complete(**changes))) == kind


def test_what_a_colleague_did_meanwhile_sends_the_page_back() -> None:
    commented = task_acts.comment(a_memory(), Comment(command_id="c8", actor=BEN, text="Wait."), at=SOON)
    assert refusal(lambda: finished(commented, complete(expected_version=1))) == "ChangedMeanwhile"
    assert finished(commented, complete(expected_version=2)).state is TaskState.COMPLETED


def test_a_reminder_meanwhile_and_ones_own_acts_do_not() -> None:
    opened = a_memory()
    reminded = task_acts.climb(opened, opened.ladder[0], at=SOON)
    assert finished(reminded, complete(expected_version=1)).state is TaskState.COMPLETED
    claimed = task_acts.claim(opened, claim(), at=SOON)
    assert finished(claimed, complete(expected_version=1)).state is TaskState.COMPLETED


@pytest.mark.parametrize(("closed", "kind"), [(COMPLETED, "AlreadyCompleted"), (CANCELED, "AlreadyClosed")])
def test_a_closed_task_takes_nothing_any_more(closed: dict[str, Any], kind: str) -> None:
    memory = a_memory(**closed)
    stop = Withdraw(command_id="c9", actor="mainstay", reason="Too late.")
    assert refusal(lambda: task_acts.claim(memory, claim(), at=SOON)) == kind
    assert refusal(lambda: finished(memory, complete())) == kind
    assert refusal(lambda: task_acts.withdraw(memory, stop, at=SOON)) == kind


def test_the_ladder_reminds_twice_finds_it_overdue_and_brings_in_the_ops_manager() -> None:
    memory = a_memory(follow_up_at=SOON + 9 * DAY)
    first = task_acts.climb(memory, memory.ladder[0], at=memory.ladder[0].at)
    assert first.sla_state is SlaState.ON_TRACK
    second = task_acts.climb(first, first.ladder[0], at=first.ladder[0].at)
    assert second.sla_state is SlaState.AT_RISK
    overdue = task_acts.climb(second, second.ladder[0], at=second.ladder[0].at)
    assert (overdue.sla_state, overdue.follow_up_at) == (SlaState.BREACHED, None)
    raised = task_acts.climb(overdue, overdue.ladder[0], at=overdue.ladder[0].at)
    assert raised.candidate_groups == [OwnerGroup.PEOPLE_OPS, OwnerGroup.OPS_MANAGER]
    assert (raised.priority, raised.escalation_level, raised.ladder) == (70, 1, [])


def test_what_lasts_brings_in_a_further_group_and_ends_the_tasks_rest() -> None:
    lasts = Raise(
        command_id="c9", actor="mainstay", group="ops_manager", priority_added=20, reason="Still so."
    )
    raised = task_acts.escalate(a_memory(follow_up_at=SOON + 9 * DAY), lasts, at=SOON)
    assert raised.candidate_groups == [OwnerGroup.PEOPLE_OPS, OwnerGroup.OPS_MANAGER]
    assert (raised.priority, raised.escalation_level, raised.follow_up_at) == (70, 1, None)
    assert raised.last is not None
    assert (raised.last.act, raised.last.note) == ("escalated", "Still so.")
    again = task_acts.escalate(raised, lasts.model_copy(update={"priority_added": 90}), at=SOON)
    assert (again.candidate_groups, again.priority) == (raised.candidate_groups, 100)


def test_no_escalation_raises_a_priority_above_100() -> None:
    memory = a_memory(priority=90)
    assert task_acts.climb(memory, a_plan().ladder[-1], at=SOON).priority == 100


def test_a_new_due_date_brings_its_own_ladder_and_takes_back_the_breach() -> None:
    later = a_plan(OPENED + 9 * DAY)
    command = SetDueDate(command_id="c10", actor=ADA, due_at=later.due_at, reason="The tutor is ill.")
    memory = task_acts.set_due_date(a_memory(sla_state=SlaState.BREACHED), command, plan=later, at=SOON)
    assert (memory.due_at, memory.sla_state) == (later.due_at, SlaState.ON_TRACK)
    assert memory.ladder == later.ladder


def test_a_due_date_in_the_past_is_refused() -> None:
    past = SetDueDate(command_id="c11", actor=ADA, due_at=SOON, reason="A typing error.")
    assert refusal(lambda: task_acts.may_set_due_date(a_memory(), past, at=SOON)) == "InThePast"


def replanned(memory: TaskMemory, due: timedelta | None, at: timedelta) -> TaskMemory:
    wish = Replan(command_id="r1", actor="mainstay", due_at=None if due is None else OPENED + due)
    plan = None if due is None else a_plan(OPENED + due - DAY)
    return task_acts.replan(memory, wish, plan=plan, at=OPENED + at)


def test_a_task_whose_clock_stands_still_reminds_nobody() -> None:
    still = replanned(a_memory(sla_state=SlaState.BREACHED), None, DAY)
    assert (still.ladder, still.sla_state, still.touched_by) == ([], SlaState.ON_TRACK, a_memory().touched_by)


def test_a_task_whose_clock_goes_on_climbs_its_new_ladder() -> None:
    moved = replanned(replanned(a_memory(), None, DAY), 9 * DAY, 2 * DAY)
    assert (moved.due_at, moved.ladder) == (OPENED + 9 * DAY, a_plan(OPENED + 8 * DAY).ladder)
    assert moved.handled.count("r1") == 2


@pytest.mark.parametrize("level", [0, 1])
def test_what_was_missed_while_the_clock_stood_is_made_up_for_once(level: int) -> None:
    late = a_memory(sla_state=SlaState.BREACHED, escalation_level=level)
    acts = [rung.act for rung in replanned(late, 2 * DAY, 9 * DAY).ladder]
    assert acts == ([] if level else [TaskAct.ESCALATED])
    fresh = replanned(a_memory(escalation_level=level), 2 * DAY, 9 * DAY)
    assert [rung.act for rung in fresh.ladder] == [TaskAct.BREACHED, TaskAct.ESCALATED][: 2 - level]


@pytest.mark.parametrize("due", [9 * DAY, None])
def test_a_due_date_that_a_person_has_set_is_not_moved_by_a_clock(due: timedelta | None) -> None:
    later = a_plan(OPENED + 9 * DAY)
    command = SetDueDate(command_id="c10", actor=ADA, due_at=later.due_at, reason="The tutor is ill.")
    by_hand = task_acts.set_due_date(a_memory(), command, plan=later, at=SOON)
    wish = Replan(command_id="r1", actor="mainstay", due_at=None if due is None else OPENED + due)
    assert by_hand.due_by_hand
    kept = task_acts.keep_due_date(by_hand, wish, at=OPENED + DAY)
    assert (kept.due_at, kept.ladder, kept.sla_state) == (later.due_at, later.ladder, by_hand.sla_state)
    assert (kept.touched_by, kept.handled[-1]) == (ADA, "r1")
    assert kept.last is not None
    assert (kept.last.act, kept.last.note) == (TaskAct.COMMENTED, task_acts.STAYS)
