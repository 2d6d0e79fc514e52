"""The manager and the tutor of a case in town: what each does next, as soon as it can be done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, true

from retention.clock import Clock
from retention.messages.cases import StartCase
from retention.messages.tasks import Complete
from retention.messages.tutors import TutorLeft
from retention.programmes.registry import PROGRAMMES
from retention.records import answers, commands
from retention.records.cases import Case
from retention.records.commands import NewCommand
from retention.records.database import Session
from retention.records.letters import LetterRecord
from retention.records.tasks import Task
from retention.temporal.queues import CASES
from retention.vocabulary import ChurnReason, CommandKind, Letter, LetterState, TaskKind, TaskState, TipAct
from tests.factories.cases import an_opened_case
from tests.factories.tips import a_deed, an_opened_tip
from tests.testbed.town import Town
from tests.testbed.waiting import eventually
from tests.workflows.coaching_people import DAY, GOOD_CALL, HOUR, LOOKED, MONDAY, times
from workflows.coaching_actions import CONFIRMED, TO_CONFIRM

TEN_O_CLOCK = MONDAY + HOUR  # the office is open, and in London tutors may be written to for eleven hours
SOON = timedelta(seconds=2)
PATIENCE = 200.0  # seconds that one step may take while workers die


def monday(*, speed: float = 1.0) -> Clock:
    """The clock of a world that begins now, on a Monday at ten."""
    return Clock(origin_real=datetime.now(UTC), origin=TEN_O_CLOCK, speed=speed)


@dataclass(frozen=True)
class Does:
    """A manager answers the open task of a kind, once the case waits for that alone."""

    kind: TaskKind
    outcome: str
    after: Letter | None = None  # a letter that goes out while the task is open
    form: Callable[[datetime], dict[str, Any]] = lambda _now: {}

    def can_be(self, records: Session, case: StartCase) -> str | None:
        """The task, once it is there."""
        if self.after and not _sent(records, case, LetterRecord.letter == self.after):
            return None
        wanted = select(Task.task_id).where(Task.case_id == case.case_id, Task.kind == self.kind)
        return records.scalars(wanted.where(Task.state == TaskState.CREATED)).one_or_none()

    def be_done(self, records: Session, case: StartCase, task_id: str) -> None:
        """What the page of the task writes."""
        done = Complete(
            command_id=str(uuid4()), actor="7", outcome=self.outcome, form=self.form(case.clock.now())
        )
        update = NewCommand(
            id=UUID(done.command_id),
            target=f"task/{task_id}",
            kind=CommandKind.UPDATE,
            name="complete",
            payload=done.model_dump(mode="json"),
            actor="7",
        )
        commands.put(records, [update])


@dataclass(frozen=True)
class Says:
    """The tutor answers the letter that asked something, once the case waits for that."""

    step: str
    choice: str
    waited_for: str

    def can_be(self, records: Session, case: StartCase) -> str | None:
        """The letter, once it is out and waited for."""
        if records.get_one(Case, case.case_id).waiting_for != self.waited_for:
            return None
        return _sent(records, case, LetterRecord.question["step"].as_string() == self.step)

    def be_done(self, records: Session, case: StartCase, letter_key: str) -> None:
        """What the page behind the letter's link writes."""
        asked, now = answers.asked(records, letter_key), case.clock.now()
        answers.give(records, asked, choice=self.choice, remark="", at=now, received_at=datetime.now(UTC))


@dataclass(frozen=True)
class Uses:
    """The tutor finds the guide of a tip helpful."""

    def can_be(self, records: Session, case: StartCase) -> str | None:
        """The letter, once it is out and the case has heard that."""
        out = records.get_one(Case, case.case_id).step == "sent"
        return _sent(records, case, true()) if out else None

    def be_done(self, records: Session, case: StartCase, letter_key: str) -> None:
        """What the page of the guide writes."""
        deed = a_deed(TipAct.HELPFUL, letter_key=letter_key, at=case.clock.now(), command_id=str(uuid4()))
        commands.put(records, [answers.command_of(case.case_id, deed)])


@dataclass(frozen=True)
class Leaves:
    """The tutor resigns once the case has nothing to do but wait."""

    waiting: Callable[[Case], bool]

    def can_be(self, records: Session, case: StartCase) -> str | None:
        """The case, once it waits."""
        return case.case_id if self.waiting(records.get_one(Case, case.case_id)) else None

    def be_done(self, records: Session, case: StartCase, case_id: str) -> None:
        """What the case is told."""
        command_id, reason = uuid4(), ChurnReason.RESIGNATION
        left = TutorLeft(command_id=str(command_id), at=case.clock.now(), reason=reason)
        told = NewCommand(
            id=command_id,
            target=case_id,
            kind=CommandKind.SIGNAL,
            name="tutor_left",
            payload=left.model_dump(mode="json"),
            actor="platform",
        )
        commands.put(records, [told])


Act = Does | Says | Uses | Leaves
OFFER = Does(TaskKind.COACHING_OFFER, "accepted", form=lambda now: times(now + DAY, now + 2 * DAY))
CHOICE = Says("times_1", "slot_1", "the tutor to choose a time")
CALL = Does(TaskKind.COACHING_CALL, "held", Letter.COACHING_SCHEDULED, lambda _now: GOOD_CALL)
CONFIRMATION = Says("actions_1", "confirmed", TO_CONFIRM)
LOOK = Does(TaskKind.COACHING_FOLLOW_UP, "looked_at", form=lambda _now: LOOKED)
# From trigger to outcome in two parts, with no time between the acts: however quick this machine is.
UNTIL_CONFIRMED: tuple[Act, ...] = (
    OFFER,
    CHOICE,
    CALL,
    CONFIRMATION,
    Leaves(lambda row: row.note == CONFIRMED),
)
LOOKED_AT_AT_ONCE: tuple[Act, ...] = (OFFER, CHOICE, CALL, LOOK)
UNTIL_USED: tuple[Act, ...] = (Uses(), Leaves(lambda row: row.step == "acted"))


@dataclass
class InTown:
    """One case of a town."""

    town: Town
    case: StartCase
    keys: list[str] = field(default_factory=list)  # of what was done, in order

    async def begins(self) -> None:
        """Its workflow begins; a worker that dies at work on it is soon missed."""
        programme = PROGRAMMES[self.case.programme]
        await self.town.cases.start_workflow(
            programme.workflow, self.case, id=self.case.case_id, task_queue=CASES, task_timeout=SOON
        )

    async def comes_to(self, act: Act, *, within: float = PATIENCE) -> str:
        """The task or letter of an act, as soon as it is there."""

        def look() -> str | None:
            with self.town.records() as records:
                return act.can_be(records, self.case)

        return await eventually(look, within=within)

    async def goes_on(self, act: Act, *, within: float = PATIENCE) -> None:
        """Somebody acts as soon as they can."""
        key = await self.comes_to(act, within=within)
        with self.town.records() as records:
            act.be_done(records, self.case, key)
        self.keys.append(key)

    async def result(self) -> dict[str, Any]:
        """How the case ended."""
        result: dict[str, Any] = await self.town.cases.get_workflow_handle(self.case.case_id).result()
        return result


def coached(town: Town, *, clock: Clock, **terms: timedelta) -> InTown:
    """A coaching case that its decision is about to begin."""
    with town.records() as records:
        case = an_opened_case(records, at=clock.now(), kind=TaskKind.COACHING_OFFER)
    return _on_these(town, case, clock=clock, terms=terms)


def tipped(town: Town, *, clock: Clock, **terms: timedelta) -> InTown:
    """A coaching tip that its decision is about to begin."""
    with town.records() as records:
        case = an_opened_tip(records, at=clock.now())
    return _on_these(town, case, clock=clock, terms=terms)


def _on_these(town: Town, case: StartCase, *, clock: Clock, terms: dict[str, timedelta]) -> InTown:
    own: Any = case
    changes = {"clock": clock, "terms": own.terms.model_copy(update=terms)}
    return InTown(town, own.model_copy(update=changes))


def _sent(records: Session, case: StartCase, which: ColumnElement[bool]) -> str | None:
    """The key of a letter of the case that is out."""
    wanted = select(LetterRecord.message_key).where(LetterRecord.case_id == case.case_id, which)
    return records.scalars(wanted.where(LetterRecord.state == LetterState.SENT)).first()
