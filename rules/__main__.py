"""`python -m rules`: check, test, explain, try and publish the rulebook."""

import json
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from retention.settings import settings
from rules.book import Book
from rules.booktests import run_tests
from rules.commands import deciding, explain as explaining_a_tutor, trying
from rules.engine import DurableEngine
from rules.fields import clean, registry
from rules.fuzz import fuzz
from rules.judge import Matcher
from rules.loader import SHIPPED, BookRefused, load_book
from rules.printed import page
from rules.reference import PlainEngine, explain, truth
from rules.schema import schema

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
Folder = Annotated[Path, typer.Option("--book", help="Folder of rule files.")]
ANSWERS = {True: "fires", False: "does not fire", None: "does not fire: a fact is not known"}
SEEDS = 4  # of a comparison of the engines, when none is named
MARKS = {True: "yes", False: "no ", None: "?  "}
deciding.add_to(app)
trying.add_to(app)
explaining_a_tutor.add_to(app)


def _book(folder: Path) -> Book:
    try:
        return load_book(folder)
    except BookRefused as refused:
        typer.echo(str(refused))
        typer.echo(f"{len(refused.faults)} to mend; the book was not taken.")
        raise typer.Exit(1) from None


@app.command()
def check(book: Folder = SHIPPED) -> None:
    """Say everything that is wrong with the rule files, with line and column."""
    found = _book(book)
    typer.echo(
        f"{len(found.rules)} rules, version {found.version}, digest {found.digest[:12]}: nothing to mend."
    )


@app.command("test")
def run_the_tests(book: Folder = SHIPPED) -> None:
    """Run the tests beside the rules, with both engines (RULES_ENGINE=python: with the plain one alone)."""
    found = _book(book)
    failed = 0
    for matcher in _matchers(found):
        results = list(run_tests(found, matcher))
        wrong = [result for result in results if result.wrong]
        failed += len(wrong)
        for result in wrong:
            typer.echo(f"{result.place}: {result.rule_id}, “{result.says}”: {result.wrong}")
        typer.echo(f"{matcher.name}: {len(results) - len(wrong)} of {len(results)} tests pass.")
    raise typer.Exit(1 if failed else 0)


def _matchers(book: Book) -> list[Matcher]:
    plain = PlainEngine(book.conditions)
    if settings().rules_engine == "python":
        return [plain]
    try:
        return [DurableEngine(book.conditions), plain]
    except ImportError as fault:
        typer.echo(str(fault))
        raise typer.Exit(1) from None


@app.command("explain-facts")
def explain_facts(file: Path, rule: str = "", book: Folder = SHIPPED) -> None:
    """Say for each rule why it fires or not on the facts in a JSON file."""
    found = _book(book)
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise typer.BadParameter(f"{file} is not readable as JSON: {fault}") from None
    if not isinstance(facts, dict):
        raise typer.BadParameter(f'{file} must hold one object such as {{"noshows_7d": 2}}')
    cleaned = clean(facts, found.fields)
    unknown = [f"{name} is no fact that rules know" for name in facts if name not in found.fields]
    for warning in (*cleaned.strange, *unknown):
        typer.echo(f"left out: {warning}")
    for one in found.rules:
        if rule not in {"", one.id}:
            continue
        typer.echo(f"{one.id} {ANSWERS[truth(one.when, cleaned.sheet)]}. {one.says}")
        for leaf in explain(one.when, cleaned.sheet, found.fields):
            typer.echo(f"  {MARKS[leaf.result]} {leaf.says}")


@app.command()
def docs(book: Folder = SHIPPED) -> None:
    """Print the rulebook as Markdown (docs/rulebook.md)."""
    typer.echo(page(_book(book)), nl=False)


@app.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of rule files, for editors."""
    typer.echo(json.dumps(schema(registry()), indent=2, ensure_ascii=False))


@app.command("fuzz")
def compare_engines(
    pairs: Annotated[int, typer.Option(help="How many pairs of a condition and facts, at least.")] = 400_000,
    seed: Annotated[
        list[int] | None,
        typer.Option(help="Where chance begins; may be given again. Left out: four new ones."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Compare the C engine with the reference on random conditions and facts; 1 when they differ."""
    report = fuzz(pairs, seeds=seed or [secrets.randbits(32) for _ in range(SEEDS)])
    if as_json:
        typer.echo(json.dumps(asdict(report)))
    else:
        seeds = ", ".join(map(str, report.seeds))
        typer.echo(f"{report.pairs} pairs, {report.disagreements} disagreements, seeds {seeds}")
        for example in report.examples:
            typer.echo(f"  {example}")
    raise typer.Exit(1 if report.disagreements else 0)


if __name__ == "__main__":
    app(prog_name="python -m rules")
