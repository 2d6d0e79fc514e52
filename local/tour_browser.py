"""The tour's browser: a manager at their tasks, a tutor behind a letter's link, and Temporal's UI."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page

from local import pictures
from local.pictures import Scheme, Visitor
from local.world import World
from retention import demo
from retention.vocabulary import Role

WIDE, NARROW = 1280, 320  # px
PAPER = {WIDE: 900, NARROW: 700}  # px, the window's height
TAB = {"user-metadata": 700, "timeline": 1800}  # px, the height that a tab of Temporal's UI needs


@dataclass(frozen=True)
class Visit:
    """One browser with two people in it who know nothing of each other: a manager, and the tour's tutor."""

    world: World
    browser: Browser
    manager: Page
    tutor: Page
    album: Path | None  # without one, no pictures are taken

    def at(self, address: str) -> None:
        """The manager opens one of our pages."""
        self.manager.goto(self.world.addresses["pages"] + address, wait_until="load")

    def take(self, task_id: str) -> None:
        """The manager takes a task, so that it is theirs alone."""
        self.at(f"/people-ops/tasks/{task_id}")
        claim = self.manager.locator('form[action$="/claim"] button')
        if claim.count():  # a task that follows is the coach's from the outset
            claim.click()
        self.manager.locator('form[action$="/unclaim"]').wait_for()

    def fill(self, answers: Mapping[str, str]) -> None:
        """Fill in the open task's form; `outcome` is what it is finished with, "true" ticks a box."""
        self.manager.check(f'input[name="outcome"][value="{answers["outcome"]}"]', force=True)
        for name, words in answers.items():
            if words == "true":
                self.manager.check(f'input[name="{name}"]', force=True)
            elif name != "outcome":
                self.manager.fill(f'[name="{name}"]', words)

    def complete(self) -> None:
        """Send the form. Raises when the page does not take it."""
        self.manager.click('form[action$="/complete"] button.first')
        self.manager.wait_for_url("**act=**")

    def letter(self, key: str) -> None:
        """The manager opens a letter in the outbox."""
        self.at(f"/people-ops/outbox/letters/{key}")

    def follow(self, part: str) -> None:
        """The tutor follows the link of the letter that is open in the outbox."""
        address = self.manager.get_attribute(f'.letter-link a[href*="/{part}/"]', "href")
        assert address is not None
        self.tutor.goto(address, wait_until="load")

    def press(self, selector: str) -> None:
        """The tutor presses a button and sees what comes of it."""
        with self.tutor.expect_navigation(wait_until="load"):
            self.tutor.click(selector)

    def picture(
        self, name: str, page: Page | None = None, *, width: int = WIDE, scheme: Scheme = "light"
    ) -> None:
        """A picture of what is open now (the manager's page if not told otherwise)."""
        if self.album is None:
            return
        shown = page or self.manager
        shown.set_viewport_size({"width": width, "height": PAPER[width]})
        shown.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        shown.evaluate("scrollTo(0, 0)")  # or what sticks to the top is in the middle of the picture
        shown.screenshot(path=self.album / f"{name}.png", full_page=True)
        shown.set_viewport_size({"width": WIDE, "height": PAPER[WIDE]})
        shown.emulate_media(color_scheme="light")

    def temporal(self, name: str, workflow: tuple[str, str], *, tab: str, showing: str) -> None:
        """A picture of a workflow (its id and run id) in Temporal's UI."""
        if self.album is None:
            return
        namespace = self.world.environment["TEMPORAL_NAMESPACE"]
        base = f"{self.world.addresses['temporal_ui']}/namespaces/{namespace}/workflows"
        address = f"{base}/{quote(workflow[0], safe='')}/{workflow[1]}/{tab}"
        into = self.album / f"temporal-{name}"
        pictures.of_temporal(self.browser, address, into=into, showing=showing, height=TAB[tab])


@contextmanager
def visit(world: World, album: Path | None) -> Iterator[Visit]:
    """Open the browser, with a manager signed in."""
    if album is not None:
        album.mkdir(parents=True, exist_ok=True)
    person = next(one for one in demo.STAFF if one.role is Role.OPS_MANAGER)
    with pictures.camera() as browser:
        manager, tutor = (browser.new_context(locale="en-GB").new_page() for _ in range(2))
        for page in (manager, tutor):
            page.set_default_timeout(pictures.PATIENCE)
        pictures.sign_in(manager, Visitor(world.addresses["pages"], person.email, demo.PASSWORD))
        yield Visit(world, browser, manager, tutor, album)
