"""The demo's staff at work: each looks at the inbox, takes what waits and finishes what is ready."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx2
import structlog

from retention import demo
from retention.clock import Clock
from retention.demo import Person
from retention.errors import Refusal
from retention.vocabulary import ModelKind, Role
from simulator import habits, model_decisions
from simulator.alert_round import AlertRound
from simulator.habits import HANDS, LEFT_FOR_MONDAY
from simulator.pages import Form
from simulator.people import StaffMember, Waiting

TEAM = tuple(person for person in demo.STAFF if person.role is not Role.ADMIN)
MODELS_ARE_HERS = next(person for person in TEAM if person.role is Role.OPS_MANAGER)
AT_ONCE = 3  # tabs that one person has open
PAUSE = 1.0  # seconds of real time between two looks at the inbox
AGAIN = timedelta(days=2)  # until a form is sent again; the list may lag behind what was just done
ENOUGH = {
    Role.PEOPLE_OPS: 7,
    Role.OPS_MANAGER: 3,
}  # unassigned tasks that are left for whoever opens the demo
LEFT_URGENT = 2  # of those, the most urgent: something must be due
TAKE_HOME = 3  # colleagues who leave with a task of theirs
OVERTIME = timedelta(minutes=10)  # real time, at most, to come down to them once the past is played
Act = Callable[[], object]
log = structlog.get_logger()


@dataclass
class Desk:
    """What one person remembers of their tasks, in business time."""

    seen: dict[str, datetime] = field(default_factory=dict)
    taken: dict[str, datetime] = field(default_factory=dict)
    sent: dict[str, datetime] = field(default_factory=dict)  # finished; the team shares this list
    rested: set[str] = field(default_factory=set)
    talked: set[str] = field(default_factory=set)
    later: dict[str, datetime] = field(default_factory=dict)  # a call is held before it is written down

    def rests(self, task_id: str, now: datetime) -> bool:
        """Whether the task waits for its hour."""
        return now < self.later.get(task_id, now)


class Colleague:
    """One person at their desk."""

    def __init__(self, member: StaffMember, person: Person, desk: Desk) -> None:
        self._member, self._person, self.desk = member, person, desk
        self._alerts = AlertRound(member, person, TEAM)

    def work(self, now: datetime) -> None:
        """One look at the inbox: go on with one's own tasks, turn to what waits."""
        mine = [one for one in self._member.tasks("mine") if not self.desk.rests(one, now)]
        acts = [act for task_id in mine for act in self._next(task_id, now=now)]
        waiting = self._waiting()
        for task_id in turned_to(self._person, self.desk, list(waiting), busy=len(mine), now=now):
            if habits.is_taken_first(task_id):
                acts.append(self._claiming(task_id, waiting[task_id].button, now=now))
            else:
                acts.append(self._finishing(task_id, now=now))
        do([*acts, *self._alerts.acts(now)])

    def clear(self, now: datetime) -> bool:
        """Overtime: finish a share of what is too much; whether there was too much."""
        waiting = [one for one in self._waiting() if self._may_send(one, now)]
        too_many = max(len(waiting) - ENOUGH[self._person.role], 0)
        colleagues = [one for one in TEAM if one.role is self._person.role]
        share = waiting[LEFT_URGENT:][:too_many][colleagues.index(self._person) :: len(colleagues)]
        do([self._finishing(one, now=now) for one in share])
        return too_many > 0

    def look_back(self) -> None:
        """At the end of overtime: the alerts of the days that were played faster than one could read."""
        do(self._alerts.last_look())
        do(self._alerts.last_words())

    def leave(self, *, number: int, now: datetime) -> None:
        """Before going home: one task taken for tomorrow, and one put aside."""
        for task_id, line in list(self._waiting().items())[LEFT_URGENT:][number : number + 1]:
            self._claiming(task_id, line.button, now=now)()
            if not self._member.tasks("snoozed"):
                self._put_aside(task_id)

    def _waiting(self) -> dict[str, Waiting]:
        """The unassigned tasks that this person's role looks after."""
        everything = self._member.unclaimed()
        if self._person.role is Role.PEOPLE_OPS:
            return {one: line for one, line in everything.items() if not habits.is_overlooked(one)}
        kinds = habits.MANAGERS_KINDS
        return {
            one: line for one, line in everything.items() if line.kind in kinds or habits.is_overlooked(one)
        }

    def _next(self, task_id: str, *, now: datetime) -> list[Act]:
        """What is to be done about a task of one's own: a comment, a rest, or the end of it."""
        since = now - self.desk.taken.setdefault(task_id, now)
        acts: list[Act] = []
        if habits.drawn(task_id, "comment") < habits.TALKED_ABOUT and task_id not in self.desk.talked:
            self.desk.talked.add(task_id)
            acts.append(lambda: self._member.comment(task_id, habits.one_of(habits.COMMENTS, task_id)))
        if habits.drawn(task_id, "rest") < habits.PUT_ASIDE and task_id not in self.desk.rested:
            self.desk.rested.add(task_id)
            acts.append(lambda: self._put_aside(task_id))
        elif since >= habits.effort(task_id) and self._may_send(task_id, now):
            acts.append(self._finishing(task_id, now=now))
        return acts

    def _put_aside(self, task_id: str) -> None:
        rest, reason = habits.one_of(habits.RESTS, task_id), habits.one_of(habits.REASONS, task_id)
        self._member.snooze(task_id, rest=rest, reason=reason)

    def _may_send(self, task_id: str, now: datetime) -> bool:
        sent_lately = task_id in self.desk.sent and now - self.desk.sent[task_id] < AGAIN
        return not sent_lately and not self.desk.rests(task_id, now)

    def _claiming(self, task_id: str, button: Form, *, now: datetime) -> Act:
        self.desk.taken[task_id] = now

        def claim() -> None:
            try:
                self._member.claim(task_id, button=button)
            except Exception:
                self.desk.taken.pop(task_id, None)  # it did not arrive
                raise

        return claim

    def _finishing(self, task_id: str, *, now: datetime) -> Act:
        self.desk.sent[task_id] = now

        def finish() -> None:
            try:
                form = self._member.asked(task_id)
                if self._is_early(task_id, form, now=now):
                    self.desk.sent.pop(task_id, None)
                    return
                self._member.complete(task_id, habits.answers(form, task_id, now=now), form=form)
            except Exception:
                self.desk.sent.pop(task_id, None)  # it did not arrive, so it may be sent again
                raise

        return finish

    def _is_early(self, task_id: str, form: Form, *, now: datetime) -> bool:
        """Whether the page says that there is nothing to write down yet; then it is looked at again."""
        if not form.not_before:
            return False
        self.desk.later[task_id] = datetime.fromisoformat(form.not_before)
        return self.desk.rests(task_id, now)


def turned_to(
    person: Person, desk: Desk, waiting: Sequence[str], *, busy: int, now: datetime
) -> Sequence[str]:
    """Which of the waiting tasks a person turns to now, who has taken `busy` already."""
    for task_id in waiting:
        desk.seen.setdefault(task_id, now)
    ready = [
        task_id
        for task_id in waiting
        if habits.is_theirs(task_id, person, TEAM)
        and now - desk.seen[task_id] >= habits.patience(task_id)
        and now - desk.sent.get(task_id, now - AGAIN) >= AGAIN
        and now - desk.taken.get(task_id, now - AGAIN) >= AGAIN
        and not desk.rests(task_id, now)
    ]
    if not habits.is_workday(now):
        ready = ready[: max(len(waiting) - LEFT_FOR_MONDAY, 0)]
    taking = [task_id for task_id in ready if habits.is_taken_first(task_id)][max(HANDS - busy, 0) :]
    return [task_id for task_id in ready if task_id not in taking]


def do(acts: Iterable[Act]) -> None:
    """Do several things side by side, as one does in several tabs; what does not work out is for later."""

    def tried(act: Act) -> None:
        try:
            act()
        except (httpx2.HTTPError, Refusal) as fault:  # the pages are away, or somebody was first
            log.info("not this time", fault=str(fault)[:200])

    with ThreadPoolExecutor(AT_ONCE) as tabs:
        list(tabs.map(tried, acts))


@dataclass(frozen=True)
class Hours:
    """How long the staff works."""

    over: Callable[[], bool]  # whether office hours count no more
    settled: Callable[
        [], bool
    ]  # whether everything that has happened is evaluated: no more tasks of the past


def open_office(base_url: str, clock: Clock, hours: Hours) -> None:
    """Let everybody work until it is over, and some overtime; threads that end with the process."""
    sent: dict[str, datetime] = {}
    for number, person in enumerate(TEAM):
        told = {"number": number, "hours": hours, "desk": Desk(sent=sent)}
        threading.Thread(
            target=_work_days, args=(base_url, clock, person), kwargs=told, daemon=True, name=person.email
        ).start()


def _work_days(base_url: str, clock: Clock, person: Person, *, number: int, hours: Hours, desk: Desk) -> None:
    member = StaffMember(base_url, person.email, demo.PASSWORD)
    colleague = Colleague(member, person, desk)
    while not hours.over():
        now = clock.now()
        if habits.at_work(person, now, number=number, people=len(TEAM)):
            do([lambda now=now: colleague.work(now)])  # type: ignore[misc]
            _look_at_models(person, member)
        time.sleep(PAUSE)
    last = time.monotonic() + OVERTIME.total_seconds()
    while time.monotonic() < last and (_too_much(colleague, clock.now()) or not hours.settled()):
        _look_at_models(person, member)
        time.sleep(PAUSE)
    do([colleague.look_back])
    if number < TAKE_HOME:
        do([lambda: colleague.leave(number=number, now=clock.now())])
    member.close()


def _look_at_models(person: Person, member: StaffMember) -> None:
    if person == MODELS_ARE_HERS:
        do([lambda kind=kind: model_decisions.look(member, kind) for kind in ModelKind])  # type: ignore[misc]


def _too_much(colleague: Colleague, now: datetime) -> bool:
    found: list[bool] = []
    do([lambda: found.append(colleague.clear(now))])
    return found != [False]
