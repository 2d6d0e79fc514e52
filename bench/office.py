"""What the measured pages show: fifty open tasks, and a tutor with ninety days of figures and sessions."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import Response
from sqlalchemy import insert, select
from starlette.types import ASGIApp, Message

from bench import history
from bench.bed import NOW, Bed, at_home, database
from retention.messages.tasks import TaskEvent, TaskMemory, TaskSnapshot
from retention.records import tasks
from retention.records.churn import ChurnScore
from retention.records.database import Session, transaction
from retention.records.metrics import TutorMetrics
from retention.records.tutors import Tutor
from retention.vocabulary import OwnerGroup, TaskAct
from tests.factories.cases import an_opened_case
from tests.factories.people import a_colleague
from tests.factories.tasks import a_task
from web import viewer
from web.application import pages

TASKS = 50  # a full page of the inbox
DAYS = 90  # of figures on a tutor's page
COUNTS = ("rated_n", "first_rated", "tutor_moves", "no_shows", "late_starts", "logins", "sessions")
COMPONENTS = ("engagement_decline", "performance_trend", "reschedule_pattern", "first_session_quality")


@dataclass(frozen=True)
class Office:
    """The pages' application with somebody signed in. `loop` runs its requests, one at a time."""

    bed: Bed
    app: ASGIApp
    cookie: str
    tutor_number: int
    loop: asyncio.Runner

    def page(self, path: str) -> bytes:
        """One GET without a network: the body of the answer, which must be a page."""
        return self.loop.run(_answer(self.app, path, cookie=self.cookie))


@contextmanager
def an_office() -> Iterator[Office]:
    """A database with what the pages show; this process's settings point to it meanwhile."""
    with database() as bed, at_home(bed), asyncio.Runner() as loop:
        history.fill(bed, tutors=1)
        with transaction() as session:
            tutor_number = session.scalars(select(Tutor.number)).one()
            _figures(session, tutor_number)
            for place in range(TASKS):
                _open_task(session, due_in=timedelta(hours=place - 10))
        yield Office(bed, pages(), signed_in(), tutor_number, loop)


def signed_in() -> str:
    """The cookie of a new colleague."""
    with transaction() as session:
        colleague = a_colleague(session)
    cookie = Response()
    viewer.begin(cookie, colleague)
    return cookie.headers["set-cookie"].split(";")[0]


def _open_task(session: Session, *, due_in: timedelta) -> None:
    case = an_opened_case(session, at=NOW - timedelta(hours=1))
    task = a_task(case_id=case.case_id, tutor_number=case.tutor_number, decision_id=case.decision_id)
    memory = TaskMemory(
        candidate_groups=[OwnerGroup.PEOPLE_OPS],
        due_at=NOW + due_in,
        at_risk_at=NOW + due_in - timedelta(hours=5),
        version=1,
    )
    event = TaskEvent(version=1, act=TaskAct.OPENED, actor="mainstay", at=NOW)
    told = task.model_dump(include=set(TaskSnapshot.model_fields) - {"state"})
    tasks.project(session, TaskSnapshot(**told, state=memory, event=event))
    session.execute(insert(ChurnScore), [_score(case.tutor_number, 0)])


def _figures(session: Session, tutor_number: int) -> None:
    session.execute(insert(ChurnScore), [_score(tutor_number, ago) for ago in range(DAYS)])
    session.execute(insert(TutorMetrics), [_metrics(tutor_number, ago) for ago in range(DAYS)])


def _score(tutor_number: int, ago: int) -> dict[str, Any]:
    day = (NOW - timedelta(days=ago)).date()
    return {
        "tutor_number": tutor_number,
        "day": day,
        "as_of": NOW,
        "band_since": day,
        "p30": 0.08,
        "score": 30 + ago % 20,
        "raw_score": 30.0,
        "band": "medium",
        "source": "component",
        "version": "component-1",
        "components": dict.fromkeys(COMPONENTS, 40),
        "patterns": {},
        "factors": [],
        "inputs": {},
    }


def _metrics(tutor_number: int, ago: int) -> dict[str, Any]:
    """Values that go up and down within every metric's bounds."""
    shares = [one.name for one in TutorMetrics.__table__.columns if one.nullable]
    return {
        "tutor_number": tutor_number,
        "day": (NOW - timedelta(days=ago)).date(),
        "window_days": 30,
        **dict.fromkeys(COUNTS, 20),
        **{name: 1 + (ago * 37 + place * 11) % 400 / 100 for place, name in enumerate(shares)},
        "computed_at": NOW,
    }


async def _answer(app: ASGIApp, path: str, *, cookie: str) -> bytes:
    parts: list[bytes] = []
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        parts.append(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), (b"cookie", cookie.encode())],
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
    }
    await app(scope, receive, send)
    assert status == 200, (status, b"".join(parts)[:500])
    return b"".join(parts)
