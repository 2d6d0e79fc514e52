"""The habits of the demo's staff: when they are there, what each takes, how long it needs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from retention import calendars
from retention.demo import Person
from retention.vocabulary import Role, TaskKind
from simulator import coaching
from simulator.pages import Form

HANDS = 3  # tasks that one person has taken at a time
LEFT_FOR_MONDAY = 5  # unassigned tasks that the weekend duty leaves alone
WEEKEND_DUTY = (10, 14)  # o'clock, Saturday and Sunday, one person
PICKED_UP = (timedelta(minutes=20), timedelta(hours=5))  # from seeing a task to taking it
DONE_IN = (timedelta(minutes=40), timedelta(hours=7))  # from taking a task to finishing it
TAKEN_FIRST = 0.35  # share of tasks that are claimed and worked on; the others are finished in one go
OVERLOOKED = 0.07  # share of tasks that nobody takes before they are escalated
PUT_ASIDE = 0.35  # share of taken tasks that are snoozed once
TALKED_ABOUT = 0.35  # share of taken tasks that get a comment
MANAGER_WAITS = timedelta(days=1, hours=20)  # until a manager takes what was escalated

MANAGERS_KINDS = frozenset(  # offered to managers by the rulebook
    {
        TaskKind.NO_SHOW_CHECK,
        TaskKind.ESCALATION_REVIEW,
        *(kind for kind in TaskKind if kind.startswith("coaching_")),
    }
)

NOTES = {
    "contacted_student": "Called the student's parent: the pace was too fast. A second lesson is agreed.",
    "coached_tutor": "Went through the session with the tutor. Next time: goals first, shorter answers.",
    "no_action_needed": "The connection failed twice and the tutor reacted well. There is nothing to do.",
    "tutor_contacted": "Spoke with the tutor. Exams this month; fewer hours until they are over.",
    "tutor_unreachable": "Two calls and a message without an answer. To be looked at again on Monday.",
    "explained_absence": "The tutor had told support about a family matter, and is back next week.",
    "tutor_left": "The tutor has taken a full-time position and does not want to teach any more.",
}
OTHER_NOTE = "Looked at it with the tutor; the history says the rest."
COMMENTS = ("Left a voice mail, trying again after lunch.", "Asked the tutor for their view of the session.")
REASONS = ("The tutor asked to be called back then.", "Waiting for the student's parent to answer.")
RESTS = ("tomorrow", "three_days", "next_monday")


def at_work(person: Person, now: datetime, *, number: int, people: int) -> bool:
    """Whether this person is there: office hours, or the weekend duty in turn."""
    calendar = calendars.office()
    local = now.astimezone(ZoneInfo(calendar.zone))
    if is_workday(now):
        return calendar.opens <= local.hour < calendar.closes
    on_duty = person.role is Role.PEOPLE_OPS and local.toordinal() % people == number
    return on_duty and WEEKEND_DUTY[0] <= local.hour < WEEKEND_DUTY[1]


def is_workday(now: datetime) -> bool:
    """Whether the office works today."""
    calendar = calendars.office()
    return calendars.works(calendar, now.astimezone(ZoneInfo(calendar.zone)).date())


def is_theirs(task_id: str, person: Person, team: Sequence[Person]) -> bool:
    """Whether a task of this person's role falls to this person: colleagues share by topic."""
    colleagues = [one for one in team if one.role is person.role]
    return person == colleagues[int(drawn(task_id, "topic") * len(colleagues))]


def is_overlooked(task_id: str) -> bool:
    """Whether nobody takes this task until it is escalated."""
    return drawn(task_id, "overlooked") < OVERLOOKED


def is_taken_first(task_id: str) -> bool:
    """Whether a task is claimed before it is worked on, rather than finished in one go."""
    return drawn(task_id, "taken first") < TAKEN_FIRST


def patience(task_id: str) -> timedelta:
    """How long a task lies, once it has been seen, until its person turns to it."""
    if is_overlooked(task_id):
        return MANAGER_WAITS
    lies = between(PICKED_UP, drawn(task_id, "picked up"))
    return lies if is_taken_first(task_id) else lies + effort(task_id)


def effort(task_id: str) -> timedelta:
    """How long a task needs from being taken to being finished."""
    return between(DONE_IN, drawn(task_id, "work"))


def answers(form: Form, task_id: str, *, now: datetime) -> dict[str, str]:
    """Plausible answers to whatever the form asks."""
    if coaching.is_coaching(form):
        return coaching.answers(form, task_id, now=now)
    given = {name: one_of(values, task_id + name) for name, values in form.choices.items()}
    if "notes" in form.texts:
        given["notes"] = NOTES.get(given.get("outcome", ""), OTHER_NOTE)
    return given


def drawn(task_id: str, what: str) -> float:
    """Between 0 and 1, the same for the same task: habits, not chance."""
    return crc32(f"{task_id} {what}".encode()) / 2**32


def one_of(words: Sequence[str], task_id: str) -> str:
    """One of some words, the same for the same task."""
    return words[int(drawn(task_id, "which") * len(words))]


def between(span: tuple[timedelta, timedelta], share: float) -> timedelta:
    """So far from one length of time to another."""
    return span[0] + (span[1] - span[0]) * share
