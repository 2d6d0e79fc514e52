"""The tour: one poor first session, posted as the platform would, followed until its case is closed."""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import uuid4

import httpx2

from local.temporal_server import result_of, run_of
from local.world import World
from retention import demo
from retention.errors import Conflict, NotFound, Refusal
from retention.records import api_keys, database, signals, world as records
from retention.records.signals import Way
from retention.settings import settings
from retention.vocabulary import FollowUpWish, Hop, Origin, Outcome, Role, Scope, Stream
from simulator.people import StaffMember

KEY_NAME = "tour"
PATIENCE = 60.0  # real seconds for each thing that is waited for
LOOKS = 0.05  # seconds between two looks
SESSION_MINUTES = 60
LINES = {"content-type": "application/x-ndjson"}
NOTES = "Called the tutor: the lesson began late and unprepared. We agreed on a checklist for first sessions."

Seen = TypeVar("Seen")


@dataclass
class Story:
    """What happened, for people and machines."""

    tutor_number: int = 0
    session_id: str = ""
    decision_id: int = 0
    workflow_id: str = ""
    task_id: str = ""
    seconds_to_decision: float = 0.0
    seconds_to_task: float = 0.0
    hops: dict[str, float] = field(default_factory=dict)  # seconds after it was known
    completed_by: str = ""
    task_state: str = ""
    case_state: str = ""
    run_ids: tuple[str, str] = ("", "")  # of the case's workflow and of the task's
    outcome: str = ""
    workflow_result: dict[str, object] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """Ready for JSON."""
        return asdict(self)


def tour(world: World, *, tell: Callable[[str], None], look: Callable[[Story], None]) -> Story:
    """Live through the story on the running demo; `look` is called at the open task and at the end.

    Raises Refusal at the first thing that does not happen.
    """
    os.environ.update(world.environment)  # from here on this process is one of the world's
    settings.cache_clear()
    story = Story(session_id=f"tour-{uuid4().hex[:12]}")
    tutor = _choose_tutor(story)
    posted = _post(story, tutor)
    tell(f"Posted a poor first session of tutor {story.tutor_number}: {story.session_id}.")
    way = until(lambda: _way(story), "a decision")
    story.decision_id, story.workflow_id = way.decision_id, str(way.case_id)
    tell(f"Rule R1 decided; the case is {story.workflow_id}.")
    story.task_id = str(until(lambda: (_way(story) or way).task_id, "a task in the inbox"))
    _note_hops(story, posted)
    story.run_ids = (_run_of(story.workflow_id), _run_of(f"task/{story.task_id}"))
    tell(f"Task {story.task_id} is in the inbox, {story.seconds_to_task:.1f} s after the post.")
    look(story)
    _complete(story)
    tell(f"{story.completed_by} completed it on its page.")
    last = until(lambda: _closed(story), "the end of the case")
    story.task_state, story.case_state = str(last.task_state), str(last.case_state)
    story.outcome = str(last.case_outcome)
    story.workflow_result = result_of(*_temporal(), story.workflow_id)
    tell(f"The workflow ended: {story.workflow_result}.")
    look(story)
    return story


def _temporal() -> tuple[str, str]:
    return settings().temporal_address, settings().temporal_namespace


def _run_of(workflow_id: str) -> str:
    return run_of(*_temporal(), workflow_id)


def _choose_tutor(story: Story) -> str:
    with database.transaction() as session:
        found = signals.quiet_tutor(session)
    if found is None:
        raise NotFound("Every tutor of this world has an open case.", instead="Complete some tasks first.")
    story.tutor_number, external_id = found
    return external_id


def _post(story: Story, tutor: str) -> list[str]:
    """Post the session and its feedback; returns their event ids."""
    with database.transaction() as session:
        now = records.the_clock(session).now()
        key = _key(session, at=now)
    taught, said = _taught(story, tutor, now=now), _said(story, tutor, now=now)
    with _platform(key) as platform:
        for path, record in (("sessions", taught), ("feedback", said)):
            answer = platform.post(f"/api/v1/{path}", json=record)
            if answer.status_code != httpx2.codes.CREATED:
                raise Refusal(f"The API did not take the {path} record: {answer.text}")
    return [str(taught["event_id"]), str(said["event_id"])]


def platform_key() -> str:
    """A key with which the tour posts as the platform."""
    with database.transaction() as session:
        return _key(session, at=records.the_clock(session).now())


def post_lines(key: str, told: Sequence[tuple[Stream, dict[str, object]]]) -> bool:
    """Post what has happened, each stream in one go; False: the pages are away. Raises Refusal."""
    with _platform(key) as platform:
        for stream in (Stream.EVENTS, Stream.SESSIONS, Stream.FEEDBACK):  # tutors come before what they do
            lines = [json.dumps(record) for one, record in told if one is stream]
            if not lines:
                continue
            try:
                answer = platform.post(f"/api/v1/{stream}", content="\n".join(lines), headers=LINES)
            except httpx2.TransportError:
                return False
            if answer.is_error or answer.json()["quarantined"]:
                raise Refusal(f"The API did not take the {stream}: {answer.text[:500]}")
    return True


def _platform(key: str) -> httpx2.Client:
    headers = {"authorization": f"Bearer {key}"}
    return httpx2.Client(base_url=settings().public_url, headers=headers, timeout=PATIENCE)


def _taught(story: Story, tutor: str, *, now: datetime) -> dict[str, object]:
    start = now - timedelta(minutes=SESSION_MINUTES + 10)
    return {
        "tutor_id": tutor,
        "session_id": story.session_id,
        "event_id": f"{story.session_id}-taught",
        "event_time": (now - timedelta(minutes=5)).isoformat(),
        "transition": "completed",
        "student_ids": [f"{story.session_id}-student"],
        "session_number": 1,
        "subject": "Mathematics",
        "scheduled_start": start.isoformat(),
        "scheduled_minutes": SESSION_MINUTES,
        "actual_start": start.isoformat(),
        "duration_minutes": SESSION_MINUTES,
    }


def _said(story: Story, tutor: str, *, now: datetime) -> dict[str, object]:
    return {
        "tutor_id": tutor,
        "session_id": story.session_id,
        "event_id": f"{story.session_id}-said",
        "event_time": now.isoformat(),
        "student_id": f"{story.session_id}-student",
        "overall_rating": 2,
        "first_experience": "poor",
        "would_work_again": "no",
    }


def _key(session: database.Session, *, at: datetime) -> str:
    if any(key.name == KEY_NAME for key in api_keys.all_keys(session)):
        return api_keys.renew(session, KEY_NAME)
    return api_keys.issue(session, KEY_NAME, scopes=[Scope.INGEST], origin=Origin.SYNTHETIC, at=at)


def _way(story: Story) -> Way | None:
    with database.transaction() as session:
        way = signals.way_of(session, story.tutor_number, story.session_id)
    if way is not None and way.case_id is None:
        raise Conflict(f"The rule did not open a case: {way.verdict}, {way.reason}.")
    return way


def _closed(story: Story) -> Way | None:
    way = _way(story)
    return way if way is not None and way.case_state == "closed" else None


def _note_hops(story: Story, posted: list[str]) -> None:
    """Seconds from the moment the first fact was known; the task's own station may come a little later."""

    def passed() -> dict[str, datetime] | None:
        with database.transaction() as session:
            reached = signals.stations(session, posted)
        return reached if Hop.TASK_OPEN in reached else None

    reached = until(passed, "the hop times")
    story.hops = {hop: round((at - reached[Hop.KNOWN]).total_seconds(), 3) for hop, at in reached.items()}
    story.seconds_to_decision = story.hops[Hop.JUDGED]
    story.seconds_to_task = story.hops[Hop.TASK_OPEN]


def _complete(story: Story) -> None:
    """As its owner would: sign in, take the task, fill in the form, send it."""
    person = next(one for one in demo.STAFF if one.role is Role.PEOPLE_OPS)
    colleague = StaffMember(settings().public_url, person.email, demo.PASSWORD)
    colleague.sign_in()
    colleague.claim(story.task_id)
    answers = {"outcome": Outcome.COACHED_TUTOR, "notes": NOTES, "follow_up": FollowUpWish.CLOSE_NOW}
    colleague.complete(story.task_id, answers)
    colleague.close()
    story.completed_by = person.name


def until(look: Callable[[], Seen | None], what: str, *, patience: float = PATIENCE) -> Seen:
    """Look until it is there. Raises Refusal when it does not come."""
    began = datetime.now(UTC)  # waiting is real time
    while (datetime.now(UTC) - began).total_seconds() < patience:
        seen = look()
        if seen is not None:
            return seen
        time.sleep(LOOKS)
    raise Refusal(
        f"There was no sign of {what} within {patience:.0f} s.",
        instead="`python -m local doctor` may know why.",
    )
