"""Pictures of the running demo: every page on desktop and phone, light and dark, and Temporal's own UI."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from local import chromium
from local.tour import Story
from local.world import World
from retention import demo
from retention.vocabulary import Role

Scheme = Literal["light", "dark"]
WIDTHS = {1280: 900, 320: 700}  # width -> height of the window, px
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")
PATIENCE = 60_000  # ms; Temporal's UI is a large script
SETTLED = 1_500  # ms after which Temporal's UI has drawn what it fetched; it tells nobody

# What a manager looks at in the list of cases; Temporal's UI keeps the choice in the browser.
COLUMNS = ("Status", "Workflow ID", "CaseState", "RiskBand", "DueAt", "Overdue", "ChurnScore", "TutorNumber")
KEPT_AS = "namespace-workflow-table-columns"


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in at the pages."""

    base_url: str
    email: str
    password: str


def photographer(world: World, *, into: Path) -> Callable[[Story], None]:
    """What the tour calls at its stations: pictures of the open task, and of what came of it."""
    into.mkdir(parents=True, exist_ok=True)

    def look(story: Story) -> None:
        with ThreadPoolExecutor(
            1
        ) as room:  # the browser keeps an event loop in its thread; the tour has its own
            room.submit(_photograph, world, story, into).result()

    return look


def _photograph(world: World, story: Story, into: Path) -> None:
    person = next(one for one in demo.STAFF if one.role is Role.PEOPLE_OPS)
    visitor = Visitor(world.addresses["pages"], person.email, demo.PASSWORD)
    namespace = world.environment["TEMPORAL_NAMESPACE"]
    workflows = f"{world.addresses['temporal_ui']}/namespaces/{namespace}/workflows"
    done = "-done" if story.outcome else ""
    with camera() as browser:
        page = browser.new_context(locale="en-GB").new_page()
        sign_in(page, visitor)
        for name, address in _pages(story).items():
            of_page(page, f"{visitor.base_url}{address}", into=into / f"{name}{done}")
        for name, address, showing in _in_temporal(workflows, story):
            of_temporal(browser, address, into=into / f"temporal-{name}{done}", showing=showing)


def _pages(story: Story) -> dict[str, str]:
    changing = {
        "task": f"/people-ops/tasks/{story.task_id}",
        "case": f"/people-ops/cases/{story.workflow_id}",
    }
    lasting = {
        "inbox": "/people-ops/tasks?view=team",
        "tutor": f"/people-ops/tutors/{story.tutor_number}",
        "preferences": "/preferences",
    }
    return changing if story.outcome else changing | lasting


def _in_temporal(workflows: str, story: Story) -> list[tuple[str, str, str]]:
    """(name, address, text to wait for) of what a manager opens."""
    wanted = quote('Programme="first_session_review" AND WorkflowType="FirstSessionReview"')
    case = f"{workflows}/{quote(story.workflow_id, safe='')}/{story.run_ids[0]}"
    task = f"{workflows}/{quote(f'task/{story.task_id}', safe='')}/{story.run_ids[1]}"
    return [
        ("list", f"{workflows}?query={wanted}", "first_session_review/"),
        ("case", f"{case}/user-metadata", "Current Details"),
        ("task", f"{task}/user-metadata", "Current Details"),
        ("task-timeline", f"{task}/timeline", "Show in the inbox"),
        ("task-attributes", f"{task}/search-attributes", "TutorNumber"),
    ]


@contextmanager
def camera() -> Iterator[Browser]:
    """A browser without a window."""
    program = chromium.provide()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


def of_page(page: Page, url: str, *, into: Path) -> list[Path]:
    """One of our pages, four times: both widths, both schemes. `into` is the file name's beginning."""
    taken = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.goto(url, wait_until="load", timeout=PATIENCE)
            taken.append(into.with_name(f"{into.name}-{width}-{scheme}.png"))
            page.screenshot(path=taken[-1], full_page=True)
    return taken


def of_temporal(browser: Browser, url: str, *, into: Path, showing: str, height: int = 1000) -> Path:
    """A page of Temporal's UI, once it shows the text `showing`."""
    context = browser.new_context(viewport={"width": 1440, "height": height}, color_scheme="light")
    page = context.new_page()
    columns = json.dumps({"mainstay": [{"label": label} for label in COLUMNS]})
    page.add_init_script(f"localStorage.setItem({KEPT_AS!r}, {columns!r})")
    page.goto(url, wait_until="load", timeout=PATIENCE)
    page.get_by_text(showing).first.wait_for(timeout=PATIENCE)
    page.wait_for_timeout(SETTLED)
    shot = into.with_suffix(".png")
    page.screenshot(path=shot)
    context.close()
    return shot


def sign_in(page: Page, visitor: Visitor) -> None:
    page.goto(f"{visitor.base_url}/sign-in", wait_until="load", timeout=PATIENCE)
    page.fill("input[name=email]", visitor.email)
    page.fill("input[name=password]", visitor.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/people-ops/**", timeout=PATIENCE)
