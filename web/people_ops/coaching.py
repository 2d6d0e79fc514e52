"""What the pages of coaching tasks know beyond other tasks: times to offer, and what each clock is for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from retention import calendars, policy
from retention.records.task_story import TaskStory
from retention.vocabulary import CoachingAnswer, TaskKind
from web.form_fields import Field
from web.people_ops import offered_times
from web.viewer import Viewer

OFFERING = {TaskKind.COACHING_OFFER, TaskKind.COACHING_TIMES, TaskKind.COACHING_CALL}
CLOCKS = {  # what is to be done until the due date
    TaskKind.COACHING_OFFER: "to agree on a time for the call",
    TaskKind.COACHING_TIMES: "to agree on a time for the call",
    TaskKind.COACHING_PHONE: "to agree on a time for the call",
    TaskKind.COACHING_DECISION: "to decide",
    TaskKind.COACHING_CALL: "to hold the call and write it down",
    TaskKind.COACHING_FOLLOW_UP: "to look at what was agreed",
}

BY_MAIL = "The tutor gets the times by mail, at an hour when people are awake, and chooses one."
AFTER = {  # what follows the answer; answers that are not named close the case
    CoachingAnswer.ACCEPTED: BY_MAIL,
    CoachingAnswer.TIMES_OFFERED: BY_MAIL,
    CoachingAnswer.RESCHEDULED: BY_MAIL,
    CoachingAnswer.TIME_AGREED: "The tutor gets a confirmation for the calendar; the call is a task now.",
    CoachingAnswer.UNREACHABLE: "The tutor may still answer by mail. If not, you are asked to decide.",
    CoachingAnswer.TUTOR_NO_SHOW: "New times can be offered once. Should it happen again, the case ends.",
    CoachingAnswer.HELD: (
        "The tutor is asked by mail to confirm what was agreed. "
        f"{policy.COACHING_FOLLOW_UP_AFTER.days} days after the call you are asked what became of it."
    ),
    CoachingAnswer.LOOKED_AT: "The case closes with what the tutor's figures show.",
}


def clock_words(kind: str) -> str:
    """What the time that is left is for; empty for other kinds."""
    return CLOCKS.get(TaskKind(kind), "")


def fields(task: TaskStory, all_fields: list[Field], *, agreed: Sequence[str]) -> list[Field]:
    """The fields of a form; a follow-up asks for those actions that were agreed, and says which."""
    if task.kind != TaskKind.COACHING_FOLLOW_UP:
        return all_fields
    names = {f"action_{number}_done": words for number, words in enumerate(agreed, start=1)}
    asked = [one for one in all_fields if one.kind != "yes" or one.name in names]
    return [replace(one, label=f"Done: {names[one.name]}") if one.name in names else one for one in asked]


def begun(task: TaskStory, viewer: Viewer) -> dict[str, str]:
    """What the form holds before anything is typed: times to offer, on the viewer's wall clock."""
    if task.kind not in OFFERING:
        return {}
    now = viewer.clock.now()
    # A suggestion only: the terms that a case began with stay with its workflow.
    hold_by = calendars.add_office_time(
        calendars.office(), task.case_opened_at or task.opened_at, policy.COACHING_HOLD_WITHIN
    )
    times = offered_times.suggested(now, hold_by=hold_by, tutor_zone=ZoneInfo(task.tutor_zone))
    return offered_times.typed(times, viewer.zone)


def asides(task: TaskStory, inputs: Mapping[str, Any], viewer: Viewer) -> dict[str, str]:
    """What each typed time is where the tutor lives."""
    times = {
        name: str(words)
        for name, words in inputs.items()
        if words and (name.startswith("times-") or name == "agreed_at")
    }
    return offered_times.for_the_tutor(times, viewer.zone, ZoneInfo(task.tutor_zone))
