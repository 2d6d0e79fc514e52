"""`python -m ml`: judge models on synthetic worlds whose end they have not seen, and decide about them."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ml import deciding, first_session_evaluation as first_sessions
from ml.evaluation import Figure, Judged, ceiling_of, figures, judged
from ml.gates import Gate, gates
from ml.splits import Split, split
from ml.synthetic import BURN_IN, HISTORY, lived

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
CEILING_SEED, CEILING_TUTORS = 9_001, 1_500
screen = Console(stderr=True)
deciding.add_to(app)


class Which(StrEnum):
    """The models."""

    CHURN = "churn"
    FIRST_SESSION = "first-session"


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
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON, for machines.")] = False,
) -> None:
    """Print the acceptance table; the exit code is 0 whether or not a gate is missed: read the table."""
    judging = _first_sessions if model is Which.FIRST_SESSION else _churn
    found, checked = judging(profile=profile, seeds=seeds, tutors=tutors, draws=draws)
    _show(found, checked, profile=profile, seeds=seeds)
    if as_json:
        print(json.dumps({"model": model, **_told(found, checked, profile=profile, seeds=seeds)}))


def _churn(*, profile: str, seeds: int, tutors: int, draws: int) -> tuple[list[Figure], list[Gate]]:
    cut = split(BURN_IN, BURN_IN + HISTORY - 1)
    found = figures(_worlds(cut, profile=profile, seeds=seeds, tutors=tutors), draws=draws)
    known = {(one.model, one.name): one.value for one in found}
    known |= {("any", one.name): one.value for one in found if one.name.startswith("single")}
    return found, gates(known, profile=profile)


def _first_sessions(*, profile: str, seeds: int, tutors: int, draws: int) -> tuple[list[Figure], list[Gate]]:
    _say(f"The observable ceiling: {CEILING_TUTORS} tutors to learn from")
    ceiling = first_sessions.ceiling_of(lived(profile, seed=CEILING_SEED, tutors=CEILING_TUTORS))
    worlds = []
    for seed in range(1, seeds + 1):
        _say(f"World {seed} of {seeds}")
        worlds.append(first_sessions.judged(lived(profile, seed=seed, tutors=tutors), ceiling=ceiling))
    _say("Intervals over tutors")
    found = first_sessions.figures(worlds, draws=draws)
    return found, first_sessions.gates(found)


def _worlds(cut: Split, *, profile: str, seeds: int, tutors: int) -> list[Judged]:
    _say(f"The observable ceiling: {CEILING_TUTORS} tutors to learn from")
    ceiling = ceiling_of(lived(profile, seed=CEILING_SEED, tutors=CEILING_TUTORS).cube, cut)
    worlds = []
    for seed in range(1, seeds + 1):
        _say(f"World {seed} of {seeds}")
        worlds.append(judged(lived(profile, seed=seed, tutors=tutors).cube, cut, ceiling=ceiling))
    _say("Intervals over tutors")
    return worlds


def _say(words: str) -> None:
    screen.print(f"{words} …", style="dim", highlight=False)


def _show(found: Sequence[Figure], checked: Sequence[Gate], *, profile: str, seeds: int) -> None:
    names = list(dict.fromkeys(one.name for one in found))
    models = list(dict.fromkeys(one.model for one in found if not one.name.startswith("single")))
    table = Table("figure", *models, title=f"profile {profile}, {seeds} worlds: value [95 % over tutors]")
    cells = {(one.model, one.name): _cell(one) for one in found}
    for name in names:
        alone = next(_cells(found, name)) if name.startswith("single") else None
        table.add_row(name, *([alone] if alone else [cells.get((model, name), "") for model in models]))
    Console(width=160).print(table)
    for gate in checked:
        bounds = " ".join(
            f"{sign} {bound:g}" for sign, bound in (("≥", gate.low), ("≤", gate.high)) if bound is not None
        )
        print(f"{'passed' if gate.passed else 'MISSED'}  {gate.name}: {gate.value:.4g} ({bounds})")


def _cells(found: Sequence[Figure], name: str) -> Iterator[str]:
    return (f"{one.value:.3f} ({one.model})" for one in found if one.name == name)


def _cell(one: Figure) -> str:
    between = "" if math.isnan(one.low) else f" [{one.low:.3f}, {one.high:.3f}]"
    return f"{one.value:.3f}{between}"


def _told(found: Sequence[Figure], checked: Sequence[Gate], *, profile: str, seeds: int) -> dict[str, Any]:
    return {
        "profile": profile,
        "seeds": seeds,
        "figures": [_without_nan(asdict(one)) for one in found],
        "gates": {gate.name: _without_nan({**asdict(gate), "passed": gate.passed}) for gate in checked},
        "gates_passed": all(gate.passed for gate in checked),
    }


def _without_nan(told: dict[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in told.items()
    }


if __name__ == "__main__":
    app()
