"""Whether tutors still look as they did when a model was judged, and whether as many leave as it foretells.

With a few hundred tutors a day's distribution wobbles by itself, so limits come from days drawn from the
reference itself (ML guide 11).
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from pydantic import BaseModel

from ml.features import FEATURES, Matrix
from ml.scale import BANDS, band_of, score_of
from retention.measures.cube import Bools, Floats, Ints

BINS = 5
DRAWS = 200
QUIET = 0.99  # of days without drift stay below the limit
LEAST = 0.1  # of a PSI limit: below it nothing is worth a person's time
MANY = 3  # features beyond their limits
ODD = 0.005  # chance, on either side, of a count that nobody believes
SMALLEST = 1e-4  # share of an empty bin, so that its logarithm exists
NOT_WATCHED = {"calendar", "tenure"}  # they move with time by themselves


class FeatureReference(BaseModel):
    """One feature when the model was judged: bins of equal size, the last one for unknown values."""

    edges: list[float]
    shares: list[float]
    limit: float  # PSI


class Reference(BaseModel):
    """What a model's features and 30-day forecasts looked like when it was judged."""

    features: dict[str, FeatureReference]
    month: list[float]  # sorted forecasts, at most a thousand
    month_limit: float  # KS distance


class Alarm(BaseModel):
    """One thing that has moved."""

    kind: str
    says: str
    details: dict[str, float]


def reference(matrix: Matrix, month: Floats, *, tutors: int, seed: int = 1) -> Reference:
    """The reference of judged rows; `tutors` is how many rows a day has."""
    draw = np.random.default_rng(seed)
    days = [draw.integers(0, len(matrix), tutors) for _ in range(DRAWS)]
    features = {}
    for column, feature in enumerate(FEATURES):
        if feature.group not in NOT_WATCHED:
            features[feature.name] = _reference(matrix[:, column].astype(np.float64), days)
    kept = np.sort(month)[:: max(len(month) // 1_000, 1)]
    limit = float(np.quantile([distance(month[day], kept) for day in days], QUIET))
    return Reference(features=features, month=kept.tolist(), month_limit=limit)


def drifted(known: Reference, matrix: Matrix, month: Floats) -> list[Alarm]:
    """The alarms of a day's features and forecasts."""
    found = {
        feature.name: psi(known.features[feature.name], matrix[:, column].astype(np.float64))
        for column, feature in enumerate(FEATURES)
        if feature.name in known.features
    }
    beyond = {name: value for name, value in found.items() if value > known.features[name].limit}
    far = any(value > 2 * known.features[name].limit for name, value in beyond.items())
    alarms = []
    if far or len(beyond) >= MANY:
        words = ", ".join(feature.words.lower() for feature in FEATURES if feature.name in beyond)
        alarms.append(Alarm(kind="features", says=f"Tutors look different by: {words}", details=beyond))
    moved = distance(month, np.array(known.month))
    if moved > known.month_limit:
        says = (
            f"Forecasts lie {moved:.2f} apart from those it was judged by, more than {known.month_limit:.2f}"
        )
        alarms.append(Alarm(kind="scores", says=says, details={"distance": moved}))
    return alarms


def miscounted(month: Floats, gone: Bools) -> list[Alarm]:
    """The bands in which many more or fewer left within 30 days than were foretold."""
    bands = np.array([BANDS.index(band_of(round(score_of(float(one))))) for one in month])
    return list(_miscounted(month, gone, bands=bands.astype(np.int64).tolist()))


def _miscounted(month: Floats, gone: Bools, *, bands: Sequence[int]) -> Iterator[Alarm]:
    odd: dict[str, float] = {}
    for place, band in enumerate(BANDS):
        rows = np.array([one == place for one in bands], dtype=np.bool_)
        expected, seen = float(month[rows].sum()), int(gone[rows].sum())
        if rows.any() and min(at_most(seen, expected), 1 - at_most(seen - 1, expected)) < ODD:
            odd |= {f"{band} seen": float(seen), f"{band} expected": expected}
    if odd:
        told = ", ".join(f"{name}: {value:.3g}" for name, value in odd.items())
        yield Alarm(kind="calibration", says=f"Departures within 30 days: {told}", details=odd)


def at_most(seen: int, expected: float) -> float:
    """How likely at most so many departures are, if so many are expected (Poisson)."""
    if expected <= 0:
        return 1.0 if seen >= 0 else 0.0
    steps = (math.exp(k * math.log(expected) - expected - math.lgamma(k + 1)) for k in range(seen + 1))
    return min(math.fsum(steps), 1.0)


def psi(known: FeatureReference, values: Floats) -> float:
    """Population stability index of values against the reference."""
    now, before = _shares(values, known.edges), np.maximum(known.shares, SMALLEST)
    return float(np.sum((now - before) * np.log(now / before)))


def distance(one: Floats, other: Floats) -> float:
    """Kolmogorov and Smirnov's: the largest gap between two cumulative shares."""
    places = np.concatenate([one, other])
    shares = [np.searchsorted(np.sort(some), places, side="right") / len(some) for some in (one, other)]
    return float(np.abs(shares[0] - shares[1]).max())


def _reference(values: Floats, days: Sequence[Ints]) -> FeatureReference:
    known = values[~np.isnan(values)]
    inner = np.quantile(known, np.arange(1, BINS) / BINS) if len(known) else np.zeros(0)
    edges = np.unique(inner).tolist()
    found = FeatureReference(edges=edges, shares=_shares(values, edges).tolist(), limit=LEAST)
    wobble = float(np.quantile([psi(found, values[day]) for day in days], QUIET))
    return found.model_copy(update={"limit": max(wobble, LEAST)})


def _shares(values: Floats, edges: Sequence[float]) -> Floats:
    unknown = np.isnan(values)
    place = np.where(unknown, len(edges) + 1, np.searchsorted(edges, values, side="left"))
    shares: Floats = np.maximum(np.bincount(place, minlength=len(edges) + 2) / max(len(values), 1), SMALLEST)
    return shares
