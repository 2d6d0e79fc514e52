"""Judges a challenger on one platform's last days: only on outcomes that are known by now.

What is judged is what would serve. A horizon is judged on the days that it has outlived; on a young platform
the long ones are not known yet, and the card says so.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np

from ml import metrics
from ml.bootstrap import interval
from ml.features import NAMES
from ml.horizons import HORIZONS, probabilities
from ml.labels import Labels, actionable
from ml.metrics import Forecasts
from ml.origins import decisive
from ml.person_periods import PersonPeriods, Snapshots, snapshots, stacked
from ml.splits import Split, split
from ml.training import Hazards
from retention.errors import Refusal
from retention.measures.cube import Bools, Cube, Floats
from retention.messages.model_card import Reading, SliceSize

FEWEST_DAYS = 60  # of history; with fewer no week could be judged that was not learnt from
BURN_IN = 90  # days before the first snapshot, so that its windows are full; a young platform has fewer
HELD_BACK = 30  # days at the end whose longer horizons have not passed yet
NEW = 30  # days of tenure (PRD 3.4)
TREATED = 30  # days from which on what staff did counts as before: as long as what is foretold (ours)
TENURE = NAMES.index("tenure_days")
METRICS: dict[str, Callable[[Floats, Bools], float]] = {
    "auc": metrics.auc,
    "average_precision": metrics.average_precision,
    "lift": metrics.lift,
    "brier": metrics.brier,
    "brier_skill": metrics.brier_skill,
    "observed_to_expected": metrics.observed_to_expected,
    "slope": metrics.calibration_slope,
    "calibration_error": metrics.calibration_error,
    "base": lambda _chance, gone: float(gone.mean()),
}
BY_SLICE = ("auc", "observed_to_expected")  # of the slices; all figures of everybody


@dataclass(frozen=True)
class Judging:
    """The rows that a model is judged on, and which of them each slice holds."""

    shots: Snapshots
    rows: PersonPeriods  # the intervals that have passed
    gone: Bools  # (snapshots, horizons)
    passed: Bools  # (snapshots, horizons) whether the horizon has been outlived
    slices: dict[str, Bools]


def live_cut(days: int) -> Split:
    """Which days of a platform's history are learnt from and which judge. Raises Refusal."""
    if days < FEWEST_DAYS:
        raise Refusal(
            f"{days} days of history are too few to learn from and judge by.",
            instead=f"Wait until there are {FEWEST_DAYS}; the component score serves meanwhile.",
        )
    return split(min(BURN_IN, days // 4), days - 1 - min(HELD_BACK, days // 7))


def judging(
    cube: Cube,
    known: Labels,
    cut: Split,
    *,
    groups: Sequence[Mapping[int, str]] = (),
    acted: Mapping[int, Sequence[date]] = MappingProxyType({}),
) -> Judging:
    """The judged rows of a platform; `groups` are further slices, by the tutor's number, and so is `acted`,
    the days on which staff carried something out. Where there are real tutors, synthetic ones judge nothing.
    """
    shots = snapshots(cube, known.at_risk & decisive(cube)[:, None], cut.judge)
    leaves = known.leaves[shots.tutor, shots.day]
    days, place = np.unique(shots.day, return_inverse=True)
    can_act = actionable(cube, days)[shots.tutor, place]
    new = shots.matrix[:, TENURE] < NEW
    slices = {"everybody": np.ones(len(leaves), dtype=np.bool_), "actionable": can_act}
    slices |= {"being counted out": ~can_act, "new tutors": new, "others": ~new}
    slices |= _of_groups(groups, cube.numbers[shots.tutor].tolist())
    if acted:
        helped = treated(cube, acted)[shots.tutor, shots.day]
        slices |= {"treated": helped, "untreated": ~helped}
    return Judging(
        shots=shots,
        rows=stacked(shots, known, until=cube.days - 1),
        gone=np.stack([leaves <= shots.day + horizon for horizon in HORIZONS], axis=1),
        passed=np.stack([known.seen(shots.tutor, shots.day, until=shots.day + h) for h in HORIZONS], axis=1),
        slices=slices,
    )


def _of_groups(groups: Sequence[Mapping[int, str]], numbers: Sequence[int]) -> dict[str, Bools]:
    found: dict[str, Bools] = {}
    for named in groups:
        group = np.array([named.get(number, "") for number in numbers])
        found |= {str(name): group == name for name in np.unique(group) if name}
    return found


def treated(cube: Cube, acted: Mapping[int, Sequence[date]]) -> Bools:
    """(tutors, days) with whom staff carried something out in the 30 days up to the day's end.

    Known on the day itself: to leave out whoever is helped later would leave out who stayed long enough.
    """
    found = np.zeros(cube.completed.shape, dtype=np.bool_)
    for tutor, number in enumerate(cube.numbers.tolist()):
        for day in acted.get(number, ()):
            index = (day - cube.first_day).days
            found[tutor, max(index, 0) : max(index + TREATED, 0)] = True
    return found


def judged_place(judged: Judging) -> int:
    """The longest horizon of at most 30 days that some judged days have outlived, by its place."""
    month = HORIZONS.index(30)
    return max((place for place in range(month + 1) if judged.passed[:, place].any()), default=0)


def forecasts(judged: Judging, chance: Floats) -> Forecasts:
    """A model's forecasts of the judged rows."""
    return Forecasts(chance, judged.gone, judged.shots.tutor, judged.slices["actionable"])


def chances(judged: Judging, model: Hazards) -> Floats:
    """(snapshots, horizons) what a model foretells."""
    return probabilities(model.hazards(judged.shots.matrix))


def readings(judged: Judging, chance: Floats, *, draws: int) -> list[Reading]:
    """Every figure with its interval over tutors; one that cannot be known is None."""
    return list(_readings(judged, forecasts(judged, chance), draws=draws))


def _readings(judged: Judging, found: Forecasts, *, draws: int) -> Iterator[Reading]:
    for name, rows in judged.slices.items():
        for place in range(len(HORIZONS)):
            part = found.of(rows & judged.passed[:, place])
            wanted = METRICS if name == "everybody" else BY_SLICE
            told = {"place": place, "days": HORIZONS[place], "draws": draws}
            yield from (reading(name, metric, part, **told) for metric in wanted)
        if name == "everybody":
            wrong = metrics.order_violations(found.chance)
            yield Reading(slice=name, metric="order_violations", days=HORIZONS[-1], value=wrong)


def reading(name: str, metric: str, part: Forecasts, *, place: int, days: int, draws: int) -> Reading:
    """One figure of a slice with its interval over tutors; None when all or none of them came true."""

    def figure(some: Forecasts) -> float:
        return METRICS[metric](some.chance[:, place], some.gone[:, place])

    told = Reading(slice=name, metric=metric, days=days, value=None)
    if not 0 < part.gone[:, place].sum() < len(part.gone):  # nobody left, or everybody: nothing to judge by
        return told
    low, high = interval(figure, part, draws=draws)
    return told.model_copy(update={"value": figure(part), "low": _or_none(low), "high": _or_none(high)})


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value


def sizes(judged: Judging) -> list[SliceSize]:
    """How many tutors, rows and departures each slice is judged by."""
    place = judged_place(judged)
    return [
        SliceSize(
            slice=name,
            tutors=len(np.unique(judged.shots.tutor[rows & judged.passed[:, place]])),
            rows=int((rows & judged.passed[:, place]).sum()),
            left=int(judged.gone[rows & judged.passed[:, place], place].sum()),
        )
        for name, rows in judged.slices.items()
    ]
