"""How a calibration is told: on a terminal, in a document, and to machines."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

from rich.table import Table

from simulator.calibration import Reading, Wish
from simulator.figures import Label

HEAD = ("figure", "unit", "source", "its value", "simulated", "99.7 % interval", "")
SAID = {None: "contradictory", True: "inside", False: "OUTSIDE"}
LABELS: dict[Label, str] = {
    "seeding": "seeding: true on the first day",
    "stationary": "stationary: true in the long run",
    "contradictory": "contradictory: cannot hold beside the others",
}


def tables_of(readings: Sequence[Reading]) -> Iterator[Table]:
    """For a terminal: a table for each label."""
    for label, title in LABELS.items():
        table = Table(*HEAD, title=title, title_justify="left")
        for one in readings:
            if one.figure.label == label:
                table.add_row(*_cells(one))
        yield table


def markdown(readings: Sequence[Reading]) -> str:
    """For a document: one table, each figure with its label, and what was chosen where they contradict."""
    rows = [["label", *HEAD], ["---"] * (len(HEAD) + 1)]
    rows += [[label, *_cells(one)] for label in LABELS for one in readings if one.figure.label == label]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n".join((table, "", *contradictions(readings)))


def contradictions(readings: Sequence[Reading]) -> list[str]:
    """What was chosen for each figure that cannot hold, and why, in a line."""
    return [f"- {one.figure.says}: {one.figure.why}" for one in readings if one.figure.why]


def verdict(wish: Wish, readings: Sequence[Reading]) -> str:
    """The whole in one sentence, with what it is based on."""
    held = [one for one in readings if one.inside is not None]
    outside = ", ".join(one.figure.says for one in held if not one.inside)
    return (
        f"{wish.profile}: of {len(held)} figures that can hold {sum(one.inside is True for one in held)} are "
        f"inside{f' (outside: {outside})' if outside else ''}, {len(readings) - len(held)} contradict them; "
        f"{wish.worlds} worlds of {wish.tutors} tutors, {wish.days} days each."
    )


def told(readings: Sequence[Reading]) -> dict[str, Any]:
    """For machines: everything of each figure, by its name."""
    return {
        one.name: asdict(one) | {"figure": one.figure.model_dump(), "inside": one.inside} for one in readings
    }


def _cells(one: Reading) -> list[str]:
    figure = one.figure
    least, most = _short(figure.least), _short(figure.most)
    bounds = f"{least} – {most}" if isfinite(figure.most) else f"{least} or more"
    return [
        figure.says,
        figure.unit,
        figure.source,
        least if least == most else bounds,
        _short(one.value),
        f"{_short(one.least)} – {_short(one.most)}",
        SAID[one.inside],
    ]


def _short(value: float) -> str:
    """Three figures that count, and no fewer digits than the whole part has."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
