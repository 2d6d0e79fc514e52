"""How the demo's staff works: when they are there, what they take, how long it needs, what they write."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

import httpx2
import structlog

from retention import calendars, demo
from retention.clock import Clock
from retention.demo import Person
from retention.errors import Refusal
from retention.vocabulary import Role
from simulator.pages import Form
from simulator.people import StaffMember

HANDS = 3  # tasks that one person works on at a time
LEFT_FOR_MONDAY = 5  # unassigned tasks that the weekend duty leaves alone
WEEKEND_DUTY = (10, 14)  # o'clock, Saturday and Sunday, one person
PICKED_UP = (timedelta(minutes=30), timedelta(hours=5))  # from seeing a task to taking it
DONE_IN = (timedelta(minutes=40), timedelta(hours=7))  # from taking a task to finishing it
OVERLOOKED = 0.07  # share of tasks that nobody takes before they are escalated
PUT_ASIDE = 0.14  # share of taken tasks that are snoozed once
TALKED_ABOUT = 0.12  # share of taken tasks that get a comment
AGAIN = timedelta(hours=6)  # until a form is sent again; the list may lag behind what was just done
MANAGER_WAITS = timedelta(hours=20)  # until a manager takes what was escalated
PAUSE = 0.4  # seconds of real time between two looks at the inbox
log = structlog.get_logger()

NOTES = {
    "contacted_student": "Called the student's parent: the pace was too fast. A second lesson is agreed.",
    "coached_tutor": "Went through the session with the tutor. Next time: goals first, shorter answers.",
    "no_action_needed": "The connection failed twice and the tutor reacted well. There is nothing to do.",
    "tutor_contacted": "Spoke with the tutor. Exams this month; fewer hours until they are over.",
    "tutor_unreachable": "Two calls and a message without an answer. To be looked at again on Monday.",
    "explained_absence": "The tutor had told support about a family matter, and is back next week.",
    "tutor_left": "The tutor has taken a full-time position and does not want to teach any more.",
}
COMMENTS = ("Left a voice mail, trying again after lunch.", "Asked the tutor for their view of the session.")
REASONS = ("The tutor asked to be called back then.", "Waiting for the student's parent to answer.")
RESTS = ("tomorrow", "three_days", "four_hours")


@dataclass
class Desk:
    """What one person remembers of their tasks, in business time."""

    seen: dict[str, datetime] = field(default_factory=dict)
    taken: dict[str, datetime] = field(default_factory=dict)
    rested: set[str] = field(default_factory=set)
    talked: set[str] = field(default_factory=set)
    again: dict[str, datetime] = field(default_factory=dict)  # when to send a form again that came back


def at_work(person: Person, now: datetime, *, number: int, people: int) -> bool:
    """Whether this person is there: office hours, or the weekend duty in turn."""
    calendar = calendars.office()
    local = now.astimezone(ZoneInfo(calendar.zone))
    if calendars.works(calendar, local.date()):
        return calendar.opens <= local.hour < calendar.closes
    on_duty = person.role is Role.PEOPLE_OPS and local.toordinal() % people == number
    return on_duty and WEEKEND_DUTY[0] <= local.hour < WEEKEND_DUTY[1]


def work(member: StaffMember, person: Person, desk: Desk, *, now: datetime) -> None:
    """One look at the inbox: go on with one's own tasks, take what waits."""
    mine = member.tasks("mine")
    for task_id in mine:
        _go_on(member, desk, task_id, now=now)
    if len(mine) >= HANDS:
        return
    waiting = member.unclaimed()
    for task_id in to_take(person, desk, list(waiting), busy=len(mine), now=now):
        member.claim(task_id, button=waiting[task_id])
        desk.taken[task_id] = now


def to_take(person: Person, desk: Desk, waiting: Sequence[str], *, busy: int, now: datetime) -> Sequence[str]:
    """Which of the waiting tasks a person takes now, who is busy with some already."""
    for task_id in waiting:
        desk.seen.setdefault(task_id, now)
    ready = [task_id for task_id in waiting if now - desk.seen[task_id] >= _patience(person, task_id)]
    calendar = calendars.office()
    workday = calendars.works(calendar, now.astimezone(ZoneInfo(calendar.zone)).date())
    left = len(ready) if workday else len(waiting) - LEFT_FOR_MONDAY
    return ready[: max(min(left, HANDS - busy), 0)]


def _go_on(member: StaffMember, desk: Desk, task_id: str, *, now: datetime) -> None:
    """Go on with a task of one's own: a comment, a rest, or the end of it."""
    since = now - desk.taken.setdefault(task_id, now)
    if _drawn(task_id, "comment") < TALKED_ABOUT and task_id not in desk.talked:
        desk.talked.add(task_id)
        member.comment(task_id, _one_of(COMMENTS, task_id))
    if _drawn(task_id, "rest") < PUT_ASIDE and task_id not in desk.rested:
        desk.rested.add(task_id)
        member.snooze(task_id, rest=_one_of(RESTS, task_id), reason=_one_of(REASONS, task_id))
    elif since >= _between(DONE_IN, _drawn(task_id, "work")) and now >= desk.again.get(task_id, now):
        desk.again[task_id] = now + AGAIN
        member.complete(task_id, _answers(member.asked(task_id), task_id))


def _answers(form: Form, task_id: str) -> dict[str, str]:
    """Plausible answers to whatever the form asks."""
    answers = {name: _one_of(tuple(values), task_id + name) for name, values in form.choices.items()}
    if "notes" in form.texts:
        answers["notes"] = NOTES.get(
            answers.get("outcome", ""), "Looked at it with the tutor; see the history."
        )
    return answers


def _patience(person: Person, task_id: str) -> timedelta:
    """How long a person lets a task lie; what people overlook is a manager's in the end."""
    overlooked = _drawn(task_id, "overlooked") < OVERLOOKED
    if person.role is not Role.PEOPLE_OPS:
        return timedelta(days=1) + MANAGER_WAITS if overlooked else timedelta.max
    return timedelta.max if overlooked else _between(PICKED_UP, _drawn(task_id, person.email))


def _between(span: tuple[timedelta, timedelta], drawn: float) -> timedelta:
    return span[0] + (span[1] - span[0]) * drawn


def _drawn(task_id: str, what: str) -> float:
    return crc32(f"{task_id} {what}".encode()) / 2**32


def _one_of(words: tuple[str, ...], task_id: str) -> str:
    return words[int(_drawn(task_id, "which") * len(words))]


def open_office(base_url: str, clock: Clock, *, until: Callable[[], bool]) -> list[threading.Thread]:
    """Let everybody work, each at their own pace, until it is time; ends with the process."""
    people = [person for person in demo.STAFF if person.role is not Role.ADMIN]
    threads = [
        threading.Thread(
            target=_work_days,
            args=(base_url, clock, person),
            daemon=True,
            name=person.email,
            kwargs={"number": number, "people": len(people), "until": until},
        )
        for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    return threads


def _work_days(
    base_url: str, clock: Clock, person: Person, *, number: int, people: int, until: Callable[[], bool]
) -> None:
    member, desk = StaffMember(base_url, person.email, demo.PASSWORD), Desk()
    while not until():
        now = clock.now()
        if at_work(person, now, number=number, people=people):
            try:
                work(member, person, desk, now=now)
            except (httpx2.HTTPError, Refusal) as fault:  # the pages are away, or somebody was first
                log.info("not this time", person=person.name, fault=str(fault)[:200])
        time.sleep(PAUSE)
    member.close()
