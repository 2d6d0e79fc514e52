"""Watches the champion: do tutors still look as they did, and do as many leave as it foretold?"""

from datetime import datetime

import numpy as np

from activities.model_training import opened
from ml.drift import Alarm, Reference, drifted, miscounted
from ml.horizons import HORIZONS, probabilities
from ml.labels import Labels, labels
from ml.person_periods import snapshots
from ml.schema import feature_schema
from ml.training import Hazards
from retention.errors import Refusal
from retention.measures.cube import Cube
from retention.measures.periods import complete_until
from retention.records import model_alarms, model_versions
from retention.records.database import Session
from retention.records.model_versions import ModelVersion
from retention.vocabulary import ModelKind

MONTH_DAYS = 30
MONTH = HORIZONS.index(MONTH_DAYS)


def watch(session: Session, cube: Cube, *, at: datetime) -> None:
    """Keep today's alarms about the champion, if there is one and anything has moved. Repeatable."""
    version = model_versions.champion(session, ModelKind.CHURN)
    if version is None or version.feature_schema != feature_schema():
        return
    try:
        model = opened(session, version)
    except Refusal:  # serving says that it is damaged
        return
    known = labels(cube)
    found = [*_drift(version, model, cube, known), *_miscount(version, model, cube, known)]
    day = complete_until(at)
    rows = [alarm.model_dump() | {"day": day, "at": at} for alarm in found]
    model_alarms.raise_(session, version_id=version.id, alarms=rows)


def _drift(version: ModelVersion, model: Hazards, cube: Cube, known: Labels) -> list[Alarm]:
    told = version.metrics.get("reference")
    today = snapshots(cube, known.at_risk, np.array([cube.days - 1]))
    if told is None or not len(today.matrix):
        return []
    month = probabilities(model.hazards(today.matrix))[:, MONTH]
    return drifted(Reference.model_validate(told), today.matrix, month)


def _miscount(version: ModelVersion, model: Hazards, cube: Cube, known: Labels) -> list[Alarm]:
    """The day a month ago, if the model had not seen it; its outcomes are known by now."""
    then = cube.days - 1 - MONTH_DAYS
    if then < 0 or cube.date_of(then) <= version.data_to:
        return []
    shots = snapshots(cube, known.at_risk, np.array([then]))
    if not len(shots.matrix):
        return []
    gone = known.leaves[shots.tutor, shots.day] <= then + MONTH_DAYS
    return miscounted(probabilities(model.hazards(shots.matrix))[:, MONTH], gone)
