"""What several journeys begin with or look at."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select

from retention.records.cases import Case
from retention.records.hops import SignalHop
from retention.records.tasks import Task, TaskLine
from retention.vocabulary import CaseState
from tests.factories import wire
from tests.factories.tasks import NOTES
from tests.testbed.town import Town
from tests.testbed.visitors import Colleague, Hire, a_platform

ANSWERS = {"outcome": "contacted_student", "follow_up": "close_now"}


@dataclass(frozen=True)
class Scene:
    """A first session that went badly, as posted."""

    tutor_name: str
    session: wire.Json
    said: wire.Json

    @property
    def session_id(self) -> str:
        return str(self.session["session_id"])


async def a_poor_first_session(town: Town) -> Scene:
    """A new tutor's first session of two hours ago, and the student's poor words on it, have been posted."""
    tutor_name = f"Grace {uuid4().hex[:8]}"
    async with a_platform(town) as platform:
        tutor_id = await platform.tutor(name=tutor_name)
        session, said = wire.a_poor_first_session(tutor_id, start=datetime.now(UTC) - 2 * wire.AN_HOUR)
        assert await platform.post(session, said) == [201, 201]
    return Scene(tutor_name, session, said)


async def answering(colleague: Colleague, scene: Scene) -> None:
    """The colleague has opened the scene's task and filled in its form, and has not sent it yet."""
    await colleague.see_task_of(scene.tutor_name)
    await colleague.open_task_of(scene.tutor_name)
    await colleague.fill_in(NOTES, **ANSWERS)


async def a_task_in_hand(town: Town, visitors: Hire) -> tuple[Colleague, Scene]:
    """A colleague who is about to complete a new task."""
    ada, scene = await visitors(town), await a_poor_first_session(town)
    await answering(ada, scene)
    return ada, scene


def closed_case(town: Town, session_id: str) -> Case | None:
    """The session's case, once it is closed."""
    wanted = select(Case).where(Case.session_id == session_id, Case.state == CaseState.CLOSED)
    with town.records() as records:
        return records.scalars(wanted).one_or_none()


def tasks_of(town: Town, session_id: str) -> list[Task]:
    """Every task that came of a session."""
    cases = select(Case.case_id).where(Case.session_id == session_id)
    with town.records() as records:
        return list(records.scalars(select(Task).where(Task.case_id.in_(cases))))


def completed_once(town: Town, scene: Scene) -> bool:
    """Whether the scene came to one closed case and one task, completed once."""
    tasks = tasks_of(town, scene.session_id)
    if closed_case(town, scene.session_id) is None or len(tasks) != 1:
        return False
    lines = select(TaskLine.act).where(TaskLine.task_id == tasks[0].task_id, TaskLine.act == "completed")
    with town.records() as records:
        return len(list(records.scalars(lines))) == 1


def hops(town: Town, event_id: str) -> set[str]:
    """The stations that a posted record has reached."""
    with town.records() as records:
        return set(records.scalars(select(SignalHop.hop).where(SignalHop.event_id == event_id)))
