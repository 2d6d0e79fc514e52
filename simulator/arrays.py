"""Commands that write a world's days as arrays: what models learn from, and what an oracle would foretell."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from retention.errors import Refusal
from retention.measures import first_sessions as measures
from retention.measures.cube import kept
from simulator import chronicle, foresight, world as worlds
from simulator.cubes import cube_of
from simulator.first_sessions import FirstSessionsSeen

BEGINS = datetime(2025, 1, 6, tzinfo=UTC)  # a Monday; every season lies ahead of it
Out = Annotated[Path, typer.Argument(help="The file to write.")]
Name = Annotated[str, typer.Option(help="The profile's name.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same world.")]
Tutors = Annotated[int, typer.Option(min=1, help="Tutors on the first day.")]


def cube(
    out: Out,
    *,
    profile: Name = "prd",
    seed: Seed = 1,
    tutors: Tutors = 300,
    days: Annotated[int, typer.Option(min=1, help="Days to live.")] = 360,
    first_sessions: Annotated[Path | None, typer.Option(help="A file for its first sessions.")] = None,
) -> None:
    """Live a world in memory and write its days as arrays, for training and judging models."""
    world = worlds.born(BEGINS, tutors_wanted=tutors, seed=seed, name=profile)
    firsts = FirstSessionsSeen(world.profile, first_second=world.midnight)
    lived = cube_of(world, days, seen=firsts.see)
    kept(lived, out)
    if first_sessions is not None:
        measures.kept(firsts.all_of_them(), first_sessions)
    typer.echo(
        f"{lived.tutors} tutors, {lived.days} days, {int(lived.completed.sum())} sessions taught: {out}"
    )


def foresee(
    out: Out,
    *,
    on: Annotated[list[int], typer.Option(help="Days of the cube of the same world, once for each.")],
    profile: Name = "prd",
    seed: Seed = 1,
    tutors: Tutors = 300,
    futures: Annotated[int, typer.Option(min=10, help="Lives lived on from each of the days.")] = 200,
) -> None:
    """Write how likely each tutor leaves within 1, 7, 30 and 90 days, by one who sees the hidden state.

    No model can foretell better; one that seems to has seen the outcome.
    """
    days = sorted(set(on))
    if days[0] < 1:
        raise Refusal("Nothing has happened yet at the end of day 0.", instead="Take later days.")
    world = worlds.born(BEGINS, tutors_wanted=tutors, seed=seed, name=profile)
    run = chronicle.lived(world, days=days[0])
    said = foresight.oracle(run, days, futures=futures, tell=_tell)
    np.savez_compressed(out, **asdict(said), futures=futures)
    typer.echo(f"{len(said.tutor)} tutors and days, {futures} futures of each: {out}")


def _tell(share: float) -> None:
    """Progress goes where it is in nobody's way."""
    typer.echo(f"{share:.0%} foreseen", err=True)
