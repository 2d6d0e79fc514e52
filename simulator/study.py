"""Commands that study worlds and need no database: calibrate, truth, export."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from retention.errors import Refusal
from simulator import calibration, calibration_table, exporting, profiles, trials, trials_told
from simulator.calibration import Reading, Wish
from simulator.exporting import Form

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, for machines.")]
Name = Annotated[str, typer.Option(help="The profile's name.")]
WIDTH = 170  # columns of the table


def calibrate(
    *,
    profile: Name = "prd",
    worlds: Annotated[int, typer.Option(min=2, help="Worlds; their spread gives the interval.")] = 12,
    tutors: Annotated[int, typer.Option(min=50, help="Tutors of each on the first day.")] = 300,
    days: Annotated[int, typer.Option(min=180, help="Days that each lives.")] = 365,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print a table for a document.")] = False,
    as_json: Json = False,
) -> None:
    """Measure what the requirements say of the platform; ends with 1 when a figure lies outside."""
    wish = calibration.Wish(profile, worlds=worlds, tutors=tutors, days=days)
    readings = calibration.calibrated(wish, tell=_tell)
    outside = [one.name for one in readings if one.inside is False]
    if as_json:
        version = profiles.profile(profile).version
        figures = calibration_table.told(readings)
        _print({"profile": profile, "version": version, "figures": figures, "outside": outside})
    elif as_markdown:
        typer.echo(calibration_table.markdown(readings))
    else:
        _shown(wish, readings)
    if outside:
        raise typer.Exit(1)


def truth(
    *,
    rct: Annotated[bool, typer.Option("--rct", help="Hold trials whose true answer is known.")] = False,
    profile: Name = "prd",
    programme: Annotated[str, typer.Option(help="What the treated get.")] = "coaching",
    dose: Annotated[str, typer.Option(help="How much of it.")] = "attended",
    runs: Annotated[int, typer.Option("--trials", min=10, help="Trials.")] = 200,
    each: Annotated[int, typer.Option(min=20, help="Eligible tutors in each.")] = 120,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same trials.")] = 1,
    as_json: Json = False,
) -> None:
    """What a programme really does to tutors: the planted effects, or trials that have to find them."""
    planted = profiles.profile(profile).effects
    if programme not in planted.relief:
        raise Refusal(f"No effect is planted for {programme}.", instead=f"Take {', '.join(planted.relief)}.")
    if dose not in planted.doses:
        raise Refusal(f"{dose} is no dose.", instead=f"Take {', '.join(planted.doses)}.")
    if not rct:
        _print({"relief": planted.relief[programme], "harm": planted.harm.get(programme, {})})
        return
    plan = trials.Plan(profile, programme, dose, trials=runs, each=each, seed=seed)
    found = trials.tried(plan, tell=_tell)
    if as_json:
        _print(asdict(found))
    else:
        typer.echo("\n".join(trials_told.sentences(plan, found)))


def export(
    folder: Annotated[Path, typer.Argument(help="An empty or new folder.")],
    *,
    profile: Name = "prd",
    tutors: Annotated[int, typer.Option(min=1, help="Tutors on the first day.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same world.")] = 1,
    days: Annotated[int, typer.Option(min=1, help="Days to write.")] = 90,
    until: Annotated[datetime | None, typer.Option(help="The end of the last day; today's midnight.")] = None,
    form: Annotated[Form, typer.Option(help="Lines of JSON, or tables for a spreadsheet.")] = Form.NDJSON,
    as_json: Json = False,
) -> None:
    """Write a world's records into files that `python -m api import` reads."""
    end = (until or datetime.now(UTC)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    wish = exporting.Wish(profile=profile, tutors=tutors, seed=seed, days=days, until=end)
    written = exporting.export(wish, folder, form=form, tell=_tell)
    if as_json:
        _print(written)
    else:
        typer.echo("\n".join(f"{name}: {count} records" for name, count in written.items()))


def _shown(wish: Wish, readings: list[Reading]) -> None:
    screen = Console(width=WIDTH, highlight=False)
    for table in calibration_table.tables_of(readings):
        screen.print(table)
    typer.echo("\n".join((*calibration_table.contradictions(readings), "")))
    typer.echo(calibration_table.verdict(wish, readings))


def _tell(what: str, share: float) -> None:
    """Progress goes where it is in nobody's way."""
    typer.echo(f"{share:.0%} {what}", err=True)


def _print(found: dict[str, Any]) -> None:
    """Bounds without an end are null."""
    typer.echo(orjson.dumps(found).decode())
