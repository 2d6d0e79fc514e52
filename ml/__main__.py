"""`python -m ml`: judge models on synthetic worlds whose end they have not seen, and decide about them."""

import json
from typing import Annotated

import typer
from rich.console import Console

from ml import acceptance, acceptance_table, deciding
from ml.acceptance import Wish
from ml.deciding import Which

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
WIDTH = 200  # columns of the table
screen = Console(stderr=True)
deciding.add_to(app)


@app.callback()
def ml() -> None:
    """The models: judged before anybody leans on them."""


@app.command()
def evaluate(
    *,
    model: Annotated[Which, typer.Option(help="What is foretold.")] = Which.CHURN,
    profile: Annotated[str, typer.Option(help="The synthetic world's profile: prd or hard.")] = "prd",
    seeds: Annotated[int, typer.Option(min=1, help="Worlds to judge on, one a seed.")] = 5,
    tutors: Annotated[int, typer.Option(min=50, help="Tutors of each world.")] = 300,
    draws: Annotated[int, typer.Option(min=10, help="Draws of tutors for each interval.")] = 200,
    futures: Annotated[
        int, typer.Option(min=0, help="Lives that the churn oracle sees ahead; 0: no oracle.")
    ] = 200,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print tables for a document.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON, for machines.")] = False,
) -> None:
    """Print the acceptance table; the exit code is 0 whether or not a gate is missed: read the table."""
    wish = Wish(profile=profile, seeds=seeds, tutors=tutors, draws=draws, futures=futures)
    judging = acceptance.first_sessions if model is Which.FIRST_SESSION else acceptance.churn
    verdict = judging(wish, say=_say)
    if as_markdown:
        print(acceptance_table.markdown(verdict))
    else:
        Console(width=WIDTH).print(acceptance_table.table_of(verdict))
        for gate in verdict.gates:
            passed = "passed" if gate.passed else "MISSED"
            print(f"{passed}  {gate.name}: {gate.value:.4g} ({acceptance_table.bound_of(gate)})")
    if as_json:
        print(json.dumps({"model": model, **acceptance_table.told(verdict)}))


def _say(words: str) -> None:
    screen.print(f"{words} …", style="dim", highlight=False)


if __name__ == "__main__":
    app()
