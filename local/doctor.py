"""What is wrong with the running demo, in words."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psutil

from local import health, places, temporal_server, world as worlds
from local.world import World
from retention.errors import Refusal
from retention.records import backlog, database, engine_alarms, schema, watermarks, world as records
from retention.vocabulary import EngineTrouble

MOST_RETRIED = 3  # batches of two days: a machine that is short of time for a moment is not unwell
MOST_PERIODS = 4  # an hour, a quarter, a day and a week may end at one instant
MOST_COMMANDS = 200  # undelivered at one moment: more than a burst
ROOM_NEEDED = 1_000_000_000  # bytes on the disk of the world


@dataclass(frozen=True)
class Finding:
    """One part: whether it is well, and what is to be said about it."""

    part: str
    well: bool
    says: str


def examine(world: World) -> list[Finding]:
    """Ask every part. Never raises for an ill part: that is a finding."""
    os.environ.update(world.environment)
    return [_asked(part, question, world) for part, question in QUESTIONS.items()]


def _asked(part: str, question: Callable[[World], str], world: World) -> Finding:
    try:
        return Finding(part, True, question(world))
    except Refusal as ill:
        return Finding(part, False, str(ill))
    except (*temporal_server.SILENCE, OSError) as silence:
        return Finding(part, False, f"does not answer: {silence or type(silence).__name__}")
    except Exception as surprise:  # noqa: BLE001 (a doctor examines the other parts all the same)
        return Finding(part, False, f"{type(surprise).__name__}: {str(surprise).splitlines()[0]}")


def _launcher(_world: World) -> str:
    if not worlds.is_running():
        raise Refusal("Nothing runs here.", instead="Start it with `make up`.")
    return "is running"


def _processes(world: World) -> str:
    gone = [name for name, (pid, began) in world.processes.items() if not _lives(pid, began)]
    if gone:
        raise Refusal(f"Not running: {', '.join(gone)}.", instead=f"Their logs: {places.logs()}")
    return f"{len(world.processes)} run: {', '.join(world.processes)}"


def _lives(pid: int, began: float) -> bool:
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - began) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _tables(_world: World) -> str:
    with database.transaction() as session:
        if not schema.at_newest(session.connection()):
            raise Refusal(
                "The tables are older than the code.", instead="Restart: `make up` brings them forward."
            )
    return "answers, its tables are the newest"


def _namespaces(world: World) -> str:
    names = [world.environment["TEMPORAL_NAMESPACE"], world.environment["TEMPORAL_UPKEEP_NAMESPACE"]]
    wrong = temporal_server.unready_namespaces(world.addresses["temporal"], names)
    if wrong:
        raise Refusal(
            "; ".join(f"{name} {what}" for name, what in wrong.items()), instead="Restart `make up`."
        )
    return f"answers, with {' and '.join(names)}"


def _workers(world: World) -> str:
    alone = health.queues_alone(world)
    if alone:
        raise Refusal(f"Nobody works on {', '.join(alone)}.", instead=f"See {places.logs()}")
    return "every queue has its worker"


def _pages(world: World) -> str:
    said = health.pages_answer(world)
    if said:
        raise Refusal(f"Not well: {said}.", instead=f"See {places.logs() / 'api.log'}")
    return f"answer at {world.addresses['pages']}"


def _readiness(world: World) -> str:
    unwell = health.parts_unwell(world)
    if unwell:
        what = "; ".join(f"{part}: {says.rstrip('.')}" for part, says in unwell.items())
        raise Refusal(
            f"Not well: {what}.", instead="A world that catches up needs a minute; else see the logs."
        )
    return "all that the pages need is well"


def _commands(_world: World) -> str:
    with database.transaction() as session:
        sizes = backlog.sizes(session)
    waiting, dead = sizes["pending_commands"], sizes["dead_commands"]
    if waiting > MOST_COMMANDS:
        raise Refusal(f"{waiting} commands wait.", instead=f"See {places.logs() / 'switchboard.log'}")
    return f"{waiting} commands wait, {dead} came after the end of their case or task"


def _periods(_world: World) -> str:
    with database.transaction() as session:
        due = watermarks.due_periods(session, records.the_clock(session).now())
    if len(due) > MOST_PERIODS:
        raise Refusal(
            f"{len(due)} days and hours are not worked off, the first since {due[0].end:%d %B %H:%M} UTC.",
            instead="A world that catches up needs some minutes; else see activities.work.log.",
        )
    return "days and hours are worked off"


def _engine(_world: World) -> str:
    with database.transaction() as session:
        raised = engine_alarms.since(session, datetime.now(UTC).date() - timedelta(days=1))
    retried = sum(alarm.count for alarm in raised if alarm.kind == EngineTrouble.RETRIED)
    wrong = [alarm for alarm in raised if alarm.kind != EngineTrouble.RETRIED]
    if wrong or retried > MOST_RETRIED:
        first, count = (wrong or raised)[0], sum(alarm.count for alarm in wrong or raised)
        raise Refusal(
            f"{count} {'alarm' if count == 1 else 'alarms'} since yesterday. {first.says}",
            instead=f"What was decided stands. See {places.logs() / 'activities.rules.log'}",
        )
    if retried:
        return f"judged; {retried} of yesterday's and today's batches needed a second attempt"
    return "judged without alarm since yesterday"


def _disk(_world: World) -> str:
    room = shutil.disk_usage(places.home()).free
    if room < ROOM_NEEDED:
        raise Refusal(
            f"Only {room / 1e9:.1f} GB are left.", instead="Make room: the database stops on a full disk."
        )
    return f"{room / 1e9:.0f} GB free"


def _clock(_world: World) -> str:
    with database.transaction() as session:
        clock = records.the_clock(session)
    return f"it is {clock.now():%A %d %B %Y %H:%M} UTC here, at speed {clock.speed:g}"


QUESTIONS: dict[str, Callable[[World], str]] = {
    "launcher": _launcher,
    "processes": _processes,
    "database": _tables,
    "temporal": _namespaces,
    "workers": _workers,
    "pages": _pages,
    "readiness": _readiness,
    "switchboard": _commands,
    "periods": _periods,
    "engine": _engine,
    "disk": _disk,
    "clock": _clock,
}
