"""One case on the stage, in a plain world: letters go out, deadlines are the real ones, people answer.

`Rehearsal(EquipmentCheckStory, a_start(TaskKind.EQUIPMENT_CHECK), people={…})`, then `play()`. What a
programme asks of the world besides is given as `answers`, or by a class of its own that knows more
(`tests/workflows/coaching_people.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from activities import deadlines
from retention import calendars, readings
from retention.messages.cases import CaseProgress, CaseResult, RuleResolved, StartCase
from retention.messages.letters import (
    AnswerReceipt,
    LetterSent,
    LetterWindow,
    LetterWish,
    TutorAnswer,
    Window,
)
from retention.messages.sla import SlaQuestion, SlaReading
from retention.messages.tasks import Claim, Complete, PlanRequest, SetDueDate, TaskPlan, Withdraw
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.vocabulary import ChurnReason, Letter, LetterState, TaskKind
from workflows import task_acts
from workflows.carrier import Carrier
from workflows.hearing import Listener
from workflows.rehearsal import RehearsedTask, Stage

HOUR = timedelta(hours=1)
SOMEBODY = "7"  # whoever takes and answers the tasks


class Tale(Listener, Protocol):
    """A story that can be told to its end."""

    async def told(self) -> CaseResult:
        """The whole story."""


Case = TypeVar("Case", bound=StartCase)
Story = TypeVar("Story", bound=Tale)


@dataclass(frozen=True)
class Says:
    """What somebody answers, and how long after being asked."""

    outcome: str
    form: dict[str, Any] = field(default_factory=dict)
    after: timedelta = HOUR
    remark: str = ""
    by: str = SOMEBODY  # of a task: who answers it


class Rehearsal(Generic[Story]):
    """One case on the stage. Each list is answered from its front; nobody answers what is not in it."""

    def __init__(
        self,
        story: Callable[[Case, Carrier], Story],
        case: Case,
        *,
        people: Mapping[TaskKind, list[Says]] | None = None,
        tutor: Mapping[Letter, list[Says]] | None = None,
        posted: Callable[[LetterWish], LetterState] = lambda _wish: LetterState.SENT,
        opens_at: Callable[[datetime], datetime] = lambda at: at,
        answers: Mapping[str, Callable[[Any], Any]] | None = None,
    ) -> None:
        self._people = {kind: list(said) for kind, said in (people or {}).items()}
        self._tutor = {letter: list(said) for letter, said in (tutor or {}).items()}
        self._posted, self._opens_at = posted, opens_at
        self.receipts: list[AnswerReceipt] = []
        self.begins = case.opened_at
        self.stage = Stage(self.begins, self._world() | dict(answers or {}), on_task=self._asked)
        self.story = story(case, self.stage)

    def play(self) -> CaseResult:
        """Tell it to its end."""
        return self.stage.play(self.story.told())

    def at(self, after: timedelta, act: Callable[[], Any]) -> None:
        """Something happens so long after the beginning."""
        self.stage.at(self.begins + after, act)

    # What can happen.

    def resolved(self, after: timedelta, reason: str = "The cause is gone.", **more: bool) -> None:
        """The fact that started the case no longer holds."""
        said = RuleResolved(command_id="resolved", at=self.begins + after, reason=reason, **more)
        self.at(after, partial(self.story.rule_resolved, said))

    def leaves(self, after: timedelta) -> None:
        """The tutor resigns."""
        left = TutorLeft(command_id="left", at=self.begins + after, reason=ChurnReason.RESIGNATION)
        self.at(after, partial(self.story.tutor_left, left))

    def away(
        self,
        after: timedelta,
        *,
        since: timedelta | None = None,
        until: timedelta | None = None,
        name: str = "",
    ) -> None:
        """A leave of the tutor becomes known; it began then, or at another time. `until`: as planned."""
        leave = LeaveStarted(
            command_id=f"away{name}{after}",
            at=self.begins + (after if since is None else since),
            leave_id=name,
            until=None if until is None else self.begins + until,
        )
        self.at(after, partial(self.story.leave_started, leave))

    def back(
        self,
        after: timedelta,
        *,
        since: timedelta | None = None,
        ramp_up: timedelta = timedelta(),
        name: str = "",
    ) -> None:
        """The tutor is back, or it becomes known that they were; clocks go on after the ramp-up."""
        at = self.begins + (after if since is None else since)
        ended = LeaveEnded(
            command_id=f"back{name}{after}", at=at, leave_id=name, clocks_resume_at=at + ramp_up
        )
        self.at(after, partial(self.story.leave_ended, ended))

    def taken(self, kind: TaskKind, after: timedelta) -> None:
        """Somebody takes the open task of a kind."""
        self.at(after, lambda: self.task(kind).act(task_acts.claim, Claim(command_id="c", actor=SOMEBODY)))

    def dates(self, kind: TaskKind, due_at: datetime, *, after: timedelta) -> None:
        """Somebody sets another due date for the open task of a kind."""
        wish = SetDueDate(command_id="d", actor=SOMEBODY, due_at=due_at, reason="The tutor asked for it.")
        self.at(after, lambda: self.task(kind).date(wish))

    def ended_outside(self, kind: TaskKind, after: timedelta) -> None:
        """Somebody ends the open task of a kind in the Temporal UI."""
        wish = Withdraw(command_id="ui", actor="mainstay", reason="Canceled in the Temporal UI.")
        self.at(after, lambda: self.task(kind).act(task_acts.withdraw, wish))

    def answers(self, step: str, choice: str, after: timedelta) -> None:
        """The tutor answers a link, whenever."""
        self.at(after, lambda: self._answered(step, "by-hand", Says(choice)))

    # What has happened.

    def task(self, kind: TaskKind) -> RehearsedTask:
        """The newest task of a kind."""
        return next(task for task in reversed(self.stage.tasks) if task.task.kind is kind)

    def asked(self, step: str) -> list[Any]:
        """With what a step was asked for, in order."""
        return [asked for _, name, asked in self.stage.done if name == step]

    def wishes(self) -> list[LetterWish]:
        """The letters, in order."""
        return self.asked("send_letter")

    def told(self) -> list[CaseProgress]:
        """What was written down of the case."""
        return self.asked("record_case")

    def steps(self) -> list[str]:
        """The states that it went through."""
        steps = [progress.step for progress in self.told()]
        return [step for i, step in enumerate(steps) if i == 0 or steps[i - 1] != step]

    def notes(self) -> list[str]:
        """The remarks in its story."""
        return [progress.note for progress in self.told() if progress.note]

    def when(self, step: str, kind: str) -> list[timedelta]:
        """When a step was done for a letter of this name, since the beginning."""
        return [
            at - self.begins
            for at, name, asked in self.stage.done
            if name == step and getattr(asked, "letter", "") == kind
        ]

    def comments(self, kind: TaskKind) -> str:
        """The last comment on the newest task of a kind."""
        last = self.task(kind).memory.last
        return last.note if last is not None and last.act == "commented" else ""

    # The world.

    def _world(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "plan_task": planned,
            "record_case": lambda _progress: None,
            "read_sla": read,
            "letter_window": self._window,
            "send_letter": self._sent,
        }

    def _window(self, asked: LetterWindow) -> Window:
        return Window(opens_at=self._opens_at(asked.as_of), zone="Europe/London")

    def _sent(self, wish: LetterWish) -> LetterSent:
        said = self._tutor.get(wish.letter, [])
        if said and wish.question is not None:
            answer = said.pop(0)
            step, key = wish.question.step, wish.key
            self.stage.at(self.stage.now() + answer.after, lambda: self._answered(step, key, answer))
        return LetterSent(key=wish.key, state=self._posted(wish), at=self.stage.now(), reason="")

    def _answered(self, step: str, key: str, said: Says) -> None:
        answer = TutorAnswer(
            command_id=f"{key}/{len(self.receipts)}",
            letter_key=key,
            step=step,
            choice=said.outcome,
            remark=said.remark,
            at=self.stage.now(),
        )
        self.receipts.append(self.story.answer(answer))

    def _asked(self, task: RehearsedTask) -> None:
        said = self._people.get(task.task.kind, [])
        if said:
            answer = said.pop(0)
            done = Complete(
                command_id=task.task.task_id, actor=answer.by, outcome=answer.outcome, form=answer.form
            )
            at = self.stage.now() + answer.after
            self.stage.at(at, lambda: None if task.over() else _completed(task, done))


def planned(request: PlanRequest) -> TaskPlan:
    """The real deadlines."""
    return deadlines.plan(request)


def read(question: SlaQuestion) -> SlaReading:
    """The real clock."""
    return readings.reading(calendars.office(), question.clock, at=question.as_of)


def _completed(task: RehearsedTask, done: Complete) -> None:
    task.act(task_acts.complete, done, form_key=task.task.form_key)
