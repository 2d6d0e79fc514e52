"""A profile's world shows what the requirements say; bounds widened by the sampling error alone."""

import pytest

from simulator import calibration, chronicle, world as worlds
from simulator.calibration import BEGIN, Reading, Wish
from simulator.figures import Figure, figures

FIGURE = Figure(says="a share", least=0.2, most=0.3, unit="share", source="ours", label="stationary")


def quietly(_what: str, _share: float) -> None:
    """No progress."""


def a_reading(least: float, most: float, *, label: str = "stationary") -> Reading:
    return Reading("share", FIGURE.model_copy(update={"label": label}), (least + most) / 2, least, most)


@pytest.mark.parametrize(
    ("least", "most", "inside"),
    [(0.1, 0.19, False), (0.1, 0.2, True), (0.22, 0.25, True), (0.3, 0.4, True), (0.31, 0.4, False)],
)
def test_a_figure_is_inside_when_its_interval_meets_the_bounds(
    least: float, most: float, inside: bool
) -> None:
    assert a_reading(least, most).inside is inside


def test_a_contradictory_figure_is_not_held_to_its_bounds() -> None:
    assert a_reading(0.9, 1.0, label="contradictory").inside is None


def test_every_figure_is_measured_and_nothing_else() -> None:
    run = chronicle.lived(worlds.born(BEGIN, tutors_wanted=60, seed=1), days=130)
    assert calibration.measured(run, first=60).keys() == figures().keys()


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["prd", "hard"])
def test_every_figure_that_can_hold_holds(profile: str) -> None:
    missed = {"moves_predict"} if profile == "hard" else set()  # too little signal for it: that is the point
    held = set(figures()) - missed
    readings = calibration.calibrated(Wish(profile), tell=quietly)
    assert [one for one in readings if one.name in held and one.inside is False] == []
