"""What is said about a human task: how it opens, what people do to it, what its workflow reports.

The workflow `task/<task_id>` is the truth; `TaskSnapshot` is what the projection writes.
Actors are account numbers as text, never names.
"""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from retention.clock import Clock
from retention.messages.sla import Pause
from retention.vocabulary import OwnerGroup, SlaState, TaskAct, TaskKind, TaskState

Actor = Annotated[str, StringConstraints(min_length=1, max_length=40)]
SYSTEM: Actor = "mainstay"


class Rung(BaseModel):
    """One step of an escalation ladder: at this instant, do this."""

    at: AwareDatetime
    act: TaskAct  # reminded, breached, escalated
    group: OwnerGroup | None = None  # escalated: offered to this group as well
    priority_added: int = 0


class TaskPlan(BaseModel):
    """The deadlines of a task as absolute instants, and the calendar that they were computed from."""

    due_at: AwareDatetime
    at_risk_at: AwareDatetime  # from here on the badge says "due soon"
    ladder: list[Rung]
    calendar: str  # e.g. "people_ops weekdays, Europe/London"
    longest_snooze: timedelta = timedelta(days=14)  # what held before plans told it


class TaskEvent(BaseModel):
    """One line of a task's history."""

    version: int
    act: TaskAct
    actor: Actor
    at: AwareDatetime  # business time
    note: str = ""


class TaskMemory(BaseModel):
    """What a running task remembers; travels through continue-as-new whole."""

    state: TaskState = TaskState.CREATED
    assignee: Actor | None = None
    owner: Actor | None = None  # who delegated it and gets it back
    candidate_groups: list[OwnerGroup] = []
    priority: Annotated[int, Field(ge=0, le=100)] = 50
    due_at: AwareDatetime
    at_risk_at: AwareDatetime
    due_by_hand: bool = False  # a person has set the due date: no clock moves it any more
    ladder: list[Rung] = []  # what is still to come, soonest first
    follow_up_at: AwareDatetime | None = None  # snoozed until
    escalation_level: int = 0
    sla_state: SlaState = SlaState.ON_TRACK
    outcome: str | None = None
    form: dict[str, Any] = {}
    completed_by: Actor | None = None
    completed_at: AwareDatetime | None = None
    close_reason: str | None = None  # canceled, expired: why
    version: int = 0
    last: TaskEvent | None = None  # what made this version
    touched_by: Actor | None = None  # the last person to act, and the version that came of it
    touched_version: int = 0
    handled: list[str] = []  # ids of commands already handled, also across continue-as-new


class OpenTask(BaseModel):
    """Input of the HumanTask workflow."""

    task_id: str
    case_id: str  # workflow id of the case that asks
    kind: TaskKind
    form_key: str
    form_version: int = 1
    tutor_number: int
    decision_id: int | None = None
    title: str  # people-ops words, no names: "Review a poor first session"
    group: OwnerGroup
    assignee: Actor | None = None  # whose it is from the outset; None: anybody of the group may take it
    priority: Annotated[int, Field(ge=0, le=100)] = 50
    opened_at: AwareDatetime
    policy: str  # key of retention.policy.TASK_POLICIES
    plan: TaskPlan
    rule_id: str = ""
    risk_band: str = ""
    churn_score: int | None = None
    clock: Clock
    state: TaskMemory | None = None  # set by continue-as-new only


class TaskCommand(BaseModel):
    """What every act on a task says; `command_id` equals the Temporal update id."""

    command_id: str
    actor: Actor


class Claim(TaskCommand):
    pass


class Unclaim(TaskCommand):
    pass


class Assign(TaskCommand):
    assignee: Actor


class Delegate(TaskCommand):
    assignee: Actor


class Snooze(TaskCommand):
    until: AwareDatetime
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class SetDueDate(TaskCommand):
    due_at: AwareDatetime
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Replan(TaskCommand):
    """Signal: the clock behind the due date has moved; None: it stands still until further notice."""

    due_at: AwareDatetime | None
    pauses: tuple[Pause, ...] = ()  # when the clock stands: reminders are laid around it


class TaskDated(BaseModel):
    """Signal of a task to its case: a person has set its due date."""

    task_id: str
    due_at: AwareDatetime


class Comment(TaskCommand):
    text: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class Raise(TaskCommand):
    """Signal: a rule has found that what the task is about lasts; a further group hears of it."""

    group: OwnerGroup
    priority_added: int
    reason: str


class Complete(TaskCommand):
    expected_version: int | None = None  # the version that the person looked at; None: any
    form_version: int | None = None  # the form that the person filled in; None: today's
    outcome: str
    form: dict[str, Any] = {}


class Withdraw(TaskCommand):
    reason: str
    unless_taken: bool = False  # a task that somebody has taken stays, with the reason as a comment


class TaskSnapshot(BaseModel):
    """The whole of a task at one version: what `project_task` writes and an update returns."""

    task_id: str
    case_id: str
    kind: TaskKind
    form_key: str
    form_version: int
    tutor_number: int
    decision_id: int | None
    title: str
    opened_at: AwareDatetime
    state: TaskMemory
    event: TaskEvent
    next_at: AwareDatetime | None = None  # the next instant at which the workflow acts by itself
    next_act: TaskAct | None = None


class TaskResult(BaseModel):
    """How a task ended."""

    task_id: str
    state: TaskState
    outcome: str | None = None
    form: dict[str, Any] = {}
    completed_by: Actor | None = None
    completed_at: AwareDatetime | None = None
    escalation_level: int = 0
    late: bool = False


class PlanRequest(BaseModel):
    """Asks for the deadlines of a task under a named policy; its time counts from `opened_at`."""

    policy: str  # a key of retention.policy.TASK_POLICIES
    opened_at: AwareDatetime
    due_at: AwareDatetime | None = None  # set by a person or a clock; None: as the policy says
    group: OwnerGroup = OwnerGroup.PEOPLE_OPS  # whose task it is: it escalates to the other one
    pauses: tuple[Pause, ...] = ()  # stretches that do not count towards a reminder
