"""A coaching case under whatever may happen, in any order: it ends, and leaves nothing open behind it."""

from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from hypothesis import given, strategies as st

from retention.messages.letters import LetterWish
from retention.messages.tasks import Complete
from retention.vocabulary import CaseState, Letter, LetterState, TaskKind
from tests.testbed.rehearsal import Says
from tests.workflows.coaching_people import DAY, GOOD_CALL, HOUR, LOOKED, MANAGER, WORDS, Rehearsed, times
from workflows import task_acts
from workflows.rehearsal import RehearsedTask

LONG_AFTER = 200 * DAY  # the tutor leaves at last, so that every case ends
WHY = {"reason": WORDS}


class Reply(NamedTuple):
    """Which of the possible answers a manager gives, and after how many hours."""

    which: int
    hours: int


class Event(NamedTuple):
    """What happens to the tutor, and in which hour of the case."""

    kind: str
    hour: int
    leave: str


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
        super().__init__(**world)
        self.at(LONG_AFTER, self.go)

    def go(self) -> None:
        """The tutor resigns, once."""
        if self.gone_at is None:
            self.gone_at = self.stage.now()
            self.resigns()

    def happens(self, event: Event) -> None:
        """Something becomes known of the tutor."""
        after = event.hour * HOUR
        if event.kind == "away":
            self.away(after, name=event.leave, until=after + 5 * DAY if event.leave else None)
        elif event.kind == "back":
            self.back(after, name=event.leave, ramp_up=DAY)
        elif event.kind == "goes":
            self.at(after, self.go)
        else:
            {"better": self.better, "worse": self.worse}[event.kind](after)

    def _asked(self, task: RehearsedTask) -> None:
        if self._replies:
            reply = self._replies.pop(0)
            self.stage.at(self.stage.now() + reply.hours * HOUR, partial(self._replied, task, reply.which))

    def _replied(self, task: RehearsedTask, which: int) -> None:
        if not task.over():
            outcome, form = possible(task.task.kind, self.stage.now())[which]
            done = Complete(command_id=task.task.task_id, actor=MANAGER, outcome=outcome, form=form)
            task.act(task_acts.complete, done, form_key=task.task.form_key)


def said(*choices: str) -> st.SearchStrategy[list[Says]]:
    after = st.integers(1, 6 * 24).map(lambda hours: hours * HOUR)
    return st.lists(st.builds(Says, st.sampled_from(choices), after=after), max_size=5)


replies = st.lists(st.builds(Reply, st.integers(0, 3), st.integers(1, 5 * 24)), max_size=12)
events = st.lists(
    st.builds(
        Event,
        st.sampled_from(["away", "back", "better", "worse", "goes"]),
        st.integers(1, 45 * 24),
        st.sampled_from(["", "a", "b"]),
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
unsent = st.sets(st.integers(1, 9), max_size=3)  # which letters cannot be sent


def world_of(tutor: dict[Letter, list[Says]], lost: set[int]) -> dict[str, Any]:
    """The tutor's answers, and a provider that refuses some letters."""
    posted = iter(range(1, 1_000))

    def state(_wish: LetterWish) -> LetterState:
        return LetterState.FAILED if next(posted) in lost else LetterState.SENT

    return {"tutor": tutor, "posted": state}


@given(replies, events, tutors, unsent)
def test_whatever_happens_a_case_ends_and_leaves_nothing_open(
    manager: list[Reply], happening: list[Event], tutor: dict[Letter, list[Says]], lost: set[int]
) -> None:
    case = Anything(manager, **world_of(tutor, lost))
    for event in happening:
        case.happens(event)
    case.play()
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
