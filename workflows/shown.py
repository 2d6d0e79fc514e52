"""What a manager reads in the Temporal UI: summaries, details and search attributes, in people-ops words.

Opaque ids only: no names, for these texts and attributes are never encrypted.
"""

from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from retention.messages.cases import AlsoFound, CaseProgress, StartCase
from retention.messages.tasks import OpenTask, Rung, TaskMemory
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.programmes.registry import PROGRAMMES, TASKS
from retention.temporal import search_attributes as known
from retention.vocabulary import CaseState, ChurnReason, OwnerGroup, SlaState, TaskAct, TaskState

GROUPS = {OwnerGroup.PEOPLE_OPS: "People Ops", OwnerGroup.OPS_MANAGER: "the ops manager"}
SOON = {TaskAct.REMINDED: "a reminder", TaskAct.BREACHED: "it is overdue"}
LEFT = {
    ChurnReason.RESIGNATION: "resigned",
    ChurnReason.INACTIVITY: "has not taught for so long that it counts as leaving",
    ChurnReason.REDUCED_ACTIVITY: "has taught so little for weeks that it counts as leaving",
}


def instant(at: datetime) -> str:
    """An instant as these texts say it: "Tue 24 Nov 2026 14:05 UTC"."""
    return f"{at:%a} {at.day} {at:%b %Y %H:%M} UTC"


def name_of(case: StartCase) -> str:
    """What a case is called in lists: by its first task when the programme has several."""
    return TASKS[case.task_kind].name if case.task_kind else PROGRAMMES[case.programme].name


def task_summary(task: OpenTask) -> str:
    """The one line of a task in the list."""
    return f"{TASKS[task.kind].name} · tutor {task.tutor_number} · due {instant(task.plan.due_at)}"


def case_summary(case: StartCase) -> str:
    """The one line of a case in the list."""
    return f"{name_of(case)} · tutor {case.tutor_number} · rule {case.rule_id}"


def timer_summary(rung: Rung) -> str:
    """What a timer of a task waits for."""
    return f"Waiting for a person; {_soon(rung)} at {instant(rung.at)}"


def task_details(task: OpenTask, memory: TaskMemory) -> str:
    """Who is waited for, why, and until when."""
    lines = [f"**{task.title}** (tutor {task.tutor_number}, case `{task.case_id}`)", "", _who(memory)]
    if memory.state is TaskState.CREATED:
        overdue = " – **overdue**" if memory.sla_state is SlaState.BREACHED else ""
        lines += ["", f"Due {instant(memory.due_at)}{overdue}. Calendar: {task.plan.calendar}."]
        if memory.follow_up_at is not None:
            lines += ["", f"Put aside until {instant(memory.follow_up_at)}."]
        if memory.ladder:
            rung = memory.ladder[0]
            lines += ["", f"If nobody acts: {_soon(rung)} at {instant(rung.at)}."]
    return "\n".join(lines)


def case_details(case: StartCase, progress: CaseProgress) -> str:
    """Where a case stands, and why it was opened."""
    lines = [f"**{name_of(case)}** for tutor {case.tutor_number}: {case.reason or case.rule_id}", ""]
    if progress.state is CaseState.CLOSED:
        lines += [f"Closed: {_plain(progress.outcome)}. {progress.note}".strip()]
    else:
        until = f" until {instant(progress.waiting_until)}" if progress.waiting_until else ""
        lines += [f"Waiting for {progress.waiting_for}{until}."]
    lines += ["", f"Rule {case.rule_id}, rulebook version {case.rulebook_version}."]
    return "\n".join(lines)


def left(tutor: TutorLeft) -> str:
    """Why a case ends with its tutor."""
    return f"The tutor has left: {LEFT[tutor.reason]} (since {instant(tutor.at)})."


def away(leave: LeaveStarted) -> str:
    """A leave, as a remark."""
    return f"The tutor is on leave since {instant(leave.at)}."


def back(leave: LeaveEnded) -> str:
    """The end of a leave, as a remark."""
    return f"The tutor is back from leave since {instant(leave.at)}."


def also_found(found: AlsoFound) -> str:
    """What another rule has found, or that it lasts, as a remark and as a comment."""
    if found.escalate_to is not None:
        return found.reason
    where = f" in session {found.session_id}" if found.session_id else ""
    return f"Also found{where}: {found.reason}"


def task_attributes(memory: TaskMemory) -> list[SearchAttributeUpdate[Any]]:
    """A task's changing attributes as they stand."""
    return [
        known.CASE_STATE.value_set(memory.state.value),
        known.ASSIGNEE.value_set(memory.assignee) if memory.assignee else known.ASSIGNEE.value_unset(),
        known.OWNER_GROUP.value_set(memory.candidate_groups[-1].value),
        known.DUE_AT.value_set(memory.due_at),
        known.OVERDUE.value_set(memory.sla_state is SlaState.BREACHED),
        known.OUTCOME.value_set(memory.outcome) if memory.outcome else known.OUTCOME.value_unset(),
    ]


def new_task_attributes(task: OpenTask) -> TypedSearchAttributes:
    """A task's attributes at its start."""
    return _attributes(
        {
            known.PROGRAMME: task.kind.value,
            known.TUTOR_NUMBER: str(task.tutor_number),
            known.CASE_STATE: TaskState.CREATED.value,
            known.ASSIGNEE: task.assignee,
            known.OWNER_GROUP: task.group.value,
            known.RULE_ID: task.rule_id,
            known.RISK_BAND: task.risk_band,
            known.CHURN_SCORE: task.churn_score,
            known.DUE_AT: task.plan.due_at,
            known.OVERDUE: False,
        }
    )


def new_case_attributes(case: StartCase) -> TypedSearchAttributes:
    """A case's attributes at its start."""
    return _attributes(
        {
            known.PROGRAMME: case.programme.value,
            known.TUTOR_NUMBER: str(case.tutor_number),
            known.CASE_STATE: CaseState.OPEN.value,
            known.OWNER_GROUP: case.owner_group.value,
            known.RULE_ID: case.rule_id,
            known.RISK_BAND: case.risk_band.value if case.risk_band else None,
            known.CHURN_SCORE: case.churn_score,
        }
    )


def case_attributes(progress: CaseProgress) -> list[SearchAttributeUpdate[Any]]:
    """A case's changing attributes as they stand."""
    outcome = progress.outcome
    return [
        known.CASE_STATE.value_set(progress.state.value),
        known.OUTCOME.value_set(outcome.value) if outcome else known.OUTCOME.value_unset(),
    ]


def _attributes(values: dict[Any, Any]) -> TypedSearchAttributes:
    return TypedSearchAttributes(
        [SearchAttributePair(key, value) for key, value in values.items() if value not in (None, "")]
    )


def _soon(rung: Rung) -> str:
    if rung.group is not None:
        return f"it is escalated to {GROUPS[rung.group]}"
    return SOON.get(rung.act, rung.act)


def _who(memory: TaskMemory) -> str:
    if memory.state is TaskState.COMPLETED:
        return f"Completed by staff account {memory.completed_by}: {_plain(memory.outcome)}."
    if memory.state is not TaskState.CREATED:
        return f"Closed without an answer: {memory.close_reason}."
    if memory.assignee is not None:
        return f"Waiting for staff account {memory.assignee}, who has taken it."
    return f"Waiting for {' or '.join(GROUPS[group] for group in memory.candidate_groups)} to take it."


def _plain(word: str | None) -> str:
    return (word or "").replace("_", " ")
