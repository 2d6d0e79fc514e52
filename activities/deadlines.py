"""The deadlines of a task: from a policy and the office's calendar to absolute instants."""

from datetime import datetime, timedelta

from retention import calendars, readings
from retention.calendars import Calendar
from retention.errors import NotFound
from retention.messages.sla import SlaClock
from retention.messages.tasks import PlanRequest, Rung, TaskPlan
from retention.policy import MAX_SNOOZE, TASK_POLICIES, TaskPolicy
from retention.vocabulary import OwnerGroup, SlaClockKind, TaskAct

# What nobody answers goes to the group that does not have it.
ESCALATES_TO = {
    OwnerGroup.PEOPLE_OPS: OwnerGroup.OPS_MANAGER,
    OwnerGroup.OPS_MANAGER: OwnerGroup.PEOPLE_OPS,
}


def plan(request: PlanRequest) -> TaskPlan:
    """When a task is due, when it reminds and when it escalates. Raises NotFound for an unknown policy.

    A `due_at` that a person or a clock has set stands; reminders and escalation are laid around it, at the
    same shares of the time that counts: a stretch in which the clock stands brings no reminder nearer.
    """
    if request.policy not in TASK_POLICIES:
        raise NotFound(f"There is no task policy called {request.policy}.")
    policy, office = TASK_POLICIES[request.policy], calendars.office()
    due = request.due_at or calendars.add_business_days(office, request.opened_at, policy.business_days)
    reminders = _reminders(policy, office, request, due_at=due)
    return TaskPlan(
        due_at=due,
        at_risk_at=reminders[-1].at if reminders else due,
        ladder=[*reminders, *_overdue(policy, office, group=ESCALATES_TO[request.group], due_at=due)],
        calendar=office.words,
        longest_snooze=MAX_SNOOZE,
    )


def _reminders(policy: TaskPolicy, office: Calendar, request: PlanRequest, *, due_at: datetime) -> list[Rung]:
    opened_at = request.opened_at
    whole = SlaClock(
        kind=SlaClockKind.OFFICE,
        budget=calendars.office_time_between(office, opened_at, due_at),
        started_at=opened_at,
        pauses=request.pauses,
    )
    counts = whole.model_copy(update={"budget": readings.reading(office, whole, at=due_at).spent})
    instants = [at for at in readings.reminders(office, counts, policy.remind_at) if at is not None]
    return [Rung(at=at, act=TaskAct.REMINDED) for at in instants if opened_at < at < due_at]


def _overdue(policy: TaskPolicy, office: Calendar, *, group: OwnerGroup, due_at: datetime) -> list[Rung]:
    escalates = calendars.add_office_time(office, due_at, timedelta(hours=policy.escalate_after))
    return [
        Rung(at=due_at, act=TaskAct.BREACHED),
        Rung(
            at=escalates,
            act=TaskAct.ESCALATED,
            group=group,
            priority_added=policy.priority_added,
        ),
    ]
