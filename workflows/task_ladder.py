"""What is asked for a task's ladder anew: by a person who sets its due date, or by its clock."""

from datetime import datetime

from retention.messages.tasks import OpenTask, PlanRequest, Replan


def by_hand(task: OpenTask, due_at: datetime, *, at: datetime) -> PlanRequest:
    """A person sets the date: reminders begin anew."""
    return PlanRequest(policy=task.policy, opened_at=at, due_at=due_at, group=task.group)


def by_clock(task: OpenTask, moved: Replan) -> PlanRequest:
    """The clock has moved: reminders stay at their shares of the time since the task was opened."""
    return PlanRequest(
        policy=task.policy,
        opened_at=task.opened_at,
        due_at=moved.due_at,
        group=task.group,
        pauses=moved.pauses,
    )
