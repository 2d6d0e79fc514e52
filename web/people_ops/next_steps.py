"""What happens next with a task, and by when."""

from dataclasses import dataclass
from datetime import datetime

from retention.policy import FOLLOW_UP_WINDOW
from retention.programmes.registry import TASKS
from retention.records.task_story import TaskStory
from retention.vocabulary import CoachingAnswer, CommandState, FollowUpWish, OwnerGroup, TaskAct, TaskKind
from web.people_ops import coaching
from web.people_ops.outcome import ActOutcome

IF_NOBODY_ACTS = {
    TaskAct.REMINDED: ("bell", "If nobody acts, a reminder comes"),
    TaskAct.BREACHED: ("alarm-clock", "If nobody acts, it is overdue from"),
    TaskAct.ESCALATED: ("arrow-up", "If nobody acts, it is offered to {group} as well"),
}
URGENT = "If nobody acts, it becomes more urgent"  # it is everybody's already
GROUPS = {OwnerGroup.PEOPLE_OPS: "People Ops", OwnerGroup.OPS_MANAGER: "the ops managers"}
AFTER = {
    "claim": "Fill in the form below; what you type is kept as you go.",
    "unclaim": "Anybody of its team can take it; one that was lent to you waits for whoever lent it.",
    "assign": "It is among their tasks now. Its due date stays.",
    "delegate": "It is among their tasks now. Its due date stays.",
    "set_due_date": "It is overdue after that date, whatever becomes known of a leave.",
    "snooze": "It comes back by itself. Its due date stays.",
}


@dataclass(frozen=True)
class Step:
    """One thing that will happen; `at` None when it waits for a person and not for a time."""

    icon: str
    words: str
    at: datetime | None = None


def ahead(task: TaskStory) -> list[Step]:
    """What the workflow does by itself, and what completing sets going."""
    steps = []
    if task.next_at is not None and task.next_act in IF_NOBODY_ACTS:
        icon, words = IF_NOBODY_ACTS[TaskAct(task.next_act)]
        further = [said for group, said in GROUPS.items() if group not in task.candidate_groups]
        told = words.format(group=further[0]) if further else URGENT
        steps.append(Step(icon, told if task.next_act == TaskAct.ESCALATED else words, task.next_at))
    steps.append(Step("workflow", f"Once completed: {TASKS[TaskKind(task.kind)].afterwards}"))
    return steps


def after(outcome: ActOutcome | None, task: TaskStory) -> str:
    """What follows an act that was applied."""
    if outcome is None or outcome.state is not CommandState.APPLIED:
        return ""
    if outcome.name != "complete":
        return AFTER.get(outcome.name, "")
    if task.outcome in coaching.AFTER and TaskKind(task.kind) in coaching.CLOCKS:
        return coaching.AFTER[CoachingAnswer(str(task.outcome))]
    if task.form.get("follow_up") == FollowUpWish.WATCH_NEXT:
        return f"Mainstay looks for the tutor's next first session, for {FOLLOW_UP_WINDOW.days} days at most."
    return "The case closes with your answer. Nothing more is asked of you."
