"""What may be done to a task, and what it becomes: pure, so that every rule is a plain test.

Each act takes the memory and gives the next one, or raises `NotNow` with a sentence for the person.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from retention.messages.tasks import (
    SYSTEM,
    Assign,
    Claim,
    Comment,
    Complete,
    Delegate,
    OpenTask,
    Raise,
    Replan,
    Rung,
    SetDueDate,
    Snooze,
    TaskCommand,
    TaskEvent,
    TaskMemory,
    TaskPlan,
    Unclaim,
    Withdraw,
)
from retention.vocabulary import SlaState, TaskAct, TaskState
from workflows.task_answers import NotNow, answers

HIGHEST_PRIORITY = 100
STAYS = (
    "The clock behind this task has moved. Its due date was set by hand, so it stays: change it if need be."
)


def opened(task: OpenTask) -> TaskMemory:
    """A new task as it is first shown."""
    memory = TaskMemory(
        assignee=task.assignee,
        candidate_groups=[task.group],
        priority=task.priority,
        due_at=task.plan.due_at,
        at_risk_at=task.plan.at_risk_at,
        ladder=task.plan.ladder,
    )
    return _next(memory, TaskAct.OPENED, actor=SYSTEM, at=task.opened_at)


def claim(memory: TaskMemory, command: Claim, *, at: datetime) -> TaskMemory:
    _still_open(memory)
    if memory.assignee == command.actor:
        raise NotNow("AlreadyYours", "You have this task already.")
    if memory.assignee is not None:
        raise NotNow("HeldByAnother", "Somebody else has taken this task.")
    return _done(memory, TaskAct.CLAIMED, command, at=at, assignee=command.actor, follow_up_at=None)


def unclaim(memory: TaskMemory, command: Unclaim, *, at: datetime) -> TaskMemory:
    """Put it back: to who delegated it, else to the group."""
    _held_by(memory, command)
    return _done(memory, TaskAct.UNCLAIMED, command, at=at, assignee=memory.owner, owner=None)


def assign(memory: TaskMemory, command: Assign, *, at: datetime) -> TaskMemory:
    """Give it to somebody, whoever has it."""
    _still_open(memory)
    if memory.assignee == command.assignee:
        raise NotNow("AlreadyTheirs", "This person has the task already.")
    return _done(
        memory,
        TaskAct.ASSIGNED,
        command,
        at=at,
        note=f"to {command.assignee}",
        assignee=command.assignee,
        owner=None,
        follow_up_at=None,
    )


def delegate(memory: TaskMemory, command: Delegate, *, at: datetime) -> TaskMemory:
    """Hand it on; it comes back when the other puts it back."""
    _held_by(memory, command)
    if command.assignee == command.actor:
        raise NotNow("AlreadyYours", "You have this task already.")
    return _done(
        memory,
        TaskAct.DELEGATED,
        command,
        at=at,
        note=f"to {command.assignee}",
        assignee=command.assignee,
        owner=command.actor,
    )


def snooze(memory: TaskMemory, command: Snooze, *, at: datetime, longest: timedelta) -> TaskMemory:
    """Out of sight until then; the due date stays."""
    _free_or_held_by(memory, command)
    if command.until <= at:
        raise NotNow("InThePast", "A task can be put aside until a time to come only.")
    if command.until > at + longest:
        raise NotNow("TooLong", f"A task can be put aside for {longest.days} days at most.")
    return _done(memory, TaskAct.SNOOZED, command, at=at, note=command.reason, follow_up_at=command.until)


def may_set_due_date(memory: TaskMemory, command: SetDueDate, *, at: datetime) -> None:
    """Whether the date can be set; its ladder is worked out before `set_due_date`."""
    _still_open(memory)
    if command.due_at <= at:
        raise NotNow("InThePast", "A task can be due at a time to come only.")


def set_due_date(memory: TaskMemory, command: SetDueDate, *, plan: TaskPlan, at: datetime) -> TaskMemory:
    """A new date and the ladder that goes with it; what had escalated stays escalated."""
    may_set_due_date(memory, command, at=at)
    return _done(
        memory,
        TaskAct.DUE_DATE_SET,
        command,
        at=at,
        note=command.reason,
        due_at=plan.due_at,
        due_by_hand=True,
        at_risk_at=plan.at_risk_at,
        ladder=plan.ladder,
        sla_state=SlaState.AT_RISK if at >= plan.at_risk_at else SlaState.ON_TRACK,
    )


def replan(memory: TaskMemory, command: Replan, *, plan: TaskPlan | None, at: datetime) -> TaskMemory:
    """The due date follows its clock; no plan: nobody is reminded until the clock goes on."""
    _still_open(memory)
    handled = [*memory.handled, command.command_id]
    moved = partial(_next, memory, TaskAct.DUE_DATE_SET, actor=command.actor, at=at, handled=handled)
    if plan is None:
        return moved(note="the clock stands still", ladder=[], sla_state=SlaState.ON_TRACK)
    breached = memory.sla_state is SlaState.BREACHED
    missed = {TaskAct.BREACHED: not breached, TaskAct.ESCALATED: memory.escalation_level == 0}
    soon = SlaState.AT_RISK if at >= plan.at_risk_at else SlaState.ON_TRACK
    return moved(
        note="the clock has moved",
        due_at=plan.due_at,
        at_risk_at=plan.at_risk_at,
        ladder=[rung for rung in plan.ladder if rung.at > at or missed.get(rung.act)],
        sla_state=SlaState.BREACHED if breached and plan.due_at <= at else soon,
    )


def keep_due_date(memory: TaskMemory, command: Replan, *, at: datetime) -> TaskMemory:
    """The clock has moved, and the due date is one that a person has set: it stays, and they read so."""
    _still_open(memory)
    handled = [*memory.handled, command.command_id]
    return _next(memory, TaskAct.COMMENTED, actor=command.actor, at=at, note=STAYS, handled=handled)


def comment(memory: TaskMemory, command: Comment, *, at: datetime) -> TaskMemory:
    _still_open(memory)
    return _done(memory, TaskAct.COMMENTED, command, at=at, note=command.text)


def escalate(memory: TaskMemory, command: Raise, *, at: datetime) -> TaskMemory:
    """Offered to a further group as well, and more urgent: what it is about has lasted."""
    _still_open(memory)
    groups = memory.candidate_groups
    return _done(
        memory,
        TaskAct.ESCALATED,
        command,
        at=at,
        note=command.reason,
        candidate_groups=groups if command.group in groups else [*groups, command.group],
        priority=min(memory.priority + command.priority_added, HIGHEST_PRIORITY),
        escalation_level=memory.escalation_level + 1,
        follow_up_at=None,
    )


def complete(memory: TaskMemory, command: Complete, *, at: datetime, form_key: str) -> TaskMemory:
    """Filled in and done. Who completes a task that nobody has taken has taken it."""
    _free_or_held_by(memory, command)
    _unchanged_by_others(memory, command)
    return _done(
        memory,
        TaskAct.COMPLETED,
        command,
        at=at,
        note=command.outcome,
        state=TaskState.COMPLETED,
        assignee=command.actor,
        outcome=command.outcome,
        form=answers(command, form_key, at=at),
        completed_by=command.actor,
        completed_at=at,
        follow_up_at=None,
        ladder=[],
    )


def withdraw(memory: TaskMemory, command: Withdraw, *, at: datetime) -> TaskMemory:
    """No longer needed. Started work stays if so wished, with a note. Raises NotNow when it is over."""
    _still_open(memory)
    if command.unless_taken and memory.assignee is not None:
        return _done(memory, TaskAct.COMMENTED, command, at=at, note=command.reason)
    return _done(
        memory,
        TaskAct.WITHDRAWN,
        command,
        at=at,
        note=command.reason,
        state=TaskState.CANCELED,
        close_reason=command.reason,
        follow_up_at=None,
        ladder=[],
    )


def climb(memory: TaskMemory, rung: Rung, *, at: datetime) -> TaskMemory:
    """The ladder's next step: remind, find it overdue, or offer it to a second group."""
    rest = memory.ladder[1:]
    if rung.act is TaskAct.REMINDED:
        state = SlaState.AT_RISK if rung.at >= memory.at_risk_at else memory.sla_state
        return _next(memory, rung.act, actor=SYSTEM, at=at, ladder=rest, sla_state=state)
    if rung.act is TaskAct.BREACHED:  # what is overdue is in sight again
        breached = SlaState.BREACHED
        return _next(
            memory, rung.act, actor=SYSTEM, at=at, ladder=rest, sla_state=breached, follow_up_at=None
        )
    groups, note = memory.candidate_groups, ""
    if rung.group is not None and rung.group not in groups:
        groups, note = [*groups, rung.group], f"offered to {rung.group} as well"
    return _next(
        memory,
        rung.act,
        actor=SYSTEM,
        at=at,
        note=note,
        ladder=rest,
        candidate_groups=groups,
        priority=min(memory.priority + rung.priority_added, HIGHEST_PRIORITY),
        escalation_level=memory.escalation_level + 1,
        follow_up_at=None,
    )


def _still_open(memory: TaskMemory) -> None:
    if memory.state is TaskState.COMPLETED:
        raise NotNow("AlreadyCompleted", "This task has been completed already.")
    if memory.state is not TaskState.CREATED:
        raise NotNow("AlreadyClosed", f"This task is closed: {memory.close_reason or memory.state}.")


def _held_by(memory: TaskMemory, command: TaskCommand) -> None:
    _still_open(memory)
    if memory.assignee is None:
        raise NotNow("NotTaken", "Nobody has taken this task. Claim it first.")
    if memory.assignee != command.actor:
        raise NotNow("HeldByAnother", "Somebody else has this task.")


def _free_or_held_by(memory: TaskMemory, command: TaskCommand) -> None:
    _still_open(memory)
    if memory.assignee not in (None, command.actor):
        raise NotNow("HeldByAnother", "Somebody else has this task.")


def _unchanged_by_others(memory: TaskMemory, command: Complete) -> None:
    """A reminder while a person writes is no reason to send the page back; a colleague's act is."""
    seen = command.expected_version
    if seen is not None and seen < memory.touched_version and memory.touched_by != command.actor:
        raise NotNow("ChangedMeanwhile", "This task has changed since you opened it. Look at it once more.")


def _done(
    memory: TaskMemory, act: TaskAct, command: TaskCommand, *, at: datetime, note: str = "", **changed: Any
) -> TaskMemory:
    remembered = {
        "handled": [*memory.handled, command.command_id],
        "touched_by": command.actor,
        "touched_version": memory.version + 1,
    }
    return _next(memory, act, actor=command.actor, at=at, note=note, **remembered, **changed)


def _next(
    memory: TaskMemory, act: TaskAct, *, actor: str, at: datetime, note: str = "", **changed: Any
) -> TaskMemory:
    version = memory.version + 1
    event = TaskEvent(version=version, act=act, actor=actor, at=at, note=note)
    return memory.model_copy(update={**changed, "version": version, "last": event})
