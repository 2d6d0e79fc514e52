"""How the demo's managers answer coaching tasks: from what the form asks, and with a mix of answers."""

from datetime import datetime, time
from zlib import crc32
from zoneinfo import ZoneInfo

from retention import calendars
from simulator.pages import Form

WEIGHTS = {  # how often each answer is given, against the others of its form; 1 if not named
    "accepted": 8.0,
    "times_offered": 6.0,
    "time_agreed": 3.0,
    "retention_interview": 0.5,
    "held": 8.0,
}
DONE = {"action_1_done": 0.75, "action_2_done": 0.5}  # share of agreed actions that are found done
SECOND_ACTION = 0.5  # share of calls in which two things are agreed
REASONS = {
    "declined": "I spoke with this tutor last week about the same thing; it needs time, not a second call.",
    "not_needed": "The figures dipped because of a holiday week. The last sessions are fine again.",
    "closed": "We could not find each other. I keep an eye on the tutor's next sessions instead.",
    "tutor_declined": "The tutor is busy with exams and would rather have no call this month.",
    "unreachable": "Called twice, in the morning and after lunch. I left a message both times.",
    "retention_interview": "It is about pay and hours, not about teaching. People Ops should speak to them.",
    "tutor_no_show": "Waited ten minutes in the call; the tutor did not come.",
    "rescheduled": "A student's session ran late, and the tutor asked for another time.",
}
WENT_WELL = (
    "Explains with pictures and small steps; students say that they dare to ask.",
    "Always well prepared, and knows each student's goals by heart.",
    "Regular students come back week after week and speak well of the tutor.",
)
BARRIER = (
    "Sessions begin without a plan when two of them follow each other without a break.",
    "The new students want exam practice; the tutor feels unsure about the format.",
    "Late-evening sessions after a full day: the tutor is tired and moves them.",
)
ACTIONS = (
    "Write three goals into the chat at the start of each session",
    "Leave fifteen minutes between two sessions for four weeks",
    "Watch the guide on first sessions before the next new student",
    "Tell students two days ahead when a session has to move",
)
SEEN = (
    "Most of it is done, and the last students were content. We go on like this.",
    "Half of it is done. The breaks between sessions helped; the goals are still forgotten at times.",
)


def answers(form: Form, task_id: str, *, now: datetime) -> dict[str, str]:
    """Answers to the fields of a coaching form that is on the page; times are typed on the office's clock."""
    end = chosen(form.choices["outcome"], task_id)
    given = {"outcome": end, "reason": REASONS.get(end, "")}
    given["went_well"] = _one_of(WENT_WELL, task_id, "well")
    given["barrier"] = _one_of(BARRIER, task_id, "barrier")
    given["actions-1"] = _one_of(ACTIONS, task_id, "action")
    if _drawn(task_id, "second action") < SECOND_ACTION:
        given["actions-2"] = _one_of(ACTIONS[::-1], task_id, "action")
    given["agreed_at"] = f"{_next_free(now, task_id):%Y-%m-%dT%H:%M}"
    given["remark"] = _one_of(SEEN, task_id, "seen")
    ticked = {name: "true" for name in form.ticks if _drawn(task_id, name) < DONE.get(name, 0.0)}
    asked = {name: words for name, words in given.items() if words and name in form.texts}
    return {"outcome": end} | asked | ticked


def chosen(ends: list[str], task_id: str) -> str:
    """One of the ends of a form, the usual ones more often; the same for the same task."""
    weights = [WEIGHTS.get(end, 1.0) for end in ends]
    left = _drawn(task_id, "end") * sum(weights)
    for end, weight in zip(ends, weights, strict=True):
        left -= weight
        if left < 0:
            return end
    return ends[-1]


def _next_free(now: datetime, task_id: str) -> datetime:
    """A time that was agreed on the telephone: two working days ahead, on the office's wall clock."""
    office = calendars.office()
    opening = calendars.add_business_days(office, now, 2).astimezone(ZoneInfo(office.zone))
    return datetime.combine(opening.date(), time(10 + int(_drawn(task_id, "hour") * 6)))


def _one_of(words: tuple[str, ...], task_id: str, what: str) -> str:
    return words[int(_drawn(task_id, what) * len(words))]


def _drawn(task_id: str, what: str) -> float:
    """Between 0 and 1, the same for the same task: habits, not chance."""
    return crc32(f"{task_id} {what}".encode()) / 2**32


def is_coaching(form: Form) -> bool:
    """Whether a form is one of a coaching task: it asks for other words than the notes of the others."""
    return "outcome" in form.choices and "notes" not in form.texts
