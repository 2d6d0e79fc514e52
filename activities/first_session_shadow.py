"""One day of a challenger beside what serves: how otherwise the first sessions ahead would be foretold."""

from datetime import datetime

import numpy as np

from activities.first_session_training import opened, serving_champion
from activities.first_sessions import asked_of
from ml.first_session_features import Rows, joined
from ml.first_session_model import FirstSessionModel
from retention.measures.cube import Bools, Floats
from retention.measures.periods import begun_by, complete_until
from retention.messages.training import ShadowDay
from retention.records import cubes, model_trainings
from retention.records.cubes import CHUNK
from retention.records.database import Session
from retention.records.model_versions import ModelVersion
from retention.vocabulary import Cadence


def scored(session: Session, request: ShadowDay, version: ModelVersion) -> None:
    """Keep how far chances and flags differ from the champion's; without one, from the usual share."""
    rows = _ahead(session, begun_by(Cadence.HOURLY, request.as_of))
    challenger, champion = opened(session, version), serving_champion(session)
    mine, flagged = _said(challenger, rows)
    if champion is None:
        theirs, raised = np.full(len(rows), challenger.content.usual), np.zeros(len(rows), dtype=np.bool_)
    else:
        theirs, raised = _said(champion.model, rows)
    model_trainings.keep_shadow(
        session,
        version_id=version.id,
        day=complete_until(request.as_of),
        beside=champion.version_id if champion else None,
        as_of=request.as_of,
        tutors=len(np.unique(rows.tutor)),
        score_change=float(100 * np.abs(mine - theirs).mean()) if len(rows) else 0.0,
        band_changes=float((flagged != raised).mean()) if len(rows) else 0.0,
    )


def _said(model: FirstSessionModel, rows: Rows) -> tuple[Floats, Bools]:
    chances = model.chances(rows)
    return chances, np.asarray(chances >= model.content.flag_from, dtype=np.bool_)


def _ahead(session: Session, hour: datetime) -> Rows:
    """All first sessions ahead at the beginning of an hour."""
    numbers = cubes.everybody(session, cutoff=hour)
    groups = [numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK)]
    return joined([asked_of(session, some, hour=hour).rows for some in groups or [[]]])
