"""Each hour: how likely each booked first session of the next 48 hours is rated below 3.

The hour is the cutoff: what became known after its beginning waits for the next one, so that doing an hour
again writes the same rows. Tutors are taken some at a time, each group in a transaction of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from temporalio import activity

from activities.first_session_champions import Champion, champion_of
from ml import first_session_features as features
from ml.first_session_factors import factors
from ml.first_session_features import HISTORY, Rows
from ml.first_session_training import SETTLED
from retention import policy
from retention.measures.periods import begun_by, complete_until
from retention.messages.evaluation import AsOf
from retention.messages.first_sessions import FirstSessionReport
from retention.records import cubes, first_session_forecasts, first_session_history
from retention.records.cubes import CHUNK, Span
from retention.records.database import Session, transaction
from retention.vocabulary import Cadence, Fallback

LOOK_BACK = 30  # days: the longest window of a tutor's days
DIGITS = 6  # of a chance; more say nothing
CERTAIN = 10.0**-DIGITS  # no forecast is nearer to never or always


@dataclass(frozen=True)
class Asked:
    """Booked first sessions with what is known before each."""

    booked: int
    rows: Rows
    ids: list[str]
    starts: list[datetime]
    seen_until: date


@activity.defn
def foretell_first_sessions(request: AsOf) -> FirstSessionReport:
    """Foretell the first sessions ahead, and keep what has changed. Repeatable: an hour is the same again."""
    hour = begun_by(Cadence.HOURLY, request.as_of)
    with transaction() as session:
        champion = champion_of(session, as_of=hour)
        numbers = cubes.everybody(session, cutoff=hour)
    report = FirstSessionReport(**_speaker(champion))
    for some in _groups(numbers):
        with transaction() as session:
            asked = asked_of(session, some, hour=hour)
            report.booked += asked.booked
            if isinstance(champion, Champion):
                report.foretold += len(asked.ids)
                report.changed += _kept(session, champion, asked, hour=hour, known_at=request.as_of)
    with transaction() as session:
        look = report.model_dump() | {"as_of": hour, "known_at": request.as_of}
        first_session_forecasts.keep_look(session, look)
    return report


def asked_of(session: Session, numbers: Sequence[int], *, hour: datetime) -> Asked:
    """The first sessions ahead of these tutors at the beginning of an hour, as known then."""
    seen = complete_until(hour)
    span = Span(seen - timedelta(days=LOOK_BACK - 1), seen, hour)
    ahead = first_session_history.booked(
        session, numbers, cutoff=hour, until=hour + policy.FIRST_SESSION_AHEAD, first=span.first
    )
    cube = cubes.cube_of(session, np.unique(ahead.rows.tutor).tolist(), span)
    before = Span(seen - timedelta(days=HISTORY + SETTLED), seen, hour)
    known = first_session_history.took_place(session, cube.numbers.tolist(), before, first=span.first)
    here = np.flatnonzero(np.isin(ahead.rows.tutor, cube.numbers))
    asked = ahead.rows.of(here)
    return Asked(
        booked=len(ahead.ids),
        rows=features.features(cube, known, asked, seen=np.full(len(asked), span.days - 1)),
        ids=[ahead.ids[place] for place in here.tolist()],
        starts=[ahead.starts[place] for place in here.tolist()],
        seen_until=seen,
    )


def _groups(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK))


def _speaker(champion: Champion | Fallback) -> dict[str, Any]:
    if isinstance(champion, Champion):
        return {"version_id": champion.version_id, "reason": champion.instead}
    return {"version_id": None, "reason": champion}


def _kept(session: Session, champion: Champion, asked: Asked, *, hour: datetime, known_at: datetime) -> int:
    """Keep the forecasts that differ from what was said last; how many."""
    said = first_session_forecasts.newest_before(session, asked.ids, as_of=hour)
    rows = [row for row in _rows(champion, asked) if _differs(row, said.get(row["session_id"]))]
    first_session_forecasts.store(session, [row | {"as_of": hour, "known_at": known_at} for row in rows])
    return len(rows)


def _rows(champion: Champion, asked: Asked) -> Iterator[dict[str, Any]]:
    model, told = champion.model, champion.model.content
    chances = np.clip(np.round(model.chances(asked.rows), DIGITS), CERTAIN, 1 - CERTAIN).tolist()
    reasons = factors(model, asked.rows)
    for place, (session_id, start) in enumerate(zip(asked.ids, asked.starts, strict=True)):
        yield {
            "session_id": session_id,
            "version_id": champion.version_id,
            "tutor_number": int(asked.rows.tutor[place]),
            "scheduled_start": start,
            "seen_until": asked.seen_until,
            "chance": chances[place],
            "usual": told.usual,
            "flagged": chances[place] >= told.flag_from,
            "values": asked.rows.values_of(place),
            "factors": reasons[place],
        }


def _differs(row: dict[str, Any], said: Any) -> bool:
    """Whether there is anything new to say of a session."""
    if said is None:
        return True
    before = (said.version_id, said.scheduled_start, said.chance, said.values)
    return before != (row["version_id"], row["scheduled_start"], row["chance"], row["values"])
