"""First sessions that are booked, and what was foretold of them."""

from datetime import datetime, timedelta
from typing import Any

from retention.records import first_session_forecasts
from retention.records.database import Session
from tests.factories import platform, wire
from tests.factories.models import a_challenger

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HISTORY = {
    "name": "history",
    "says": "First sessions rated below 3 in 180 days",
    "value": 3,
    "of": 7,
    "usual": 24.0,
    "unit": "of those rated",
    "log_odds": 0.4,
}


def booked(session: Session, tutor_id: str, *, start: datetime, now: datetime, **changes: Any) -> str:
    """A first session that has been booked by `now`; its id."""
    told = {"session_number": 1, "event_time": now.isoformat(), **changes}
    record = wire.a_session(tutor_id, start=start, transition="booked", **told)
    platform.known(session, [record], now=now)
    return str(record["session_id"])


def a_first_session_model(session: Session) -> int:
    """A version of the kind in the registry, whose bytes nobody opens; its number."""
    return a_challenger(session, kind="first_session", algorithm="logistic")


def foretold(session: Session, session_id: str, *, number: int, start: datetime, **told: Any) -> None:
    """A forecast of one session, an hour before now unless told otherwise."""
    as_of = told.pop("as_of", start - DAY)
    row: dict[str, Any] = {
        "session_id": session_id,
        "version_id": told.pop("version_id", None) or a_first_session_model(session),
        "as_of": as_of,
        "known_at": as_of,
        "tutor_number": number,
        "scheduled_start": start,
        "seen_until": (as_of - DAY).date(),
        "chance": 0.36,
        "usual": 0.24,
        "flagged": True,
        "values": {},
        "factors": [HISTORY],
    }
    first_session_forecasts.store(session, [row | told])
