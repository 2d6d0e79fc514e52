"""How an acceptance table is told: on a terminal, in a document, and to machines."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.table import Table

from ml.acceptance import Verdict
from ml.figures import Figure
from ml.gates import Gate

ALONE = "single_feature_auc_30d"  # its model is the feature


def table_of(verdict: Verdict) -> Table:
    """For a terminal."""
    title = f"profile {verdict.wish.profile}, {verdict.wish.seeds} worlds: value [95 % over tutors]"
    table = Table("figure", *_models(verdict), title=title)
    for name, cells in lines(verdict):
        table.add_row(name, *cells)
    return table


def lines(verdict: Verdict) -> Iterator[tuple[str, list[str]]]:
    """A figure's name and a cell for each model; a single feature stands in the first, with its name."""
    models = _models(verdict)
    cells = {(one.model, one.name): _cell(one) for one in verdict.figures}
    for name in dict.fromkeys(one.name for one in verdict.figures):
        if name == ALONE:
            alone = next(one for one in verdict.figures if one.name == ALONE)
            yield name, [f"{alone.value:.3f} ({alone.model})", *[""] * (len(models) - 1)]
        else:
            yield name, [cells.get((model, name), "") for model in models]


def markdown(verdict: Verdict) -> str:
    """For a document."""
    models = _models(verdict)
    rows = [["figure", *models], ["---"] * (len(models) + 1)]
    rows += [[f"`{name}`", *cells] for name, cells in lines(verdict)]
    checked = [["gate", "value", "bound", ""], ["---"] * 4]
    checked += [
        [f"`{gate.name}`", f"{gate.value:.4g}", bound_of(gate), "passed" if gate.passed else "**MISSED**"]
        for gate in verdict.gates
    ]
    return "\n\n".join("\n".join(f"| {' | '.join(row)} |" for row in part) for part in (rows, checked))


def bound_of(gate: Gate) -> str:
    """The gate's bounds."""
    signs = (("≥", gate.low), ("≤", gate.high))
    return " and ".join(f"{sign} {edge:.4g}" for sign, edge in signs if edge is not None)


def told(verdict: Verdict) -> dict[str, Any]:
    """For machines: every figure with its interval, and the gates; what is no number is null."""
    known = {one.name: one for one in verdict.figures if one.model == "model" or one.name == ALONE}
    return {
        "profile": verdict.wish.profile,
        "seeds": verdict.wish.seeds,
        "figures": [_plain(asdict(one)) for one in verdict.figures],
        "gates": {gate.name: _gate(gate, known.get(gate.name)) for gate in verdict.gates},
        "gates_passed": all(gate.passed for gate in verdict.gates),
    }


def _models(verdict: Verdict) -> list[str]:
    return list(dict.fromkeys(one.model for one in verdict.figures if one.name != ALONE))


def _cell(one: Figure) -> str:
    if one.name == "order_violations":
        return f"{one.value:g}"
    between = "" if math.isnan(one.low) else f" [{one.low:.3f}, {one.high:.3f}]"
    return f"{one.value:.3f}{between}"


def _gate(gate: Gate, figure: Figure | None) -> dict[str, Any]:
    between = None if figure is None or math.isnan(figure.low) else [figure.low, figure.high]
    said = {**asdict(gate), "bound": bound_of(gate), "passed": gate.passed}
    return _plain(said) | {"interval": between}


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in found.items()
    }
