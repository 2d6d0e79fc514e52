"""`python -m local`: run everything on this machine."""

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Annotated

import typer

from local import (
    children,
    chromium,
    doctor as doctors,
    node,
    pictures,
    places,
    progress,
    temporal_binary,
    time_skipping_server,
    tour as tours,
    tour_coaching,
    up as launcher,
    world as worlds,
)
from local.leaving import leave
from local.tour import Story
from local.tour_following import CoachingStory
from local.world import Wish, World
from retention.errors import Refusal

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
STOP_PATIENCE = 90.0  # seconds

Machine = Annotated[bool, typer.Option("--json", help="For machines.")]


@app.command()
def up(
    tutors: Annotated[int | None, typer.Option(help="How many tutors the new world has (300).")] = None,
    seed: Annotated[int | None, typer.Option(help="Which of all possible worlds (1).")] = None,
    speed: Annotated[float | None, typer.Option(help="Business seconds in a real one (1).")] = None,
) -> None:
    """Start the demo and keep it running until Ctrl-C."""
    launcher.up(Wish(tutors=tutors, seed=seed, speed=speed))


@app.command()
def down() -> None:
    """Stop the demo that runs here, in order."""
    world = worlds.known()
    if world is None or not worlds.is_running() or world.launcher is None:
        progress.say("Nothing runs here.")
        return
    os.kill(world.launcher, signal.SIGTERM)
    if not children.wait_until(lambda: not worlds.is_running(), within=STOP_PATIENCE):
        raise Refusal(f"It has not stopped within {STOP_PATIENCE:.0f} s.", instead=f"See {places.logs()}")
    progress.say("Stopped.")


@app.command()
def doctor(*, as_json: Machine = False) -> None:
    """Ask every part whether it is well; exit 0 only when all are."""
    findings = doctors.examine(_world())
    well = all(finding.well for finding in findings)
    if as_json:
        print(json.dumps({"well": well, "parts": [vars(finding) for finding in findings]}, indent=1))
    else:
        for finding in findings:
            progress.say(
                f"{'[green]✓[/]' if finding.well else '[red]✗[/]'} {finding.part:<10} {finding.says}"
            )
    leave(0 if well else 1)


@app.command()
def urls(*, as_json: Machine = False) -> None:
    """Where the running demo answers."""
    world = _world()
    if as_json:
        print(json.dumps(world.addresses))
    else:
        launcher.show_addresses(world)


@app.command()
def status(*, as_json: Machine = False) -> None:
    """What runs, and where."""
    world = worlds.known()
    if world is None or not worlds.is_running():
        print(json.dumps({"running": False})) if as_json else progress.say(
            "Nothing runs here; try `make up`."
        )
        return
    processes = {name: pid for name, (pid, _) in world.processes.items()}
    if as_json:
        numbers = world.model_dump(include={"tutors", "seed", "speed", "seeded"})
        print(json.dumps({"running": True, "world": numbers, "processes": processes, **world.addresses}))
        return
    progress.say("Mainstay runs here.")
    launcher.show_addresses(world)
    for name, pid in processes.items():
        progress.say(f"  {name:<18} process {pid}")


@app.command()
def tour(
    *,
    as_json: Machine = False,
    album: Annotated[
        Path | None, typer.Option("--pictures", help="Photograph each station into this folder.")
    ] = None,
    coaching: Annotated[
        bool, typer.Option("--coaching", help="A tip and a coaching case instead, in a world of SPEED=1440.")
    ] = False,
) -> None:
    """Post a poor first session, follow it to its task, complete that, and see the case end."""
    world = _world()
    tell = (lambda _said: None) if as_json else progress.say
    story: CoachingStory | Story
    if coaching:
        story = tour_coaching.walk(world, tell=tell, album=album)
    else:
        look = (lambda _story: None) if album is None else pictures.photographer(world, into=album)
        story = tours.tour(world, tell=tell, look=look)
    if as_json:
        print(json.dumps(story.as_dict()))
    leave(0)


@app.command()
def tools() -> None:
    """Find or fetch what the tests need beside Python: Temporal, the test server, Node, Chromium."""
    with progress.step("Temporal dev server") as tell:
        temporal_binary.provide(tell)
    with progress.step("Time-skipping test server") as tell:
        time_skipping_server.provide(tell)
    with progress.step("The pages' script, by Node") as tell:
        node.bundle_pages(tell)
    with progress.step("Chromium") as tell:
        chromium.provide(tell)
    leave(0)


@app.command()
def clean() -> None:
    """Remove this checkout's world for good: database, Temporal's file, logs."""
    if worlds.is_running():
        raise Refusal("Mainstay runs here.", instead="Stop it first: Ctrl-C, or `python -m local down`.")
    shutil.rmtree(places.database_folder(places.home() / "database"), ignore_errors=True)
    places.empty_home()
    progress.say("This checkout's world is gone; `make up` makes a new one.")


def _world() -> World:
    world = worlds.known()
    if world is None:
        raise Refusal("There is no world here yet.", instead="`make up` makes one.")
    return world


def main() -> None:
    """Run the command; a refusal is a sentence, not a traceback."""
    try:
        app()
    except Refusal as refused:
        progress.say(f"[red]{refused.what}[/] {refused.instead}")
        leave(1)
    except SystemExit as left:
        leave(left.code if isinstance(left.code, int) else 1)


if __name__ == "__main__":
    main()
