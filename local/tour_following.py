"""Staying beside one tutor of the tour: their life is posted as it passes, what comes of it waited for."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from local import temporal_server, tour
from local.tour_browser import Visit
from local.tour_tutor import Record, TutorOfTheTour
from retention.records import database, followed, outbox, world as records
from retention.records.followed import FollowedCase
from retention.records.outbox import OutboxLine
from retention.settings import settings
from retention.vocabulary import Letter, LetterState, Programme, Stream, TaskKind

PATIENCE = timedelta(days=4)  # business time for what should come soon
TWO_WEEKS = timedelta(days=19)  # until the follow-up; it takes fourteen days

Seen = TypeVar("Seen")


@dataclass
class CoachingStory:
    """What happened, for people and machines."""

    tutor_number: int = 0
    tip_case: str = ""
    tip_outcome: str = ""
    tip_note: str = ""
    coaching_case: str = ""
    coaching_outcome: str = ""
    coaching_note: str = ""
    letters: list[str] = field(default_factory=list)
    steps: dict[str, str] = field(default_factory=dict)  # what happened -> business instant

    def as_dict(self) -> dict[str, object]:
        """Ready for JSON."""
        return asdict(self)


class Following:
    """Staying beside one tutor's cases: posting their life, and waiting for what the record says."""

    def __init__(self, see: Visit, tutor: TutorOfTheTour, tell: Callable[[str], None]) -> None:
        self.see, self.tutor, self._say = see, tutor, tell
        self.story = CoachingStory()
        self._key = tour.platform_key()
        self._unposted: list[tuple[Stream, Record]] = []

    # What the platform posts, and waiting for what comes of it.

    def live(self) -> None:
        """Post what has happened to the tutor since the last time."""
        self._unposted += self.tutor.until(now())
        if tour.post_lines(self._key, self._unposted):  # else once more at the next look
            self._unposted.clear()

    def until(self, look: Callable[[], Seen | None], what: str, *, within: timedelta = PATIENCE) -> Seen:
        """Wait while the tutor's life goes on; at most so much business time."""
        seconds = tour.PATIENCE + within.total_seconds() / speed()

        def lived_and_looked() -> Seen | None:
            self.live()
            return look()

        return tour.until(lived_and_looked, what, patience=seconds)

    def case(self, programme: Programme) -> FollowedCase | None:
        """The tutor's case as it stands."""
        with database.transaction() as session:
            return followed.first_case(session, self.story.tutor_number, programme)

    def task(self, kind: TaskKind, *, within: timedelta = PATIENCE) -> str:
        """Wait for a task of the coaching case; its id."""

        def there() -> str | None:
            with database.transaction() as session:
                found = followed.newest_task(session, self.story.coaching_case, kind)
            return found[0] if found is not None and found[1] == "created" else None

        return self.until(there, f"the task {kind}", within=within)

    def sent(self, case_id: str, letter: Letter) -> OutboxLine:
        """Wait until a letter of a case is out."""

        def out() -> OutboxLine | None:
            with database.transaction() as session:
                lines = outbox.of_case(session, case_id)
            return next(
                (one for one in lines if one.letter is letter and one.state is LetterState.SENT), None
            )

        found = self.until(out, f"the letter {letter}")
        self.story.letters.append(found.message_key)
        self.note(f"Letter: {found.subject}")
        return found

    def waiting(self, programme: Programme, step: str, words: str) -> FollowedCase:
        """Wait until a case stands at a step and says that it waits for this."""

        def stands() -> FollowedCase | None:
            case = self.case(programme)
            return case if case and case.step == step and words in case.waiting_for else None

        return self.until(stands, f"{programme} at {step}")

    def note(self, what: str) -> None:
        """Say what happened, and when in business time."""
        self.story.steps[what] = f"{now():%a %d %b %H:%M}"
        self._say(f"{self.story.steps[what]}  {what}")

    def in_temporal(self, name: str, workflow_id: str, *, showing: str = "Current Details") -> None:
        """Pictures of a workflow in Temporal's UI: what it says of itself."""
        self.see.temporal(name, (workflow_id, run_of(workflow_id)), tab="user-metadata", showing=showing)

    def finish(self, kind: TaskKind, answers: Mapping[str, str], *, picture: str) -> None:
        """The manager takes a task, fills in its form, and sends it."""
        task_id = self.task(kind, within=TWO_WEEKS)
        self.see.take(task_id)
        self.see.fill(answers)
        self.see.picture(picture)
        self.see.complete()
        self.until(lambda: self._done(kind), f"the end of the task {kind}")
        self.note(f"Task done: {kind.replace('_', ' ')}")

    def _done(self, kind: TaskKind) -> bool | None:
        with database.transaction() as session:
            found = followed.newest_task(session, self.story.coaching_case, kind)
        return True if found is not None and found[1] == "completed" else None

    def closed(self, programme: Programme) -> FollowedCase | None:
        case = self.case(programme)
        return case if case is not None and case.state == "closed" else None


def somebody() -> TutorOfTheTour:
    """A tutor whom nobody knows yet."""
    return TutorOfTheTour(f"tour-{uuid4().hex[:12]}", now().date())


def now() -> datetime:
    with database.transaction() as session:
        return records.the_clock(session).now()


def speed() -> float:
    with database.transaction() as session:
        return records.the_clock(session).speed


def run_of(workflow_id: str) -> str:
    """In a thread of its own, for the browser keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as room:
        asked = (settings().temporal_address, settings().temporal_namespace, workflow_id)
        return room.submit(temporal_server.run_of, *asked).result()
