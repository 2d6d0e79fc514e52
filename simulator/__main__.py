"""`python -m simulator`: make a world, run its feed, hold it, look at it, study it."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from retention.errors import Refusal
from retention.settings import settings
from simulator import arrays, feed, seeding, study
from simulator.dirt import Dirt
from simulator.feed import Staff
from simulator.profiles import SIZES, Size

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A synthetic tutoring platform.",
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, for machines.")]


class Owner(BaseSettings):
    """The owner of the tables, who alone may write the hidden truth."""

    database_owner_url: SecretStr | None = None


@app.callback()
def simulator() -> None:
    """A synthetic tutoring platform, which Mainstay does not tell from a real one."""


@app.command()
def seed(
    *,
    size: Annotated[Size | None, typer.Option(help="A world by its name, instead of --tutors.")] = None,
    tutors: Annotated[int, typer.Option(min=1, help="Tutors on the first day.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same world.")] = 1,
    days: Annotated[int, typer.Option(min=14, help="Days of history.")] = 90,
    profile: Annotated[str, typer.Option(help="The profile's name.")] = "prd",
    as_json: Json = False,
) -> None:
    """Write a world into an empty database: accounts and history. Its time does not run yet."""
    tutors = SIZES[size] if size else tutors
    wish = seeding.Wish(tutors=tutors, seed=seed, days=days, profile=profile)
    owner = Owner().database_owner_url
    url = owner.get_secret_value() if owner else None
    done = seeding.seed(wish, now=datetime.now(UTC), owner_url=url, tell=_quiet if as_json else _say)
    print(
        json.dumps(asdict(done), default=str)
        if as_json
        else f"{done.records} records of {done.tutors} tutors"
    )


@app.command()
def begin(
    *,
    speed: Annotated[float, typer.Option(min=0.001, help="Of the clock, after the played part.")] = 1.0,
    playback: Annotated[float, typer.Option(min=1, help="Real seconds for the played part.")] = 180,
    start_in: Annotated[float, typer.Option(min=0, help="Real seconds until the clock starts.")] = 25,
) -> None:
    """Let a seeded world's time begin, once: the last two weeks fast, then at its speed."""
    pace = seeding.Pace(
        speed=speed, playback=timedelta(seconds=playback), start_in=timedelta(seconds=start_in)
    )
    clock = seeding.begin(pace, now=datetime.now(UTC))
    print(f"The world's time is {clock.origin:%A %d %B %Y} at {clock.origin_real:%H:%M:%S} UTC.")


@app.command()
def run(
    *,
    url: Annotated[str, typer.Option(help="Where API and pages answer.")] = "",
    staff: Annotated[Staff, typer.Option(help="When the made-up staff works on its tasks.")] = Staff.PLAYBACK,
    dirt: Annotated[
        bool, typer.Option("--dirt", help="Soil the feed: late, doubled, broken lines, outages.")
    ] = False,
) -> None:
    """Post the world's facts as they happen, until the process is ended. A later run catches up exactly."""
    feed.run(
        url or settings().public_url,
        staff=staff,
        outbox=settings().outbox_folder,
        dirt=Dirt() if dirt else None,
    )


@app.command()
def stop(
    *,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for what is in flight.")] = 10,
    as_json: Json = False,
) -> None:
    """Hold the feed and wait until nothing is in flight; `resume`, or a new `run`, catches up exactly."""
    feed.hold(paused=True)
    position = feed.at_rest(within=timedelta(seconds=wait))
    said = {"paused": True, "posted_until": position.isoformat(timespec="seconds")}
    print(json.dumps(said) if as_json else f"The feed stands still. It has posted until {position:%c}.")


@app.command()
def pause() -> None:
    """Hold the feed; the world's time goes on."""
    feed.hold(paused=True)


@app.command()
def resume() -> None:
    """Let the feed go on: it posts what it held back."""
    feed.hold(paused=False)


@app.command()
def status(*, as_json: Json = False) -> None:
    """Where the world and its feed stand."""
    found = feed.status(real_now=datetime.now(UTC))
    print(json.dumps(found) if as_json else "\n".join(f"{name}: {value}" for name, value in found.items()))


for command in (study.calibrate, study.truth, study.export, arrays.cube, arrays.foresee):
    app.command()(command)


def _say(what: str, share: float) -> None:
    print(f"{share:.0%} {what}", flush=True)


def _quiet(_what: str, _share: float) -> None:
    """For machines: nothing before the end."""


def main() -> None:
    """Run a command; a refusal is a sentence, not a trace."""
    try:
        app()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
