"""One churn score of a tutor's day, with its reasons: of the seven components, or of a model over them.

Both read on the same scale; pattern points never add to a model's score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ml.components import Component, components_of
from ml.measures import SPOKEN, Sums, measures_of
from ml.patterns import patterns_of
from ml.scale import expit, logit, probability_of, score_of, steady_band
from retention import policy
from retention.vocabulary import RiskBand

TOP = 3  # factors shown


@dataclass(frozen=True)
class PastScore:
    """A score already on record."""

    day: date
    score: int
    band: RiskBand
    band_since: date
    patterns: Mapping[str, str]
    smoothed_p30: float | None = None  # of a model


@dataclass(frozen=True)
class Scored:
    """A score with all that explains it."""

    score: int
    raw_score: float
    p30: float
    band: RiskBand
    band_since: date
    components: dict[str, float]
    patterns: dict[str, str]  # name -> day since which it shows
    factors: list[dict[str, Any]]  # "associated with", never "because"
    inputs: dict[str, float]
    component_score: int  # the same as `score` unless a model speaks
    smoothed_p30: float | None = None  # of a model: the 30-day probability that the score is of


def scored(sums: Sums, past: Sequence[PastScore], *, day: date, medians: Mapping[str, float]) -> Scored:
    """The score of a day; `past` is newest first and may hold an earlier score of the same day."""
    measures = measures_of(sums)
    parts, patterns = components_of(measures), patterns_of(sums, measures)
    p30 = probability_of(component_sum(parts, patterns))
    raw = score_of(p30)
    last = past[0] if past else None
    band, since = _banded(round(raw), past, day)
    return Scored(
        score=round(raw),
        raw_score=raw,
        p30=p30,
        band=band,
        band_since=since,
        component_score=round(raw),
        components={part.name: part.value for part in parts},
        patterns={name: (last.patterns.get(name) if last else None) or day.isoformat() for name in patterns},
        factors=_factors(parts, measures, medians),
        inputs=measures,
    )


def by_model(components: Scored, past: Sequence[PastScore], *, day: date, p30: float, grave: bool) -> Scored:
    """The same day scored by a model's 30-day probability; `factors` are still those of the components.

    Smoothed over the days before, so that a score does not jump with each training; what is grave
    (a notice, a burst of no-shows) may raise it at once.
    """
    smoothed = _smoothed(p30, past, day)
    smoothed = max(p30, smoothed) if grave else smoothed
    raw = score_of(smoothed)
    band, since = _banded(round(raw), past, day)
    return replace(
        components,
        score=round(raw),
        raw_score=raw,
        p30=p30,
        band=band,
        band_since=since,
        smoothed_p30=smoothed,
    )


def _smoothed(p30: float, past: Sequence[PastScore], day: date) -> float:
    """p30 with the last day before in it; a component score is no model's yesterday."""
    last = next((one for one in past if one.day < day), None)
    if last is None or last.smoothed_p30 is None:
        return p30
    weight = policy.SCORE_SMOOTHING
    return expit(weight * logit(p30) + (1 - weight) * logit(last.smoothed_p30))


def _banded(score: int, past: Sequence[PastScore], day: date) -> tuple[RiskBand, date]:
    """The band shown, and since when."""
    last = past[0] if past else None
    band = steady_band(score, before=last.band if last else None, days_before=_unbroken(past, day))
    return band, last.band_since if last is not None and last.band is band else day


def component_sum(parts: Sequence[Component], patterns: Sequence[str]) -> float:
    """The weighted sum of the components and the points of the patterns, at most 100 (PRD 3.1, 3.3)."""
    points = sum(policy.PATTERN_POINTS[name] for name in patterns)
    return min(100.0, sum(part.points for part in parts) + points)


def _unbroken(past: Sequence[PastScore], day: date) -> list[int]:
    """The scores of the days right before `day`, newest first, up to the first gap."""
    found: list[int] = []
    for one in past:
        if one.day == day - timedelta(days=len(found) + 1):
            found.append(one.score)
    return found


def _factors(
    parts: Sequence[Component], measures: Mapping[str, float], medians: Mapping[str, float]
) -> list[dict[str, Any]]:
    heavy = sorted((part for part in parts if part.points > 0), key=lambda part: -part.points)[:TOP]
    return [_factor(part, part.measure, measures, medians) for part in heavy if part.measure is not None]


def _factor(
    part: Component, measure: str, measures: Mapping[str, float], medians: Mapping[str, float]
) -> dict[str, Any]:
    words, unit = SPOKEN[measure]
    return {
        "name": part.name,
        "measure": measure,
        "says": words,
        "value": measures[measure],
        "peer_median": medians.get(measure),
        "unit": unit,
        "points": part.points,
    }
