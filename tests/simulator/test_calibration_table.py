"""How a calibration is told: every figure with its label and interval, every contradiction with its why."""

import pytest

from simulator import calibration_table
from simulator.calibration import Reading, Wish
from simulator.figures import Label, figures


def readings() -> list[Reading]:
    """Each figure read at its lower bound, within a hundredth of it."""
    return [
        Reading(name, one, one.least, 0.99 * one.least, 1.01 * one.least) for name, one in figures().items()
    ]


def one_outside() -> list[Reading]:
    """The same, with resignations far above what they may be."""
    return [
        Reading(one.name, one.figure, 0.5, 0.4, 0.6) if one.name == "resigned" else one for one in readings()
    ]


def line_of(table: str, says: str) -> list[str]:
    """The cells of one figure's line."""
    (line,) = (line for line in table.splitlines() if f"| {says} |" in line)
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_figure_has_a_line_with_its_label() -> None:
    table = calibration_table.markdown(readings())
    for figure in figures().values():
        assert line_of(table, figure.says)[:4] == [figure.label, figure.says, figure.unit, figure.source]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("resigned", ["0.01 – 0.02", "0.01", "0.0099 – 0.0101", "inside"]),
        ("silence_predicts", ["1.5 or more", "1.5", "1.48 – 1.52", "inside"]),
        ("tutor_days", ["28,500", "28,500", "28,215 – 28,785", "contradictory"]),
    ],
)
def test_bounds_and_intervals_are_short_numbers(name: str, cells: list[str]) -> None:
    table = calibration_table.markdown(readings())
    assert line_of(table, figures()[name].says)[4:] == cells


def test_a_figure_outside_is_loud_in_its_line_and_in_the_verdict() -> None:
    says = figures()["resigned"].says
    assert line_of(calibration_table.markdown(one_outside()), says)[-1] == "OUTSIDE"
    assert f"(outside: {says})" in calibration_table.verdict(Wish("prd"), one_outside())


def test_the_verdict_counts_what_can_hold_and_what_cannot() -> None:
    told = calibration_table.verdict(Wish("prd", worlds=2, tutors=50, days=180), readings())
    assert told.startswith("prd: of 24 figures that can hold 24 are inside, 6 contradict them; ")
    assert told.endswith("2 worlds of 50 tutors, 180 days each.")


def test_each_contradiction_says_what_was_chosen() -> None:
    told = calibration_table.contradictions(readings())
    contradictory = [one for one in figures().values() if one.label == "contradictory"]
    assert told == [f"- {one.says}: {one.why}" for one in contradictory]


@pytest.mark.parametrize("label", ["seeding", "stationary", "contradictory"])
def test_a_terminal_shows_a_table_for_each_label(label: Label) -> None:
    tables = {str(table.title).split(":")[0]: table for table in calibration_table.tables_of(readings())}
    assert tables[label].row_count == sum(one.label == label for one in figures().values())
