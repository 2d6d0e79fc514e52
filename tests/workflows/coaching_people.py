"""A manager, a tutor and the world around one coaching case, on the stage: who answers what, and when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from activities import deadlines
from retention import calendars, readings
from retention.clock import real_time
from retention.messages.cases import AlsoFound, CaseProgress, CaseResult, RuleResolved
from retention.messages.coaching import Declines
from retention.messages.effects import EffectFigure, MeasureEffect
from retention.messages.letters import (
    AnswerReceipt,
    LetterSent,
    LetterWindow,
    LetterWish,
    TutorAnswer,
    Window,
)
from retention.messages.sla import SlaQuestion, SlaReading
from retention.messages.tasks import Claim, Complete, PlanRequest, TaskPlan, Withdraw
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.programmes.coaching import StartCoaching
from retention.vocabulary import (
    ChurnReason,
    EffectVerdict,
    Letter,
    LetterState,
    OwnerGroup,
    Programme,
    RiskBand,
    TaskKind,
)
from workflows import task_acts
from workflows.coaching import CoachingStory
from workflows.rehearsal import RehearsedTask, Stage

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # the office opens; London is on UTC until the 29th
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WORDS = "Ada tells good stories and loses time at the start."
MANAGER = "7"
SLOTS = [MONDAY + 2 * DAY + 5 * HOUR, MONDAY + 3 * DAY]  # Wednesday 14:00, Thursday 9:00
LATER = [MONDAY + 7 * DAY, MONDAY + 8 * DAY]  # Monday and Tuesday after
GOOD_CALL = {
    "went_well": WORDS,
    "barrier": WORDS,
    "actions": ["Begin with a plan", "Ask for one goal"],
}
LOOKED = {"action_1_done": True, "remark": WORDS}
AT_THE_CALL = timedelta(minutes=-1)  # as a time to answer after: when the call has ended


def times(*instants: datetime) -> dict[str, Any]:
    """A form that offers times."""
    return {"times": [one.isoformat() for one in instants]}


@dataclass(frozen=True)
class Says:
    """What somebody answers, and how long after being asked."""

    outcome: str
    form: dict[str, Any] = field(default_factory=dict)
    after: timedelta = HOUR
    remark: str = ""


ACCEPTS = Says("accepted", times(*SLOTS))
HOLDS = Says("held", GOOD_CALL, after=3 * DAY)
LOOKS = Says("looked_at", LOOKED)
CHOOSES = Says("slot_1")
OFFERS = Says("times_offered", times(*LATER))


def a_coaching_case(**changes: Any) -> StartCoaching:
    """A case as the rule starts it, on a Monday morning."""
    told: dict[str, Any] = {
        "case_id": "coaching/10023/1",
        "programme": Programme.COACHING,
        "tutor_number": 10_023,
        "episode": "1",
        "decision_id": 1,
        "rule_id": "H1.coaching",
        "rulebook_version": 1,
        "opened_at": MONDAY,
        "owner_group": OwnerGroup.OPS_MANAGER,
        "priority": 70,
        "churn_score": 62,
        "risk_band": RiskBand.HIGH,
        "reason": "At high risk of leaving for a week.",
        "clock": real_time(),
    }
    return StartCoaching.model_validate(told | changes)


class Rehearsed:
    """One case on the stage. Each list is answered from its front; nobody answers what is not in it."""

    def __init__(
        self,
        people: dict[TaskKind, list[Says]] | None = None,
        tutor: dict[Letter, list[Says]] | None = None,
        *,
        begins: datetime = MONDAY,
        posted: Callable[[LetterWish], LetterState] = lambda _wish: LetterState.SENT,
        opens_at: Callable[[datetime], datetime] = lambda at: at,
        verdict: EffectVerdict = EffectVerdict.IMPROVED,
        declines: int = 1,
    ) -> None:
        self._people = {kind: list(said) for kind, said in (people or {}).items()}
        self._tutor = {letter: list(said) for letter, said in (tutor or {}).items()}
        self._posted, self._opens_at = posted, opens_at
        self._verdict, self._declines = verdict, declines
        self.receipts: list[AnswerReceipt] = []
        self.begins = begins
        self.stage = Stage(begins, self._world(), on_task=self._asked)
        self.story = CoachingStory(a_coaching_case(opened_at=begins), self.stage)

    def play(self) -> CaseResult:
        """Tell it to its end."""
        return self.stage.play(self.story.told())

    def at(self, after: timedelta, act: Callable[[], Any]) -> None:
        """Something happens so long after the beginning."""
        self.stage.at(self.begins + after, act)

    # What can happen.

    def better(self, after: timedelta) -> None:
        """The score has fallen below 40."""
        said = RuleResolved(command_id="better", at=self.begins + after, reason="The score fell to 38.")
        self.at(after, partial(self.story.rule_resolved, said))

    def worse(self, after: timedelta, rule_id: str = "H1.critical") -> None:
        """Another rule adds something."""
        at = self.begins + after
        found = AlsoFound(command_id="worse", at=at, rule_id=rule_id, reason="The score rose to 81.")
        self.at(after, partial(self.story.also_found, found))

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
        """The manager takes the open task of a kind."""
        self.at(after, lambda: self.task(kind).act(task_acts.claim, Claim(command_id="c", actor=MANAGER)))

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

    def kinds(self) -> list[str]:
        """The tasks that were opened, in order, without the programme's name."""
        return [task.task.kind.removeprefix("coaching_") for task in self.stage.tasks]

    def wishes(self) -> list[LetterWish]:
        """The letters, in order."""
        return [asked for _, name, asked in self.stage.done if name == "send_letter"]

    def letters(self) -> list[str]:
        """The letters' names, in order, without the programme's."""
        return [wish.letter.removeprefix("coaching_") for wish in self.wishes()]

    def told(self) -> list[CaseProgress]:
        """What was written down of the case."""
        return [asked for _, name, asked in self.stage.done if name == "record_case"]

    def steps(self) -> list[str]:
        """The states that it went through."""
        steps = [progress.step for progress in self.told()]
        return [step for i, step in enumerate(steps) if i == 0 or steps[i - 1] != step]

    def notes(self) -> list[str]:
        """The remarks in its story."""
        return [progress.note for progress in self.told() if progress.note]

    def when(self, step: str, kind: str) -> list[timedelta]:
        """When a step was done for a letter or a task of this name, since the beginning."""
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
            "record_actions": lambda _agreed: None,
            "declines_in_a_row": self._declined,
            "measure_effect": self._measured,
        }

    def _window(self, asked: LetterWindow) -> Window:
        return Window(opens_at=self._opens_at(asked.as_of), zone="Europe/London")

    def _declined(self, _asked: Any) -> Declines:
        return Declines(count=self._declines, since_case="coaching/1/1", reasons=[WORDS])

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
                command_id=task.task.task_id, actor=MANAGER, outcome=answer.outcome, form=answer.form
            )
            at = self.stage.now() + answer.after
            self.stage.at(at, lambda: None if task.over() else self._completed(task, done))

    def _completed(self, task: RehearsedTask, done: Complete) -> None:
        task.act(task_acts.complete, done, form_key=task.task.form_key)

    def _measured(self, asked: MeasureEffect) -> EffectFigure:
        known = self._verdict is not EffectVerdict.NOT_MEASURABLE
        return EffectFigure(
            subject=asked.subject,
            day=asked.day,
            metric=asked.metric,
            due_at=asked.as_of,
            measured_at=asked.at,
            before=62 if known else None,
            after=41 if known else None,
            verdict=self._verdict,
        )


def planned(request: PlanRequest) -> TaskPlan:
    """The real deadlines."""
    return deadlines.plan(request.policy, opened_at=request.opened_at, due_at=request.due_at)


def read(question: SlaQuestion) -> SlaReading:
    """The real clock."""
    return readings.reading(calendars.office(), question.clock, at=question.as_of)
