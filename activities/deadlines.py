"""The deadlines of a task: from a policy and the office's calendar to absolute instants."""

from datetime import datetime, timedelta

from retention import calendars
from retention.calendars import Calendar
from retention.errors import NotFound
from retention.messages.tasks import Rung, TaskPlan
from retention.policy import MAX_SNOOZE, TASK_POLICIES, TaskPolicy
from retention.vocabulary import TaskAct


def plan(policy_key: str, *, opened_at: datetime, due_at: datetime | None = None) -> TaskPlan:
    """When a task is due, when it reminds and when it escalates. Raises NotFound for an unknown policy.

    A `due_at` that a person set stands; reminders and escalation are laid around it.
    """
    if policy_key not in TASK_POLICIES:
        raise NotFound(f"There is no task policy called {policy_key}.")
    policy, office = TASK_POLICIES[policy_key], calendars.office()
    due = due_at or calendars.add_business_days(office, opened_at, policy.business_days)
    reminders = _reminders(policy, office, opened_at=opened_at, due_at=due)
    return TaskPlan(
        due_at=due,
        at_risk_at=reminders[-1].at if reminders else due,
        ladder=[*reminders, *_overdue(policy, office, due_at=due)],
        calendar=office.words,
        longest_snooze=MAX_SNOOZE,
    )


def _reminders(policy: TaskPolicy, office: Calendar, *, opened_at: datetime, due_at: datetime) -> list[Rung]:
    length = calendars.office_time_between(office, opened_at, due_at)
    instants = [calendars.add_office_time(office, opened_at, length * share) for share in policy.remind_at]
    return [Rung(at=at, act=TaskAct.REMINDED) for at in instants if opened_at < at < due_at]


def _overdue(policy: TaskPolicy, office: Calendar, *, due_at: datetime) -> list[Rung]:
    escalates = calendars.add_office_time(office, due_at, timedelta(hours=policy.escalate_after))
    return [
        Rung(at=due_at, act=TaskAct.BREACHED),
        Rung(
            at=escalates,
            act=TaskAct.ESCALATED,
            group=policy.escalate_to,
            priority_added=policy.priority_added,
        ),
    ]
