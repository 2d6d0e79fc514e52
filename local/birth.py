"""How a demo world comes to life: ninety days of history, then its last two weeks played fast."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from local import children, health, places, progress
from local.processes import Process, Supervisor
from local.temporal_binary import Tell
from local.world import World
from retention.errors import Refusal
from retention.records import backlog, database, feeds, watermarks, world as records

SEEDER = Process("seed", "simulator", ("seed",))
MEASURER = Process("history", "activities.history")
BEGINNER = Process("begin", "simulator", ("begin",))
DAYS = 90  # of history before the part that is played
PLAY_PATIENCE = 1800.0  # seconds
SLACK = timedelta(seconds=30)  # at speed 1


def forget_broken(world: World) -> None:
    """Remove what a broken-off seeding left: half a history must not pass for a whole one."""
    if not world.seeding or world.seeded:
        return
    shutil.rmtree(places.database_folder(places.home() / "database") / "postgres", ignore_errors=True)
    shutil.rmtree(places.home() / "temporal", ignore_errors=True)
    shutil.rmtree(places.home() / "outbox", ignore_errors=True)
    world.seeding = False


def refuse_broken(world: World) -> None:
    """For a database that is not ours to remove. Raises Refusal when half a history may be in it."""
    if world.seeding and not world.seeded:
        raise Refusal(
            "Writing the history into the database of DATABASE_URL broke off earlier.",
            instead="Give it an empty database, and `make clean` before the next `make up`.",
        )


def seed(world: World, environment: Mapping[str, str]) -> None:
    """Write the world's history, once in its life. Raises Refusal with the end of what the seeder said."""
    if world.seeded or not SEEDER.exists:
        return
    world.seeding = True
    world.keep()
    numbers = ("--tutors", str(world.tutors), "--seed", str(world.seed), "--days", str(DAYS))
    title = f"Writing {DAYS} days of history for {world.tutors} tutors"
    _done(SEEDER, numbers, title, environment=environment)
    _done(MEASURER, (), "Measuring and scoring that history", environment=environment)
    _done(BEGINNER, ("--speed", str(world.speed)), "Setting the world's clock", environment=environment)
    world.seeded = True
    world.keep()


def _done(process: Process, more: tuple[str, ...], title: str, *, environment: Mapping[str, str]) -> None:
    """Run one step to its end. Raises Refusal with the last of what it said."""
    command = [sys.executable, "-m", process.module, *process.arguments, *more]
    with progress.step(title) as tell:
        child = children.start(command, log=subprocess.PIPE, environment=environment, folder=places.CHECKOUT)
        said = _followed(child, tell)
    if child.returncode != 0:
        raise Refusal("The world's history could not be written.", instead=said)


def play(world: World, supervisor: Supervisor) -> None:
    """Wait until what the feed has to catch up with is posted and evaluated."""
    os.environ.update(world.environment)  # this process asks the records itself from here on
    began = _stand().posted_until
    with progress.step("Playing what happened until now through API, rules and workflows") as tell:
        _until(lambda: _stand().share(began), supervisor, tell=tell)
    with progress.step("Evaluating the days that passed") as tell:
        due = _periods_due()
        _until(lambda: _evaluated(due), supervisor, tell=tell)


@dataclass(frozen=True)
class Stand:
    """How far the feed is, in business time."""

    posted_until: datetime
    now: datetime
    goal: datetime  # the end of the fast part, or now
    slack: timedelta  # less than this behind is not behind
    paused: bool = False  # somebody holds the feed: nothing to wait for

    def share(self, began: datetime) -> tuple[str, float]:
        """What is being posted, and the share of it that is done since `began`."""
        if self.paused or self.goal - self.posted_until <= self.slack:
            return "", 1.0
        return f"{self.posted_until:%A %d %B}", (self.posted_until - began) / (self.goal - began)


def _stand() -> Stand:
    with database.transaction() as session:
        feed, clock = feeds.the_feed(session), records.the_clock(session)
    if feed is None:
        raise Refusal("The world has no feed.", instead="`make clean` removes it; `make up` makes a new one.")
    now = clock.now()
    goal = max(now, clock.origin + clock.playback.length) if clock.playback else now
    return Stand(feed.posted_until, now, goal, SLACK * max(clock.speed, 1), paused=feed.paused)


def _periods_due() -> int:
    """Days, weeks and the last hours that are over and not yet worked off."""
    with database.transaction() as session:
        return len(watermarks.due_periods(session, records.the_clock(session).now()))


def _evaluated(due_at_first: int) -> tuple[str, float]:
    """What is still to be evaluated, and the share of the periods that is done."""
    with database.transaction() as session:
        clock, since = records.the_clock(session), backlog.unmeasured_since(session)
        tutors = backlog.sizes(session)["dirty_tutors"]
    due = _periods_due()
    late = since is not None and clock.now() - since > SLACK * max(clock.speed, 1)
    if not late and not due:
        return "", 1.0
    return f"{due} days and hours, {tutors} tutors", max(0.0, min(1 - due / max(due_at_first, 1), 0.99))


def _until(look: Callable[[], tuple[str, float]], supervisor: Supervisor, *, tell: Tell) -> None:
    """Show how far it is until the share is 1; after half an hour it goes on beside the running demo."""
    last = time.monotonic() + PLAY_PATIENCE
    while time.monotonic() < last:
        what, share = look()
        if share >= 1:
            return
        tell(what, share)
        for said in supervisor.look():
            progress.say(said)
        health.pause(2)


def _followed(child: children.Child, tell: Tell) -> str:
    """Show what the seeder says; the last lines of it, for the case that it failed."""
    lines = [""]
    for raw in child.stdout or ():
        line = raw.decode(errors="replace").strip()
        found = re.search(r"(\d+(?:\.\d+)?)\s*%", line)
        tell(line, float(found[1]) / 100 if found else 0)
        lines = [*lines[-9:], line]
    child.wait()
    return " / ".join(lines)
