"""The pages as people's browsers ask for them, with a real database behind."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi import Response
from fastapi.testclient import TestClient
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from retention.messages.tasks import OpenTask, TaskEvent, TaskMemory, TaskSnapshot
from retention.records import tasks
from retention.records.accounts import Account
from retention.records.database import transaction
from retention.records.tutors import Tutor
from retention.vocabulary import Role, TaskAct, TaskKind, TaskState
from tests.factories.cases import an_opened_case
from tests.factories.people import a_colleague
from tests.factories.tasks import a_task
from web import sign_in, viewer
from web.application import pages
from web.components.viewpoint import Viewpoint, seen_from

Visitor = Callable[..., TestClient]
ORIGIN = {"origin": "http://testserver"}
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _no_tries_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong passwords of other tests do not count here."""
    monkeypatch.setattr(sign_in, "tries", MovingWindowRateLimiter(MemoryStorage()))


@pytest.fixture
def stranger(data: str) -> Iterator[TestClient]:
    """A browser that nobody has signed in with."""
    with TestClient(pages(), headers=ORIGIN, raise_server_exceptions=False) as browser:
        yield browser


@pytest.fixture
def visitor(data: str) -> Iterator[Visitor]:
    """Makes browsers that a colleague has signed in with."""
    opened: list[TestClient] = []

    def signed_in(name: str = "Ada Byron", *, role: Role = Role.PEOPLE_OPS) -> TestClient:
        cookie = Response()
        viewer.begin(cookie, account(name, role=role))
        browser = TestClient(pages(), headers=ORIGIN, follow_redirects=False)
        browser.cookies.set(*cookie.headers["set-cookie"].split(";")[0].split("=", 1))
        opened.append(browser)
        return browser

    yield signed_in
    for browser in opened:
        browser.close()


@pytest.fixture
def ada(visitor: Visitor) -> TestClient:
    """Ada of People Ops at her browser."""
    return visitor()


@pytest.fixture
def noon() -> Iterator[Viewpoint]:
    """A page seen at noon on a Tuesday in London."""
    view = Viewpoint(now=datetime(2026, 11, 24, 12, tzinfo=UTC), zone=ZoneInfo("Europe/London"))
    with seen_from(view):
        yield view


def account(name: str = "Ada Byron", *, role: Role = Role.PEOPLE_OPS) -> Account:
    """The colleague's account."""
    with transaction() as session:
        return a_colleague(session, name, role=role)


def email_of(name: str) -> str:
    """The address that a colleague signs in with."""
    return f"{name.split(maxsplit=1)[0].lower()}@mainstay.example"


def token_of(browser: TestClient) -> str:
    """The hidden token of this sign-in's forms."""
    page = browser.get("/preferences").text
    return page.split('name="form_token" value="')[1].split('"')[0]


def a_shown_task(
    *, due_in: timedelta = HOUR, kind: TaskKind = TaskKind.FIRST_SESSION_REVIEW, **memory: object
) -> OpenTask:
    """A task with its case, tutor and decision, as the workflow has shown it in the inbox."""
    now = datetime.now(UTC)
    with transaction() as session:
        case = an_opened_case(session, at=now - HOUR, kind=kind)
    given = {"case_id": case.case_id, "tutor_number": case.tutor_number, "decision_id": case.decision_id}
    task = a_task(kind=kind, form_key=str(kind), opened_at=now - HOUR, **given)
    show(task, due_at=now + due_in, **memory)
    return task


def show(task: OpenTask, **memory: object) -> None:
    """What the task's workflow reports next."""
    plan = {"due_at": task.plan.due_at, "at_risk_at": task.plan.at_risk_at}
    values = plan | {"candidate_groups": ["people_ops"], "version": 1} | memory
    state = TaskMemory.model_validate(values)
    act = TaskAct.COMPLETED if state.state is TaskState.COMPLETED else TaskAct.OPENED
    event = TaskEvent(
        version=state.version, act=act, actor=state.completed_by or "mainstay", at=task.opened_at
    )
    told = task.model_dump(include=set(TaskSnapshot.model_fields) - {"state"})
    soon = {"next_at": state.ladder[0].at, "next_act": state.ladder[0].act} if state.ladder else {}
    with transaction() as session:
        tasks.project(session, TaskSnapshot(**told, **soon, state=state, event=event))


def tutor_name(task: OpenTask) -> str:
    """The name of the tutor that a task is about."""
    with transaction() as session:
        found = session.get(Tutor, task.tutor_number)
        assert found is not None
        return found.name
