"""What a model says of tutors: four coherent chances, the window that stands out, and what goes with it.

A window stands out by its risk against the usual of the same window: 3 % in a day is alarming, in ninety
days it is not (ML guide 4).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from ml.churn_model import PARTS, ChurnModel
from ml.explanation import explained
from ml.features import FEATURES, NAMES, Matrix
from ml.horizons import AT, HORIZONS, probabilities
from retention import policy
from retention.measures.cube import Floats, Ints

TOP = 3  # groups of factors shown
CORE = ("avg_rating_30d", "objectives_met_rate_30d", "engagement_score_7d")  # known of all who teach
ALIKE_FOR_ALL = "calendar"  # no reason why one tutor rather than another
SPOKEN = {"log minutes": "minutes", "share": "%", "0-100": "of 100"}  # a feature's unit as people say it
TAUGHT = NAMES.index("sessions_30d")
BY_NAME = {feature.name: feature for feature in FEATURES}
PLACES = {name: place for place, name in enumerate(NAMES)}
GROUPS = {  # group -> its features, in order
    group: tuple(one.name for one in FEATURES if one.group == group)
    for group in dict.fromkeys(feature.group for feature in FEATURES)
    if group != ALIKE_FOR_ALL
}
WINDOWS = tuple(str(days) for days in HORIZONS)


Heavy = tuple[str, str, float]  # a group, its heaviest feature, and its share of the log odds


@dataclass(frozen=True, slots=True)
class Forecast:
    """One tutor's chances to be gone within 1, 7, 30 and 90 days, as a version foretells them."""

    version_id: int
    chances: tuple[float, float, float, float]
    relative: dict[str, float]  # days of a window -> risk against the usual
    window_days: int  # the one with the largest relative risk
    values: tuple[float, ...]  # the features, as in `ml.features.NAMES`; NaN: unknown
    shares: tuple[float, ...]  # of the log odds in that window, by feature in the same order
    rest: tuple[float, ...]  # of the same: what the time ahead adds, and what is alike for all
    heavy: tuple[Heavy, ...]  # the groups of features that raise the risk, heaviest first

    @property
    def contributions(self) -> dict[str, float]:
        """Feature, interval or base -> share of the log odds in the window that stands out."""
        return dict(zip(PARTS, (*self.shares, *self.rest), strict=True))

    @property
    def p30(self) -> float:
        return self.chances[HORIZONS.index(30)]


def foretold(
    model: ChurnModel,
    matrix: Matrix,
    *,
    version_id: int,
    base: Mapping[str, float],
    notices: Mapping[int, int] = MappingProxyType({}),
) -> list[Forecast]:
    """The forecast of each row of features; `base`: days of a window -> usual chance.

    `notices`: row -> days left to one who gave notice. The chances are the model's own all the same; the
    window that is explained is the one that stands out once the notice is heard.
    """
    if not len(matrix):
        return []
    hazards, usual = model.hazards(matrix), np.array([base[str(days)] for days in HORIZONS])
    chances = probabilities(hazards)
    window = np.argmax(_with_notices(chances, notices) / usual, axis=1)
    parts = explained(model, matrix, hazards, np.array(AT)[window])
    whole = (chances, chances / usual, window, matrix, *np.split(parts, [len(NAMES)], axis=1))
    return _forecasts(version_id, whole)


def _forecasts(version_id: int, whole: Sequence[Floats | Ints | Matrix]) -> list[Forecast]:
    """Row by row what the arrays hold: chances, relative ones, window, features, shares, and the rest."""
    told = (array.tolist() for array in whole)  # row by row it costs twice as much
    heavy_of = heaviest(np.asarray(whole[4], dtype=np.float64))
    return [
        Forecast(
            version_id=version_id,
            chances=tuple(own),
            relative=dict(zip(WINDOWS, times, strict=True)),
            window_days=HORIZONS[place],
            values=tuple(values),
            shares=tuple(parts),
            rest=tuple(others),
            heavy=heavy,
        )
        for own, times, place, values, parts, others, heavy in zip(*told, heavy_of, strict=True)
    ]


def _with_notices(chances: Floats, notices: Mapping[int, int]) -> Floats:
    heard = chances.copy()
    for row, days_left in notices.items():
        heard[row] = _heard(chances[row].tolist(), days_left)
    return heard


def heaviest(shares: Floats) -> list[tuple[Heavy, ...]]:
    """(rows, features) -> for each row the groups that raise the risk, at most three."""
    if not len(shares):
        return []
    columns = [[PLACES[name] for name in names] for names in GROUPS.values()]
    sums = np.stack([shares[:, places].sum(axis=1) for places in columns], axis=1)
    leads = np.stack([np.array(places)[shares[:, places].argmax(axis=1)] for places in columns], axis=1)
    order = np.argsort(-sums, axis=1, kind="stable")[:, :TOP]
    raised = (np.take_along_axis(sums, order, axis=1) > 0).sum(axis=1)
    groups, told = tuple(GROUPS), (array.tolist() for array in (order, raised, leads, sums))
    return [
        tuple((groups[place], NAMES[lead[place]], own[place]) for place in places[:many])
        for places, many, lead, own in zip(*told, strict=True)
    ]


def told_of_notice(forecast: Forecast, *, days_left: int, base: Mapping[str, float]) -> Forecast:
    """The forecast of one who gave notice: whatever the model says, the windows up to that day are likely."""
    chances = _heard(forecast.chances, days_left)
    relative = {str(days): chance / base[str(days)] for days, chance in zip(HORIZONS, chances, strict=True)}
    return replace(forecast, chances=(chances[0], chances[1], chances[2], chances[3]), relative=relative)


def _heard(chances: Sequence[float], days_left: int) -> list[float]:
    return [
        max(chance, policy.NOTICE_CHANCE) if days >= days_left else chance
        for days, chance in zip(HORIZONS, chances, strict=True)
    ]


def too_much_unknown(matrix: Matrix) -> bool:
    """Whether core features are missing of those who teach, so that a feed rather than a tutor is silent."""
    teaching = matrix[matrix[:, TAUGHT] >= policy.FEW_DATA]
    if len(teaching) < policy.MODEL_FEWEST_JUDGED:
        return False
    core = teaching[:, [NAMES.index(name) for name in CORE]]
    return bool(np.isnan(core).mean() > policy.MODEL_UNKNOWN_SHARE)


def factors_of(forecast: Forecast, medians: Mapping[str, float]) -> list[dict[str, Any]]:
    """The groups of features that go with a higher risk in the window that stands out, heaviest first.

    "log_odds" is a mean over the window's intervals (`ml.explanation`).
    """
    return [_factor(heavy, forecast, medians) for heavy in forecast.heavy]


def _factor(heavy: Heavy, forecast: Forecast, medians: Mapping[str, float]) -> dict[str, Any]:
    group, leading, whole = heavy
    feature = BY_NAME[leading]
    return {
        "name": group,
        "measure": leading,
        "says": feature.words,
        "value": _plain(forecast.values[PLACES[leading]], feature.unit),
        "peer_median": _plain(medians.get(leading), feature.unit),
        "unit": SPOKEN.get(feature.unit, feature.unit),
        "log_odds": whole,
    }


def _plain(value: float | None, unit: str) -> float | None:
    """A value as people say it, in the words of SPOKEN; None instead of NaN."""
    if value is None or math.isnan(value):
        return None
    if unit == "log minutes":
        return math.expm1(value)
    return 100 * value if unit == "share" else value


def medians_of(rows: Sequence[Sequence[float]]) -> dict[str, float]:
    """The median of each feature over tutors; what nobody has is left out."""
    if not rows:
        return {}
    matrix = np.array(rows, dtype=np.float64)
    known = ~np.isnan(matrix).all(axis=0)
    middle = np.nanmedian(matrix[:, known], axis=0)
    return dict(zip(np.array(NAMES)[known].tolist(), middle.tolist(), strict=True))
