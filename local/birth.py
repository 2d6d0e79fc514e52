"""How a demo world comes to life: ninety days of history, then its last two weeks played fast."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping

from local import children, health, places, progress
from local.processes import FEED, Process, Supervisor
from local.temporal_binary import Tell
from local.world import World
from retention.errors import Refusal

SEEDER = Process("seed", "simulator", ("seed",))
DAYS = 90  # of history before the part that is played
PLAY_PATIENCE = 1800.0  # seconds


def forget_broken(world: World) -> None:
    """Remove what a broken-off seeding left: half a history must not pass for a whole one."""
    if not world.seeding or world.seeded:
        return
    shutil.rmtree(places.database_folder(places.home() / "database") / "postgres", ignore_errors=True)
    shutil.rmtree(places.home() / "temporal", ignore_errors=True)
    world.seeding = False


def seed(world: World, environment: Mapping[str, str]) -> None:
    """Write the world's history, once in its life. Raises Refusal with the end of what the seeder said."""
    if world.seeded or not SEEDER.exists:
        return
    world.seeding = True
    world.keep()
    numbers = ("--tutors", str(world.tutors), "--seed", str(world.seed), "--days", str(DAYS))
    command = [sys.executable, "-m", SEEDER.module, *SEEDER.arguments, *numbers, "--speed", str(world.speed)]
    with progress.step(f"Writing {DAYS} days of history for {world.tutors} tutors") as tell:
        child = children.start(command, log=subprocess.PIPE, environment=environment, folder=places.CHECKOUT)
        said = _followed(child, tell)
    if child.returncode != 0:
        raise Refusal("The world's history could not be written.", instead=said)
    world.seeded = True
    world.keep()


def play(world: World, supervisor: Supervisor) -> None:
    """Start the feed, and show how far the fast part of the world's birth is."""
    if not FEED.exists:
        return
    supervisor.start(FEED)
    last = time.monotonic() + PLAY_PATIENCE
    with progress.step("Playing the last two weeks through API, rules and workflows") as tell:
        while time.monotonic() < last:
            what, share = _played(world, supervisor.environment)
            if share >= 1:
                return
            tell(what, share)
            for said in supervisor.look():
                tell(said, share)
            health.pause(1)


def _played(_world: World, environment: Mapping[str, str]) -> tuple[str, float]:
    command = [sys.executable, "-m", FEED.module, "status", "--json"]
    done = subprocess.run(
        command, env=dict(environment), cwd=places.CHECKOUT, capture_output=True, text=True, check=False
    )
    try:
        status = json.loads(done.stdout)
    except ValueError:
        return "waiting for the feed", 0
    return str(status.get("now", "")), float(status.get("played", 1))


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
