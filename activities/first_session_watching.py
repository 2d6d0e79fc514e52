"""Watches the first-session model: what it has said of sessions whose students have spoken since."""

from datetime import datetime, timedelta

import numpy as np

from ml.first_session_training import SETTLED
from ml.first_session_watch import miscounted
from retention.measures.periods import complete_until
from retention.records import first_session_forecasts, model_alarms, model_versions
from retention.records.database import Session
from retention.vocabulary import ModelKind

WATCHED = timedelta(days=30)


def watch(session: Session, *, at: datetime) -> list[str]:
    """Keep the day's alarms about the champion; their kinds. Repeatable: an alarm of a day stands."""
    version = model_versions.champion(session, ModelKind.FIRST_SESSION)
    if version is None:
        return []
    heard = at - timedelta(days=SETTLED)
    rows = first_session_forecasts.outcomes(session, version.id, since=heard - WATCHED, until=heard, as_of=at)
    found = miscounted(
        np.array([row.chance for row in rows]),
        np.array([row.failed for row in rows], dtype=np.bool_),
        np.array([row.flagged for row in rows], dtype=np.bool_),
    )
    alarms = [alarm.model_dump() | {"day": complete_until(at), "at": at} for alarm in found]
    model_alarms.raise_(session, version_id=version.id, alarms=alarms)
    return [alarm.kind for alarm in found]
