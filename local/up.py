"""`make up`: from a built environment to the running demo, and down again in order."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import NoReturn

from local import (
    birth,
    health,
    node,
    places,
    ports,
    postgres,
    progress,
    temporal_binary,
    temporal_server,
    world as worlds,
)
from local.processes import FEED, SERVICES, Supervisor
from local.world import Wish, World
from retention import demo
from retention.records import schema

NAMESPACES = ("mainstay", "mainstay-upkeep")
PREFERRED_PORTS = {"database": 54320, "temporal": 7233, "temporal_ui": 8233, "pages": 8000}
WATCH_EVERY = 0.5  # seconds


def up(wish: Wish) -> None:
    """Start everything, show where it is, and keep it running until Ctrl-C. Raises Refusal."""
    with worlds.the_only_launcher() as free:
        if not free:
            progress.say("Mainstay already runs here.")
            show_addresses(worlds.known() or World())
            show_sign_ins()
            return
        world = worlds.for_wish(wish)
        with ExitStack() as parts, _stopped_by_signals():
            try:
                _start(world, parts)
            except KeyboardInterrupt:
                progress.say("Stopping; Ctrl-C again stops at once.")
        progress.say("Stopped. `make up` continues where this ended.")


def show_addresses(world: World) -> None:
    """Where to look, for people."""
    named = {"Pages": "pages", "Temporal UI": "temporal_ui", "Temporal": "temporal"}
    for title, name in named.items():
        progress.say(f"  {title:<12} {world.addresses[name]}")


def show_sign_ins() -> None:
    """Who can sign in to the demo, for people."""
    progress.say(f"\nSign in with the password [bold]{demo.PASSWORD}[/] as")
    for person in demo.STAFF:
        progress.say(f"  {person.email:<26} {person.name}, {str(person.role).replace('_', ' ')}")


def _start(world: World, parts: ExitStack) -> None:
    worlds.end_leftovers(world)
    world.launcher, world.processes, world.environment = os.getpid(), {}, _environment(world)
    owner_url = _start_database(world, parts)
    _start_temporal(world, parts)
    with progress.step("Joining the pages' script") as tell:
        node.bundle_pages(tell)
    supervisor = Supervisor(os.environ | world.environment)
    birth.seed(world, {**supervisor.environment, "DATABASE_OWNER_URL": owner_url})
    parts.callback(lambda: supervisor.stop([service.name for service in SERVICES]))
    _start_processes(world, supervisor)
    parts.callback(lambda: supervisor.stop([FEED.name]))
    if FEED.exists:
        supervisor.start(FEED)
        _keep_processes(world, supervisor)
        progress.say(f"  It can be watched already: {world.addresses['pages']}")
        birth.play(world, supervisor)
    progress.say("\nMainstay is running. Ctrl-C stops it.")
    show_addresses(world)
    show_sign_ins()
    _keep_watch(world, supervisor)


def _environment(world: World) -> dict[str, str]:
    """What every process is told; the servers add their addresses when they are up."""
    port = _port(world, "pages")
    return {
        "ENVIRONMENT": "demo",
        "API_HOST": ports.LOOPBACK,
        "API_PORT": str(port),
        "PUBLIC_URL": f"http://{ports.LOOPBACK}:{port}",
        "SESSION_SECRET": world.secret,
        "OUTBOX_FOLDER": str(places.home() / "outbox"),
        "TEMPORAL_NAMESPACE": NAMESPACES[0],
        "TEMPORAL_UPKEEP_NAMESPACE": NAMESPACES[1],
        "PYTHONUNBUFFERED": "1",
    }


def _port(world: World, name: str) -> int:
    """The port used last time if it is still free, else the next free one."""
    taken = frozenset(port for other, port in world.ports.items() if other != name)
    port = ports.free_port(world.ports.get(name, PREFERRED_PORTS[name]), avoiding=taken)
    world.ports[name] = port
    return port


def _start_database(world: World, parts: ExitStack) -> str:
    """The address for the owner of the tables; the processes get the lesser one."""
    told = os.environ.get("DATABASE_URL")
    with progress.step(
        "Starting PostgreSQL" if not told else "Preparing the database of DATABASE_URL"
    ) as tell:
        if told:
            birth.refuse_broken(world)
            owner_url = os.environ.get("DATABASE_OWNER_URL") or told
            world.environment["DATABASE_URL"] = told
        else:
            birth.forget_broken(world)
            cluster = postgres.start_cluster(places.home() / "database", port=_port(world, "database"))
            parts.callback(cluster.stop)
            owner_url = cluster.owner_url
            world.environment["DATABASE_URL"] = cluster.app_url
            world.processes["postgresql"] = worlds.process_mark(cluster.child.pid)
        tell("bringing the tables to the newest form", 0.5)
        schema.migrate(owner_url)
        schema.publish_guides(owner_url)
    world.keep()
    return owner_url


def _start_temporal(world: World, parts: ExitStack) -> None:
    told = os.environ.get("TEMPORAL_ADDRESS")
    with progress.step(
        "Starting Temporal" if not told else "Preparing the Temporal of TEMPORAL_ADDRESS"
    ) as tell:
        if told:
            address, ui_url = told, os.environ.get("TEMPORAL_UI_URL", f"http://{ports.LOOPBACK}:8233")
        else:
            server = temporal_server.start_temporal(
                places.home() / "temporal",
                program=temporal_binary.provide(tell),
                port=_port(world, "temporal"),
                ui_port=_port(world, "temporal_ui"),
            )
            parts.callback(server.stop)
            address, ui_url = server.address, server.ui_url
            world.processes["temporal"] = worlds.process_mark(server.child.pid)
        world.environment |= {"TEMPORAL_ADDRESS": address, "TEMPORAL_UI_URL": ui_url}
        tell("preparing its namespaces", 0.9)
        temporal_server.prepare(address, NAMESPACES)
    world.keep()


def _start_processes(world: World, supervisor: Supervisor) -> None:
    existing = [service for service in SERVICES if service.exists]
    with progress.step("Starting the processes") as tell:
        for number, service in enumerate(existing):
            tell(service.name, number / len(existing))
            supervisor.start(service)
        missing = health.wait_for_services(world, supervisor, tell=tell)
    for part in missing:
        progress.say(f"[red]Still waiting for {part}[/]; it is tried again and again. Logs: {places.logs()}")
    _keep_processes(world, supervisor)


def _keep_processes(world: World, supervisor: Supervisor) -> None:
    running = {name: worlds.process_mark(one.child.pid) for name, one in supervisor.watched.items()}
    servers = {name: mark for name, mark in world.processes.items() if name in ("postgresql", "temporal")}
    world.processes = servers | running
    world.keep()


def _keep_watch(world: World, supervisor: Supervisor) -> None:
    _keep_processes(world, supervisor)
    while True:
        for said in supervisor.look():
            progress.say(said)
            _keep_processes(world, supervisor)
        health.pause(WATCH_EVERY)


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Ctrl-C, a termination and a closed terminal all mean: stop in order. A second one: stop at once."""

    def at_once(_signal: int, _frame: FrameType | None) -> NoReturn:
        os._exit(1)  # the kernel ends the children

    def in_order(_signal: int, _frame: FrameType | None) -> NoReturn:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, at_once)
        raise KeyboardInterrupt

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, in_order)
    yield
