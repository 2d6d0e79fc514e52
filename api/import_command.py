"""The command line of the import, and how its reports read."""

import csv
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import orjson
import typer

from api import imports
from api.import_mapping import read_mapping
from api.imports import Report, Trouble

SHOWN = 20  # problems of a file on the screen; all of them with --problems
COLUMNS = ("file", "line", "field", "says")


def import_files(
    mapping: Annotated[Path, typer.Argument(help="The mapping file; paths in it count from its folder.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check everything, store nothing.")
    ] = False,
    problems: Annotated[
        Path | None, typer.Option(help="A CSV file for every row that was not taken.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for machines.")] = False,
) -> None:
    """Import tutors, sessions, events and feedback of a real platform; ends with 1 when a row was left out.

    Good rows are stored, the others are listed by line. A second import of the same rows changes nothing.
    """
    reports = imports.import_all(read_mapping(mapping), mapping.parent, dry_run=dry_run)
    if problems is not None:
        _write(problems, [one for report in reports for one in report.problems])
    if as_json:
        typer.echo(orjson.dumps({"dry_run": dry_run, "files": [asdict(one) for one in reports]}).decode())
    else:
        for report in reports:
            _tell(report, dry_run=dry_run)
    if any(report.refused for report in reports):
        raise typer.Exit(1)


def _tell(report: Report, *, dry_run: bool) -> None:
    fate = (
        "nothing stored (dry run)" if dry_run else f"{report.stored} stored, {report.repeated} known before"
    )
    typer.echo(f"{report.file}: {report.rows} rows, {fate}, {report.refused} left out")
    if report.unused:
        typer.echo(f"  columns that nothing comes from: {', '.join(report.unused)}")
    for found in (report.problems, report.duplicates):
        for one in found[:SHOWN]:
            typer.echo(f"  {one.file}:{one.line}: {one.field + ': ' if one.field else ''}{one.says}")
        if len(found) > SHOWN:
            typer.echo(f"  … and {len(found) - SHOWN} more")


def _write(path: Path, problems: Sequence[Trouble]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows([one.file, one.line, one.field, one.says] for one in problems)
