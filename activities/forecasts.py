"""What the champion foretells of a batch's tutors: once a tutor and day, anew when something grave is known.

A day is foretold by the days that are over, as a model learns it; what is grave does not wait for midnight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from activities.champions import Champion, champion_of
from ml import serving
from ml.churn_model import PARTS
from ml.features import NAMES, Matrix, features
from ml.horizons import HORIZONS
from ml.serving import Forecast
from retention import policy
from retention.measures.periods import complete_until, measured_day, start_of
from retention.messages.evaluation import Step
from retention.records import cubes, predictions, sessions, tutor_days
from retention.records.cubes import Span
from retention.records.database import Session
from retention.vocabulary import Fallback

HISTORY = timedelta(days=120)  # the longest window is 90 days
MOST_MEDIANS = 4
_MEDIANS: dict[tuple[int, date], dict[str, float]] = {}  # of days that are over


@dataclass(frozen=True)
class Foresight:
    """The forecasts of a batch, and why some or all of its tutors have none."""

    champion: Champion | None = None
    reason: Fallback | None = None  # for all of them
    found: dict[int, Forecast] = field(default_factory=dict)
    grave: frozenset[int] = frozenset()
    notices: dict[int, int] = field(default_factory=dict)  # tutor -> days left
    medians: dict[str, float] = field(default_factory=dict)

    def why_not(self, number: int) -> Fallback | None:
        """Why the components speak for this tutor, or the one before for the champion."""
        if number in self.found:
            return self.champion.instead if self.champion else None
        return self.reason or Fallback.SHORT_HISTORY


def foresight(session: Session, step: Step, tenures: Mapping[int, int]) -> Foresight:
    """What is foretold of a batch's tutors, given their days with us. Never raises for want of a model."""
    champion = champion_of(session, as_of=step.as_of)
    if isinstance(champion, Fallback):
        return Foresight(reason=champion)
    if not sessions.facts_are_fresh(session, as_of=step.as_of):
        return Foresight(reason=Fallback.FACTS_STALE)
    day, wanted = measured_day(step.as_of), _long_enough(session, step, tenures)
    found = _kept(session, step, champion)
    grave = predictions.grave_of_batch(session, step.batch_id, day=day, as_of=step.as_of)
    urgent = {row.tutor_number for row in grave if _overtaken(found, row, day=day)} & wanted
    missing = wanted - found.keys() - urgent
    notices = {row.tutor_number: max(1, (row.last_day - day).days) for row in grave if row.last_day}
    for numbers, until in ((missing, complete_until(step.as_of)), (urgent, day)):
        asked = _Asked(champion, step, until, notices)
        new = _foretold(session, sorted(numbers), asked)
        if new is None:
            return Foresight(reason=Fallback.FACTS_UNKNOWN)
        found |= new
    seen = _completed(session, champion, {n: one.forecast for n, one in found.items()}, notices, day=day)
    return replace(seen, grave=frozenset(row.tutor_number for row in grave))


@dataclass(frozen=True)
class _Known:
    """A forecast and the instant as of which it was made."""

    forecast: Forecast
    as_of: Any


def _long_enough(session: Session, step: Step, tenures: Mapping[int, int]) -> set[int]:
    """The tutors of whom enough days are known."""
    first = tutor_days.first_taught(session)
    if first is None or (measured_day(step.as_of) - first).days < policy.MODEL_FEWEST_DAYS:
        return set()
    return {number for number, days in tenures.items() if days >= policy.MODEL_FEWEST_DAYS}


def _overtaken(found: Mapping[int, _Known], row: Any, *, day: date) -> bool:
    """Whether something grave became known after the forecast was made, or this day before there was one.

    What was known before the day is in the days that are over; its own hours so far would be half a day,
    which the model was never taught.
    """
    known = found.get(row.tutor_number)
    return bool(row.known_at > (start_of(day) if known is None else known.as_of))


def _kept(session: Session, step: Step, champion: Champion) -> dict[int, _Known]:
    """What the champion has already foretold for this day."""
    rows = predictions.of_batch(
        session, step.batch_id, day=measured_day(step.as_of), version_id=champion.version_id
    )
    return {row.tutor_number: _Known(_as_kept(row, champion), row.as_of) for row in rows}


def _as_kept(row: Any, champion: Champion) -> Forecast:
    chances = (row.p1, row.p7, row.p30, row.p90)
    shares = tuple(row.contributions[name] for name in NAMES)
    usual = [champion.base[str(days)] for days in HORIZONS]
    return Forecast(
        version_id=row.version_id,
        chances=chances,
        relative={str(days): p / u for days, p, u in zip(HORIZONS, chances, usual, strict=True)},
        window_days=row.window_days,
        values=tuple(row.values),
        shares=shares,
        rest=tuple(row.contributions.get(name, 0.0) for name in PARTS[len(NAMES) :]),
        heavy=serving.heaviest(np.array([shares]))[0],
    )


@dataclass(frozen=True)
class _Asked:
    """What new forecasts are made by, besides the tutors' days."""

    champion: Champion
    step: Step
    until: date  # the last day that is looked at
    notices: Mapping[int, int]  # tutor -> days left


def _foretold(session: Session, numbers: Sequence[int], asked: _Asked) -> dict[int, _Known] | None:
    """New forecasts, kept; None when too much is unknown to lean on."""
    if not numbers:
        return {}
    step, champion, until = asked.step, asked.champion, asked.until
    span = Span(until - HISTORY + timedelta(days=1), until, step.as_of)
    cube = cubes.cube_of(session, numbers, span)
    matrix: Matrix = features(cube, np.array([span.days - 1]))[:, 0]
    if serving.too_much_unknown(matrix):
        return None
    told = serving.foretold(
        champion.model,
        matrix,
        version_id=champion.version_id,
        base=champion.base,
        notices={
            n: asked.notices[number]
            for n, number in enumerate(cube.numbers.tolist())
            if number in asked.notices
        },
    )
    new = dict(zip(cube.numbers.tolist(), told, strict=True))
    rows = [_row(number, forecast, step=step, until=until) for number, forecast in new.items()]
    predictions.store(session, rows)
    return {number: _Known(forecast, step.as_of) for number, forecast in new.items()}


def _row(number: int, forecast: Forecast, *, step: Step, until: date) -> dict[str, Any]:
    return {
        "tutor_number": number,
        "day": measured_day(step.as_of),
        "version_id": forecast.version_id,
        "as_of": step.as_of,
        "seen_until": until,
        **dict(zip(("p1", "p7", "p30", "p90"), forecast.chances, strict=True)),
        "values": list(forecast.values),
        "contributions": forecast.contributions,
        "window_days": forecast.window_days,
    }


def _completed(
    session: Session,
    champion: Champion,
    found: dict[int, Forecast],
    notices: dict[int, int],
    *,
    day: date,
) -> Foresight:
    """With what people know beside the model: notices, and what is usual among peers."""
    heard = {
        number: serving.told_of_notice(forecast, days_left=notices[number], base=champion.base)
        if number in notices
        else forecast
        for number, forecast in found.items()
    }
    return Foresight(
        champion=champion,
        found=heard,
        notices=notices,
        medians=_medians(session, champion, found, day=day),
    )


def _medians(
    session: Session, champion: Champion, found: Mapping[int, Forecast], *, day: date
) -> dict[str, float]:
    """Medians over everybody on the day before; over this batch while there is none."""
    key = (champion.version_id, day - timedelta(days=1))
    if key not in _MEDIANS:
        rows = predictions.values_of(session, day=key[1], version_id=key[0])
        if not rows:
            return serving.medians_of([forecast.values for forecast in found.values()])
        while len(_MEDIANS) >= MOST_MEDIANS:
            del _MEDIANS[next(iter(_MEDIANS))]
        _MEDIANS[key] = serving.medians_of(rows)
    return _MEDIANS[key]
