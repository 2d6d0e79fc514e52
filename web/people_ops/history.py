"""Histories as timeline rows: what happened, who did it, when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from retention.policy import FIRST_FAILURE_RATING, FIRST_SUCCESS_RATING
from retention.records.case_story import CaseLine, CaseTask
from retention.records.task_story import StoryLine
from retention.records.tutor_story import Happening
from retention.vocabulary import CaseState, TaskAct
from web.components.words import spoken

LOOKS = {  # act -> icon, tone
    TaskAct.OPENED: ("inbox", ""),
    TaskAct.CLAIMED: ("hand", ""),
    TaskAct.UNCLAIMED: ("rotate-ccw", ""),
    TaskAct.ASSIGNED: ("user-plus", ""),
    TaskAct.DELEGATED: ("user-plus", ""),
    TaskAct.SNOOZED: ("moon", ""),
    TaskAct.DUE_DATE_SET: ("calendar", ""),
    TaskAct.COMMENTED: ("message-square", ""),
    TaskAct.REMINDED: ("bell", ""),
    TaskAct.BREACHED: ("alarm-clock", "wrong"),
    TaskAct.ESCALATED: ("arrow-up", "wrong"),
    TaskAct.COMPLETED: ("check", "good"),
    TaskAct.WITHDRAWN: ("x", ""),
    TaskAct.EXPIRED: ("x", "wrong"),
}

NOTES_SHOWN = {TaskAct.COMMENTED, TaskAct.SNOOZED, TaskAct.DUE_DATE_SET, TaskAct.COMPLETED, TaskAct.WITHDRAWN}
SESSION_ICONS = {"completed": "check", "no_show": "calendar-x", "cancelled": "x", "moved": "refresh-cw"}
VERDICTS = {
    "fire": "Rule fired:",
    "escalate": "Rule still holds:",
    "resolve": "Rule settled:",
    "suppressed": "Held back:",
}
TRIALS = {  # of a shadow rule, from which nothing followed
    "fire": "On trial, would have fired:",
    "escalate": "On trial, still holds:",
    "resolve": "On trial, settled:",
    "suppressed": "On trial, would have been held back:",
}
ALERT_LOOKS = {  # act -> icon, tone
    "raised": ("bell", "wrong"),
    "reopened": ("rotate-ccw", "wrong"),
    "acknowledged": ("hand", ""),
    "resolved": ("check", "good"),
}
BEHAVIOUR_ICONS = {"onboarded": "user-plus", "resignation_notice": "log-out", "leave_started": "pause"}


@dataclass(frozen=True)
class Row:
    """One row of a timeline."""

    icon: str
    tone: str
    title: str
    note: str = ""
    actor: str = ""
    at: datetime | None = None
    link: str = ""
    link_text: str = ""


def task_rows(lines: Sequence[StoryLine], names: Mapping[str, str]) -> list[Row]:
    """A task's history; notes that name accounts by number name them by name."""
    return [task_row(line, names) for line in lines]


def task_row(line: StoryLine, names: Mapping[str, str]) -> Row:
    """One line of a task's history."""
    icon, tone = LOOKS.get(TaskAct(line.act), ("circle-dot", ""))
    return Row(
        icon=icon,
        tone=tone,
        title=spoken(line.act),
        note=_note(line, names),
        actor=line.actor_name or "Mainstay",
        at=line.at,
    )


def case_row(line: CaseLine) -> Row:
    """One line of a case's own story."""
    closed = line.state == CaseState.CLOSED
    return Row(
        icon="check" if closed else "workflow", tone="good" if closed else "", title=line.words, at=line.at
    )


def task_row_of_case(task: CaseTask) -> Row:
    """What happened to a task of a case, in the case's story."""
    icon, tone = LOOKS.get(TaskAct(task.act), ("circle-dot", ""))
    said = task.note if task.act in NOTES_SHOWN else ""
    return Row(
        icon=icon,
        tone=tone,
        title=f"{spoken(task.kind)}: {spoken(task.act).lower()}",
        note=spoken(said) if task.act == TaskAct.COMPLETED else said,
        actor=task.actor_name or "Mainstay",
        at=task.at,
    )


def tutor_row(line: Happening) -> Row:
    """One line of a tutor's timeline."""
    if line.kind == "alert":
        return _alert_row(line)
    icon, tone, title = _happening(line)
    link = f"/people-ops/cases/{line.case_id}" if line.case_id else ""
    return Row(icon, tone, title, note=line.note, at=line.at, link=link, link_text="Open the case")


def _alert_row(line: Happening) -> Row:
    icon, tone = ALERT_LOOKS[line.word]
    title, link = f"Alert {spoken(line.word).lower()}: {line.title}", f"/people-ops/alerts/{line.number}"
    return Row(icon, tone, title, at=line.at, link=link, link_text="Open the alert")


def _happening(line: Happening) -> tuple[str, str, str]:
    """Icon, tone and words of what happened to a tutor."""
    words = spoken(line.word)
    if line.kind == "session":
        first = " (first with this student)" if line.number == 1 else ""
        tone = "wrong" if line.word == "no_show" else ""
        return SESSION_ICONS.get(line.word, "calendar"), tone, f"{words}: {line.title}{first}"
    if line.kind == "feedback":
        return "star", _stars_tone(line.number or 0), f"A student gave {line.number} of 5 stars"
    if line.kind in {"decision", "trial"}:
        said = VERDICTS if line.kind == "decision" else TRIALS
        return "git-branch", "", f"{said.get(line.word, words)} {line.title}"
    if line.kind == "case_opened":
        return "workflow", "", f"Case opened: {spoken(line.title).lower()}"
    if line.kind == "case_closed":
        return "check", "good", f"Case closed: {words.lower()}"
    return BEHAVIOUR_ICONS.get(line.word, "activity"), "", words


def _stars_tone(stars: int) -> str:
    return "wrong" if stars < FIRST_FAILURE_RATING else "good" if stars >= FIRST_SUCCESS_RATING else ""


def _note(line: StoryLine, names: Mapping[str, str]) -> str:
    first, _, rest = line.note.partition(" ")
    if line.act in (TaskAct.ASSIGNED, TaskAct.DELEGATED) and first == "to":
        return f"To {names.get(rest, 'a colleague')}"
    if line.act == TaskAct.ESCALATED:
        return line.note.replace("_", " ").replace("ops manager", "the ops managers").capitalize()
    return spoken(line.note) if line.act == TaskAct.COMPLETED else line.note
