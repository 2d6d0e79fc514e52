"""A coaching case under whatever may happen, in any order: it ends, and leaves nothing open behind it."""

from asyncio import CancelledError
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from hypothesis import given, strategies as st

from retention.messages.cases import CaseResult
from retention.messages.letters import LetterNews, LetterWish
from retention.messages.tasks import SYSTEM, Claim, Complete, SetDueDate, TaskMemory, Withdraw
from retention.vocabulary import CaseState, Letter, LetterState, MailEvent, SlaState, TaskAct, TaskKind
from tests.testbed.rehearsal import Says
from tests.workflows.coaching_people import DAY, GOOD_CALL, HOUR, LOOKED, MANAGER, WORDS, Rehearsed, times
from workflows import task_acts
from workflows.casework import CANCELED
from workflows.rehearsal import RehearsedTask
from workflows.task_answers import NotNow

LONG_AFTER = 200 * DAY  # the tutor leaves at last, so that every case ends
COLLEAGUE = "99"
LOOKED_AT = timedelta(hours=6, minutes=17)  # how often a case is looked at: never in the instant of an event
WHY = {"reason": WORDS}


class Reply(NamedTuple):
    """Which of the possible answers a manager gives, and after how many hours."""

    which: int
    hours: int


class Event(NamedTuple):
    """What happens to the tutor or to an open task, and in which hour of the case."""

    kind: str
    hour: int
    leave: str
    days: int  # until a due date that is set


def possible(kind: TaskKind, now: datetime) -> list[tuple[str, dict[str, Any]]]:
    """How a manager may answer a task of a kind now."""
    ahead = times(now + 2 * DAY, now + 3 * DAY)
    return {
        TaskKind.COACHING_OFFER: [("accepted", ahead)] * 3 + [("declined", WHY)],
        TaskKind.COACHING_TIMES: [("times_offered", ahead)] * 3 + [("closed", WHY)],
        TaskKind.COACHING_PHONE: [
            ("time_agreed", {"agreed_at": (now + 2 * DAY).isoformat()}),
            ("unreachable", {}),
            ("unreachable", {}),
            ("tutor_declined", WHY),
        ],
        TaskKind.COACHING_DECISION: [("closed", WHY), ("retention_interview", WHY)] * 2,
        TaskKind.COACHING_CALL: [
            ("held", GOOD_CALL),
            ("held", GOOD_CALL),
            ("tutor_no_show", {}),
            ("rescheduled", WHY | ahead),
        ],
        TaskKind.COACHING_FOLLOW_UP: [("looked_at", LOOKED)] * 4,
    }[kind]


class Anything(Rehearsed):
    """One case whose manager answers in ways that are drawn, once they are asked."""

    def __init__(self, manager: list[Reply], **world: Any) -> None:
        self._replies = list(manager)
        self.gone_at: datetime | None = None
        self.was_canceled = False
        super().__init__(**world)
        self.at(LONG_AFTER, self.go)
        self.at(LOOKED_AT, self.look)

    def go(self) -> None:
        """The tutor resigns, once."""
        if self.gone_at is None:
            self.gone_at = self.stage.now()
            self.resigns()

    def play(self) -> CaseResult:
        """Tell it to its end, as its shell on Temporal does."""
        return self.stage.play(self._as_carried())

    async def _as_carried(self) -> CaseResult:
        try:
            return await self.story.told()
        except CancelledError:
            return await self.story.stopped(CANCELED)

    def happens(self, event: Event) -> None:
        """Something becomes known of the tutor, or is done to the case."""
        after = event.hour * HOUR
        if event.kind == "away":
            self.away(after, name=event.leave, until=after + 5 * DAY if event.leave else None)
        elif event.kind == "back":
            self.back(after, name=event.leave, ramp_up=DAY)
        elif event.kind in ("better", "worse"):
            {"better": self.better, "worse": self.worse}[event.kind](after)
        else:
            self.at(after, self._acts(event)[event.kind])

    def _acts(self, event: Event) -> dict[str, Callable[[], Any]]:
        return {
            "goes": self.go,
            "canceled": self._canceled,
            "bounced": partial(self._bounced, event),
            "claimed": partial(self._tried, task_acts.claim, Claim(command_id="c", actor=COLLEAGUE)),
            "ended_outside": partial(
                self._tried, task_acts.withdraw, Withdraw(command_id="ui", actor=SYSTEM, reason=CANCELED)
            ),
            "dated": partial(self._dated, event),
        }

    def _canceled(self) -> None:
        if self.told() and self.told()[-1].state is not CaseState.CLOSED and not self.was_canceled:
            self.was_canceled = True
            self.stage.cancel()

    def _bounced(self, event: Event) -> None:
        if self.wishes():
            news = LetterNews(
                command_id=f"bounce {event.hour}",
                letter_key=self.wishes()[-1].key,
                event=MailEvent.BOUNCE,
                at=self.stage.now(),
            )
            self.story.letter_news(news)

    def _tried(self, act: Callable[..., TaskMemory], command: Any) -> None:
        for task in self.open_tasks():
            with suppress(NotNow):
                task.act(act, command)

    def _dated(self, event: Event) -> Any:
        due_at = self.stage.now() + event.days * DAY
        wish = SetDueDate(
            command_id=f"date {event.hour}", actor=COLLEAGUE, due_at=due_at, reason="Asked for."
        )
        return next((task.date(wish) for task in self.open_tasks()), None)

    def open_tasks(self) -> list[RehearsedTask]:
        """The tasks that wait."""
        return [task for task in self.stage.tasks if not task.over()]

    def look(self) -> None:
        """What holds at any time."""
        self._look_at_the_wait()
        for call in self.open_tasks():
            if call.task.kind is TaskKind.COACHING_CALL:
                assert self._named_since(call.task.opened_at) <= {call.task.assignee}
        if self.stage.now() < self.begins + 60 * DAY:
            self.stage.at(self.stage.now() + LOOKED_AT, self.look)

    def _named_since(self, at: datetime) -> set[Any]:
        """Whom letters that confirm a call have named."""
        confirmed = [wish for wish in self.wishes() if wish.letter is Letter.COACHING_SCHEDULED]
        return {wish.about["coach"] for wish in confirmed if wish.as_of >= at}

    def _look_at_the_wait(self) -> None:
        """A case that waits for a task does so until it is due, or without a date while a clock stands."""
        told = self.told()[-1]
        for task in self.open_tasks():
            if told.waiting_for.endswith(f"to answer: {task.task.title.lower()}"):
                stands = not task.memory.ladder and task.memory.sla_state is SlaState.ON_TRACK
                assert told.waiting_until == (None if stands else task.memory.due_at)

    def _asked(self, task: RehearsedTask) -> None:
        if self._replies:
            reply = self._replies.pop(0)
            self.stage.at(self.stage.now() + reply.hours * HOUR, partial(self._replied, task, reply))

    def _replied(self, task: RehearsedTask, reply: Reply) -> None:
        if not task.over():
            outcome, form = possible(task.task.kind, self.stage.now())[reply.which]
            actor = task.memory.assignee or (MANAGER if reply.hours % 2 else COLLEAGUE)
            done = Complete(command_id=task.task.task_id, actor=actor, outcome=outcome, form=form)
            task.act(task_acts.complete, done, form_key=task.task.form_key)


def said(*choices: str) -> st.SearchStrategy[list[Says]]:
    after = st.integers(1, 6 * 24).map(lambda hours: hours * HOUR)
    return st.lists(st.builds(Says, st.sampled_from(choices), after=after), max_size=5)


replies = st.lists(st.builds(Reply, st.integers(0, 3), st.integers(1, 5 * 24)), max_size=12)
HAPPENINGS = [
    *("away", "back", "better", "worse", "goes", "bounced"),
    *("claimed", "dated", "ended_outside", "canceled"),
]
events = st.lists(
    st.builds(
        Event,
        st.sampled_from(HAPPENINGS),
        st.one_of(st.integers(1, 45 * 24), st.sampled_from([1, 2, 26, 50])),  # also in the same instant
        st.sampled_from(["", "a", "b"]),
        st.integers(1, 9),
    ),
    max_size=6,
)
tutors = st.fixed_dictionaries(
    {
        Letter.COACHING_TIMES: said("slot_1", "slot_1", "slot_2", "none_suits", "no_thanks"),
        Letter.COACHING_SCHEDULED: said("another_time"),
        Letter.COACHING_ACTIONS: said("confirmed", "change"),
    }
)
unsent = st.dictionaries(  # what becomes of which letters
    st.integers(1, 9), st.sampled_from([LetterState.FAILED, LetterState.AMBIGUOUS]), max_size=3
)


def morning(at: datetime) -> datetime:
    """When the tutor may be written to next; they live where the office is."""
    if 8 <= at.hour < 21:
        return at
    return at.replace(hour=8, minute=0) + (DAY if at.hour >= 21 else timedelta())


def world_of(
    tutor: dict[Letter, list[Says]], lost: dict[int, LetterState], *, nights: bool
) -> dict[str, Any]:
    """The tutor's answers, their nights, and a provider that refuses some letters."""
    posted = iter(range(1, 1_000))

    def state(_wish: LetterWish) -> LetterState:
        return lost.get(next(posted), LetterState.SENT)

    return {"tutor": tutor, "posted": state} | ({"opens_at": morning} if nights else {})


def is_better(before: TaskMemory, after: TaskMemory) -> bool:
    """Whether a task looks less urgent than before, though nobody has set its date and its clock runs."""
    assert after.last is not None
    by_hand = after.last.act is TaskAct.DUE_DATE_SET and after.last.actor != SYSTEM
    ranks = list(SlaState)
    return ranks.index(after.sla_state) < ranks.index(before.sla_state) and bool(after.ladder) and not by_hand


def look_at_tasks(case: Anything) -> None:
    """What is escalated has reached a further group; what is urgent stays so unless it is due later."""
    for task in case.stage.tasks:
        assert len(task.memory.candidate_groups) > 1 or task.memory.escalation_level == 0
        for before, after in zip(task.versions, task.versions[1:], strict=False):
            assert not is_better(before, after) or after.due_at > before.due_at


@given(replies, events, tutors, unsent, st.booleans())
def test_whatever_happens_a_case_ends_and_leaves_nothing_open(
    manager: list[Reply],
    happening: list[Event],
    tutor: dict[Letter, list[Says]],
    lost: dict[int, LetterState],
    nights: bool,
) -> None:
    case = Anything(manager, **world_of(tutor, lost, nights=nights))
    for event in happening:
        case.happens(event)
    case.play()
    look_at_tasks(case)
    last = case.told()[-1]
    assert last.state is CaseState.CLOSED
    assert all(task.over() for task in case.stage.tasks)
    assert last.appointment_at is None or last.acted_at is not None
    keys = [wish.key for wish in case.wishes()]
    assert len(keys) == len(set(keys))
    entries = [wish.invitation for wish in case.wishes() if wish.invitation is not None]
    if entries and case.gone_at is None and last.acted_at is None:  # a call that was off is off for the tutor
        assert entries[-1].cancelled or entries[-1].starts_at <= case.stage.now()
    late = [
        at for at, name, _ in case.stage.done if name == "send_letter" and case.gone_at and at > case.gone_at
    ]
    assert late == []  # who has left gets no more mail
