"""The coaching tour: a tutor of its own tires, is sent a tip, is coached, and recovers.

It takes about 26 business days, which is as many minutes in a world of SPEED=1440, for which it is made.
"""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from local import tour, tour_browser
from local.temporal_server import run_of
from local.tour_browser import NARROW, Visit
from local.tour_tutor import TutorOfTheTour
from local.world import World
from retention import calendars
from retention.errors import Refusal
from retention.records import database, followed, guides, outbox, world as records
from retention.records.followed import FollowedCase
from retention.records.outbox import OutboxLine
from retention.settings import settings
from retention.vocabulary import Arm, Letter, LetterState, Programme, TaskKind, TipAct
from rules.holdout import arm_of

DAYS = 26  # business days that the tour is expected to take
SLOWEST = 500.0  # business seconds in a real one; a slower world would need more than an hour
PATIENCE = timedelta(days=4)  # business time for what should come soon
A_WEEK_OF_RISK = timedelta(days=14)  # until the rule has fired; it takes eight
TWO_WEEKS = timedelta(days=19)  # until the follow-up; it takes fourteen days
AHEAD = (2, 3, 4)  # working days to the offered times: letters wait for the morning
CALL_AT = 14  # o'clock
OFFICE = "%Y-%m-%dT%H:%M"  # as a browser's input of a moment is filled in
ACTIONS = (
    "Keep two evenings a week free of sessions",
    "Tell students two days ahead when a session has to move",
)
WRITTEN = {
    "outcome": "held",
    "went_well": "Explains with pictures, and students dare to ask. The regular ones come back every week.",
    "barrier": "Late sessions after a full day. The tutor is tired, moves them, and students notice.",
    "actions-1": ACTIONS[0],
    "actions-2": ACTIONS[1],
}
SEEN = {
    "outcome": "looked_at",
    "action_1_done": "true",
    "action_2_done": "true",
    "remark": "The evenings are free, nothing was moved any more, and the ratings are good again.",
}

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


class CoachingTour:
    """One walk; each of its stations waits for what the page or the record says."""

    def __init__(self, see: Visit, tutor: TutorOfTheTour, tell: Callable[[str], None]) -> None:
        self.see, self.tutor, self._say = see, tutor, tell
        self.story = CoachingStory()
        self._key = tour.platform_key()

    # What the platform posts, and waiting for what comes of it.

    def live(self) -> None:
        """Post what has happened to the tutor since the last time."""
        tour.post_lines(self._key, list(self.tutor.until(_now())))

    def until(self, look: Callable[[], Seen | None], what: str, *, within: timedelta = PATIENCE) -> Seen:
        """Wait while the tutor's life goes on; at most so much business time."""
        seconds = tour.PATIENCE + within.total_seconds() / _speed()

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
        self.story.steps[what] = f"{_now():%a %d %b %H:%M}"
        self._say(f"{self.story.steps[what]}  {what}")

    def in_temporal(self, name: str, workflow_id: str, *, showing: str = "Current Details") -> None:
        """Pictures of a workflow in Temporal's UI: what it says of itself."""
        self.see.temporal(name, (workflow_id, _run_of(workflow_id)), tab="user-metadata", showing=showing)

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

    # The stations, in order.

    def meet(self) -> None:
        """Somebody new to us, but not to the platform; nobody whom the lot leaves without tips."""
        while True:
            self.live()
            with database.transaction() as session:
                number = followed.tutor_number(session, self.tutor.external_id)
            assert number is not None
            if arm_of(Programme.COACHING_TIP, number) is not Arm.HOLDOUT:
                break
            self.tutor = somebody()
        self.story.tutor_number = number
        self.note(f"Tutor {number} has had tired weeks")

    def tip(self) -> None:
        """A figure is below its threshold: one letter with one guide, read and found helpful."""
        case = self.until(lambda: self.case(Programme.COACHING_TIP), "a coaching tip")
        self.story.tip_case = case.case_id
        letter = self.sent(case.case_id, Letter.COACHING_TIP)
        self.see.letter(letter.message_key)
        self.see.picture("tip-1-letter")
        self.see.follow("guides")
        self.until(lambda: self._act(letter, TipAct.READ), "the guide to be read")
        self.see.press('form[action$="/helpful"] button')
        self.see.picture("tip-2-guide-320", self.see.tutor, width=NARROW)
        self.until(lambda: self._act(letter, TipAct.HELPFUL), "the tutor's word on the guide")
        self.note("The tutor has read the guide and found it helpful")
        self.waiting(Programme.COACHING_TIP, "acted", "")
        self.in_temporal("tip-waits", case.case_id)

    def offered(self) -> None:
        """A week of high risk: the manager takes the coaching on and offers times."""
        case = self.until(lambda: self.case(Programme.COACHING), "coaching", within=A_WEEK_OF_RISK)
        self.story.coaching_case = case.case_id
        self.note("A tutor has been at high risk for a week: coaching")
        self.task(TaskKind.COACHING_OFFER)
        self.in_temporal("coaching-1-offer", case.case_id)
        self.finish(TaskKind.COACHING_OFFER, {"outcome": "accepted"} | _times(), picture="coaching-1-offer")

    def chosen(self) -> None:
        """The letter with the times; its link; one press."""
        letter = self.sent(self.story.coaching_case, Letter.COACHING_TIMES)
        self.waiting(Programme.COACHING, "times_offered", "tutor")
        self.in_temporal("coaching-2-times", self.story.coaching_case)
        self.see.letter(letter.message_key)
        self.see.picture("coaching-2-letter")
        self.see.follow("answer")
        self.see.picture("coaching-3-question-320", self.see.tutor, width=NARROW)
        self.see.press('button[value="slot_1"]')
        self.see.picture("coaching-4-answered", self.see.tutor)
        self.note("The tutor has chosen a time")

    def scheduled(self) -> None:
        """The confirmation with its entry for the calendar, and the call as a task."""
        letter = self.sent(self.story.coaching_case, Letter.COACHING_SCHEDULED)
        self.see.letter(letter.message_key)
        self.see.picture("coaching-5-confirmation")
        self.task(TaskKind.COACHING_CALL)
        self.in_temporal("coaching-3-scheduled", self.story.coaching_case)

    def held(self) -> None:
        """The call takes place, and is written down."""
        task_id = self.task(TaskKind.COACHING_CALL)
        self.see.at(f"/people-ops/tasks/{task_id}")
        not_before = self.see.manager.get_attribute("form[data-not-before]", "data-not-before")
        assert not_before is not None
        held_at = datetime.fromisoformat(not_before) + timedelta(minutes=30)
        self.until(
            lambda: True if _now() >= held_at else None, "the call", within=held_at - _now() + PATIENCE
        )
        self.finish(TaskKind.COACHING_CALL, WRITTEN, picture="coaching-6-call")
        self.tutor.well_since = _now().date()

    def confirmed(self) -> None:
        """The tutor confirms what was agreed."""
        letter = self.sent(self.story.coaching_case, Letter.COACHING_ACTIONS)
        self.see.letter(letter.message_key)
        self.see.follow("answer")
        self.see.picture("coaching-7-actions", self.see.tutor)
        self.see.press('button[value="confirmed"]')
        self.note("The tutor has confirmed what was agreed")
        self.waiting(Programme.COACHING, "actions_open", "done")
        self.in_temporal("coaching-4-agreed", self.story.coaching_case)

    def measured(self) -> None:
        """What became of the tip's figure, two weeks after its letter."""
        case = self.until(lambda: self._closed(Programme.COACHING_TIP), "the tip's end", within=TWO_WEEKS)
        self.story.tip_outcome, self.story.tip_note = str(case.outcome), case.note
        self.note(f"The tip is measured: {case.outcome}. {case.note}")
        self.see.at(f"/people-ops/cases/{case.case_id}")
        self.see.picture("tip-3-case")

    def looked_at(self) -> None:
        """Two weeks after the call the manager looks again; the case closes with what the figures show."""
        self.task(TaskKind.COACHING_FOLLOW_UP, within=TWO_WEEKS)
        self.in_temporal("coaching-5-follow-up", self.story.coaching_case)
        self.finish(TaskKind.COACHING_FOLLOW_UP, SEEN, picture="coaching-8-follow-up")
        case = self.until(lambda: self._closed(Programme.COACHING), "the end of the case")
        self.story.coaching_outcome, self.story.coaching_note = str(case.outcome), case.note
        self.note(f"The case is closed: {case.outcome}. {case.note}")
        self.see.at(f"/people-ops/cases/{case.case_id}")
        self.see.picture("coaching-9-case-dark", scheme="dark")
        self.see.at(f"/people-ops/tutors/{self.story.tutor_number}")
        self.see.picture("coaching-10-tutor")
        run = (case.case_id, _run_of(case.case_id))
        self.see.temporal("coaching-6-closed", run, tab="user-metadata", showing="Current Details")
        self.see.temporal("coaching-7-timeline", run, tab="timeline", showing="Coaching call")

    STATIONS = (meet, tip, offered, chosen, scheduled, held, confirmed, measured, looked_at)

    def _act(self, letter: OutboxLine, act: TipAct) -> bool | None:
        with database.transaction() as session:
            return True if act in guides.acts_of(session, letter.message_key) else None

    def _closed(self, programme: Programme) -> FollowedCase | None:
        case = self.case(programme)
        return case if case is not None and case.state == "closed" else None


def walk(world: World, *, tell: Callable[[str], None], album: Path | None) -> CoachingStory:
    """Live through the story on the running demo. Raises Refusal at the first thing that does not happen."""
    os.environ.update(world.environment)  # from here on this process is one of the world's
    settings.cache_clear()
    if _speed() < SLOWEST:
        raise Refusal(
            f"The coaching tour lives through {DAYS} days, and this world is too slow for that.",
            instead="`make up SPEED=1440` in another checkout, or after `make clean`, makes a faster one.",
        )
    with tour_browser.visit(world, album) as see:
        told = CoachingTour(see, somebody(), tell)
        for station in CoachingTour.STATIONS:
            station(told)
        return told.story


def somebody() -> TutorOfTheTour:
    """A tutor whom nobody knows yet."""
    return TutorOfTheTour(f"tour-{uuid4().hex[:12]}", _now().date())


def _now() -> datetime:
    with database.transaction() as session:
        return records.the_clock(session).now()


def _speed() -> float:
    with database.transaction() as session:
        return records.the_clock(session).speed


def _run_of(workflow_id: str) -> str:
    """In a thread of its own, for the browser keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as room:
        asked = (settings().temporal_address, settings().temporal_namespace, workflow_id)
        return room.submit(run_of, *asked).result()


def _times() -> dict[str, str]:
    """Three afternoons of the coming working days, on the office's clock."""
    office = calendars.office()
    days = [calendars.add_business_days(office, _now(), ahead) for ahead in AHEAD]
    calls = [day.astimezone(ZoneInfo(office.zone)).replace(hour=CALL_AT, minute=0) for day in days]
    return {f"times-{number}": f"{at:{OFFICE}}" for number, at in enumerate(calls, start=1)}
