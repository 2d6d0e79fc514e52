"""What this checkout's world is, and where it answers while it runs. Private: it holds passwords."""

import fcntl
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from pydantic import BaseModel, Field

from local import places
from retention.errors import Refusal

TUTORS = 300  # the demo of design 3
SEED = 1
SPEED = 1.0


class Wish(BaseModel):
    """What `make up` was asked for; None leaves it to the world or the default."""

    tutors: int | None = Field(default=None, ge=1, le=20_000)
    seed: int | None = Field(default=None, ge=0)
    speed: float | None = Field(default=None, gt=0, le=10_000)


class World(BaseModel):
    """One demo world: born once with these numbers, continued by every later start."""

    tutors: int = TUTORS
    seed: int = SEED
    speed: float = SPEED
    secret: str = Field(default_factory=lambda: secrets.token_hex(32), repr=False)
    seeding: bool = False  # begun; a world whose seeding broke is made anew
    seeded: bool = False
    ports: dict[str, int] = {}  # where it answered last, so that links live on
    launcher: int | None = None
    processes: dict[str, tuple[int, float]] = {}  # pid and when it began
    environment: dict[str, str] = Field(default={}, repr=False)  # what each process is told

    def keep(self) -> None:
        """Write it down, for later starts, `doctor` and the tour."""
        unfinished = _file().with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(self.model_dump_json(indent=1))
        unfinished.rename(_file())

    @property
    def addresses(self) -> dict[str, str]:
        """Where people and programs find it; nothing secret."""
        return {
            "pages": self.environment.get("PUBLIC_URL", ""),
            "temporal_ui": self.environment.get("TEMPORAL_UI_URL", ""),
            "temporal": self.environment.get("TEMPORAL_ADDRESS", ""),
        }


def known() -> World | None:
    """The world of this checkout, if there is one."""
    try:
        return World.model_validate(json.loads(_file().read_text()))
    except OSError:
        return None


def for_wish(wish: Wish) -> World:
    """The world to start. Raises Refusal when an existing one differs from what was asked for."""
    world = known()
    asked = wish.model_dump(exclude_none=True)
    if world is None:
        return World(**asked)
    differing = {name: getattr(world, name) for name in asked if asked[name] != getattr(world, name)}
    if differing:
        has = ", ".join(f"{name.upper()}={value:g}" for name, value in differing.items())
        raise Refusal(
            f"There is already a world here with {has}, and a world keeps its numbers for life.",
            instead="`make up` without them continues it; `make clean` removes it for good.",
        )
    return world


@contextmanager
def the_only_launcher() -> Iterator[bool]:
    """Whether no other launcher runs here; the kernel gives the place back however this one ends."""
    with (places.home() / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def is_running() -> bool:
    """Whether a launcher runs for this checkout at the moment."""
    with the_only_launcher() as free:
        return not free


def end_leftovers(world: World) -> None:
    """End processes of an earlier start that outlived it (only possible where the kernel does not help)."""
    for pid, began in world.processes.values():
        try:
            process = psutil.Process(pid)
            if abs(process.create_time() - began) < 1:
                process.kill()
        except psutil.NoSuchProcess:
            continue


def process_mark(pid: int) -> tuple[int, float]:
    """What tells a process from a later one with the same number."""
    try:
        return pid, psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return pid, 0.0


def _file() -> Path:
    return places.home() / "world.json"
