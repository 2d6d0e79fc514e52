"""What a model says of tutors: four coherent chances, the window that stands out, and what goes with it.

A window stands out by its risk against the usual of the same window: 3 % in a day is alarming, in ninety
days it is not (ML guide 4).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ml.churn_model import ChurnModel
from ml.features import FEATURES, NAMES, Matrix
from ml.horizons import AT, HORIZONS, probabilities
from retention import policy
from retention.measures.cube import Floats

TOP = 3  # groups of factors shown
CORE = ("avg_rating_30d", "objectives_met_rate_30d", "engagement_score_7d")  # known of all who teach
ALIKE_FOR_ALL = "calendar"  # no reason why one tutor rather than another
SPOKEN = {"log minutes": "minutes", "share": "%", "0-100": "of 100"}  # a feature's unit as people say it
TAUGHT = NAMES.index("sessions_30d")
BY_NAME = {feature.name: feature for feature in FEATURES}


@dataclass(frozen=True)
class Forecast:
    """One tutor's chances to be gone within 1, 7, 30 and 90 days, as a version foretells them."""

    version_id: int
    chances: tuple[float, float, float, float]
    relative: dict[str, float]  # days of a window -> risk against the usual
    window_days: int  # the one with the largest relative risk
    values: tuple[float, ...]  # the features, as in `ml.features.NAMES`; NaN: unknown
    contributions: dict[str, float]  # feature -> share of the log odds in that window

    @property
    def p30(self) -> float:
        return self.chances[HORIZONS.index(30)]


def foretold(
    model: ChurnModel, matrix: Matrix, *, version_id: int, base: Mapping[str, float]
) -> list[Forecast]:
    """The forecast of each row of features; `base`: days of a window -> usual chance."""
    chances = probabilities(model.hazards(matrix)) if len(matrix) else np.zeros((0, len(HORIZONS)))
    relative = chances / np.array([base[str(days)] for days in HORIZONS])
    window = np.argmax(relative, axis=1)
    shares = model.contributions_in(matrix, np.array(AT)[window]) if len(matrix) else np.zeros((0, 0))
    return [
        Forecast(
            version_id=version_id,
            chances=tuple(chances[row].tolist()),
            relative=_by_window(relative[row]),
            window_days=HORIZONS[int(window[row])],
            values=tuple(matrix[row].tolist()),
            contributions=dict(zip(NAMES, shares[row].tolist(), strict=True)),
        )
        for row in range(len(matrix))
    ]


def _by_window(relative: Floats) -> dict[str, float]:
    return {str(days): float(times) for days, times in zip(HORIZONS, relative, strict=True)}


def told_of_notice(forecast: Forecast, *, days_left: int, base: Mapping[str, float]) -> Forecast:
    """The forecast of one who gave notice: whatever the model says, the windows up to that day are likely."""
    chances = [
        max(chance, policy.NOTICE_CHANCE) if days >= days_left else chance
        for days, chance in zip(HORIZONS, forecast.chances, strict=True)
    ]
    relative = {str(days): chance / base[str(days)] for days, chance in zip(HORIZONS, chances, strict=True)}
    return replace(forecast, chances=(chances[0], chances[1], chances[2], chances[3]), relative=relative)


def too_much_unknown(matrix: Matrix) -> bool:
    """Whether core features are missing of those who teach, so that a feed rather than a tutor is silent."""
    teaching = matrix[matrix[:, TAUGHT] >= policy.FEW_DATA]
    if len(teaching) < policy.MODEL_FEWEST_JUDGED:
        return False
    core = teaching[:, [NAMES.index(name) for name in CORE]]
    return bool(np.isnan(core).mean() > policy.MODEL_UNKNOWN_SHARE)


def factors_of(forecast: Forecast, medians: Mapping[str, float]) -> list[dict[str, Any]]:
    """The groups of features that go with a higher risk in the window that stands out, heaviest first."""
    groups: dict[str, dict[str, float]] = {}
    for feature in FEATURES:
        if feature.group != ALIKE_FOR_ALL:
            groups.setdefault(feature.group, {})[feature.name] = forecast.contributions[feature.name]
    heavy = sorted(groups.items(), key=lambda one: -sum(one[1].values()))[:TOP]
    return [_factor(name, parts, forecast, medians) for name, parts in heavy if sum(parts.values()) > 0]


def _factor(
    group: str, parts: Mapping[str, float], forecast: Forecast, medians: Mapping[str, float]
) -> dict[str, Any]:
    leading = max(parts, key=parts.__getitem__)
    feature = BY_NAME[leading]
    return {
        "name": group,
        "measure": leading,
        "says": feature.words,
        "value": _plain(forecast.values[NAMES.index(leading)], feature.unit),
        "peer_median": _plain(medians.get(leading), feature.unit),
        "unit": SPOKEN.get(feature.unit, feature.unit),
        "log_odds": sum(parts.values()),
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
