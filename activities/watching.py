"""Watches the champion: do tutors still look as they did, and do as many leave as it foretold?"""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
from temporalio import activity

from activities import first_session_watching
from activities.model_training import cube_of_record, opened
from ml import running_sum
from ml.drift import Alarm, Reference, drifted, miscounted
from ml.horizons import HORIZONS, probabilities
from ml.labels import Labels, labels
from ml.origins import decisive
from ml.person_periods import Snapshots, snapshots
from ml.running_sum import Week
from ml.training import Hazards
from retention import policy
from retention.errors import Refusal
from retention.measures.cube import Bools, Cube
from retention.measures.periods import complete_until
from retention.messages.training import WatchChampion, WatchReport
from retention.records import model_alarms, model_versions
from retention.records.database import Session, transaction
from retention.records.model_versions import ModelVersion
from retention.vocabulary import ModelKind

MONTH_DAYS, WEEK_DAYS = 30, 7
MONTH, IN_A_WEEK = HORIZONS.index(MONTH_DAYS), HORIZONS.index(WEEK_DAYS)
LONGEST = 90  # days that a feature looks back
WATCHED = LONGEST + max(policy.MODEL_OLDEST.days, MONTH_DAYS) + WEEK_DAYS  # days: a champion's whole life
NOBODY = "No champion can be looked at."


@activity.defn
def watch_champion(request: WatchChampion) -> WatchReport:
    """Raise the alarms of a day about the models that serve. Repeatable: an alarm of a day stands."""
    with transaction() as session:
        report = WatchReport(words=NOBODY)
        if model_versions.champion(session, ModelKind.CHURN) is not None:
            cube = cube_of_record(session, request.as_of, days=WATCHED)
            report = report if cube is None else watch(session, cube, at=request.as_of)
        report.first_session_alarms = first_session_watching.watch(session, at=request.as_of)
        return report


def watch(session: Session, cube: Cube, *, at: datetime) -> WatchReport:
    """Keep the day's alarms about the champion, if there is one and anything has moved. Repeatable."""
    version = model_versions.champion(session, ModelKind.CHURN)
    if version is None:
        return WatchReport(words=NOBODY)
    try:
        model = opened(session, version)
    except Refusal:  # serving says that it is damaged, or of another release
        return WatchReport(version_id=version.id, words=NOBODY)
    known = _decisive(cube)
    found = [
        *_drift(version, model, cube, known),
        *_miscount(version, model, cube, known),
        *running_sum.alarms(_weeks(version.learnt_until, model, cube, known)),
    ]
    rows = [alarm.model_dump() | {"day": complete_until(at), "at": at} for alarm in found]
    model_alarms.raise_(session, version_id=version.id, alarms=rows)
    return WatchReport(version_id=version.id, alarms=[alarm.kind for alarm in found])


def _decisive(cube: Cube) -> Labels:
    """The labels of those that the champion was judged by."""
    known = labels(cube)
    return replace(known, at_risk=known.at_risk & decisive(cube)[:, None])


def _drift(version: ModelVersion, model: Hazards, cube: Cube, known: Labels) -> list[Alarm]:
    told = version.metrics.get("reference")
    today = snapshots(cube, known.at_risk, np.array([cube.days - 1]))
    if told is None or not len(today.matrix):
        return []
    month = probabilities(model.hazards(today.matrix))[:, MONTH]
    return drifted(Reference.model_validate(told), today.matrix, month)


def _miscount(version: ModelVersion, model: Hazards, cube: Cube, known: Labels) -> list[Alarm]:
    """The day a month ago, if it taught the model nothing; its outcomes are known by now."""
    then = cube.days - 1 - MONTH_DAYS
    if then < 0 or cube.date_of(then) <= version.learnt_until:
        return []
    shots = snapshots(cube, known.at_risk, np.array([then]))
    if not _outlived(known, shots, days=MONTH_DAYS):
        return []
    gone = _gone(known, shots, days=MONTH_DAYS)
    return miscounted(probabilities(model.hazards(shots.matrix))[:, MONTH], gone)


def _weeks(learnt_until: date, model: Hazards, cube: Cube, known: Labels) -> list[Week]:
    """The whole weeks since the last day that taught the model, each foretold at its beginning."""
    seen = (learnt_until - cube.first_day).days
    earliest = LONGEST - 1 if cube.days == WATCHED else 0  # before it the windows of features are cut off
    weeks = []
    for begins in range(seen, cube.days - WEEK_DAYS, WEEK_DAYS):
        shots = snapshots(cube, known.at_risk, np.array([max(begins, 0)]))
        if begins >= earliest and _outlived(known, shots, days=WEEK_DAYS):
            chance = probabilities(model.hazards(shots.matrix))[:, IN_A_WEEK]
            weeks.append(Week(chance, _gone(known, shots, days=WEEK_DAYS)))
    return weeks


def _outlived(known: Labels, shots: Snapshots, *, days: int) -> bool:
    """Whether it is known what became of anybody: none of the days after was silent."""
    return bool(known.seen(shots.tutor, shots.day, until=shots.day + days).any())


def _gone(known: Labels, shots: Snapshots, *, days: int) -> Bools:
    """Who left within so many days of the snapshot."""
    return np.asarray(known.leaves[shots.tutor, shots.day] <= shots.day + days, dtype=np.bool_)
