"""The model that serves: opened once in this process, and why none does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from ml.artefact import ArtefactBroken
from ml.churn_model import ChurnModel
from ml.horizons import HORIZONS
from ml.schema import feature_schema
from retention import policy
from retention.measures.periods import complete_until, start_of
from retention.records import model_alarms, model_versions
from retention.records.database import Session
from retention.records.model_versions import ModelVersion
from retention.vocabulary import Fallback, ModelKind

MOST_OPEN = 2  # models kept in memory: today's champion, and yesterday's for a while
ALARMING = ("features", "calibration")  # together they silence a model (ML guide 4)
ALARMED = timedelta(days=1)  # the newest watched day and the one before
_OPEN: dict[tuple[int, str], ChurnModel] = {}  # by number and hash
_LOCK = Lock()


@dataclass(frozen=True)
class Champion:
    """A model that can be asked. `instead` says why it is not the newest one."""

    version_id: int
    model: ChurnModel
    base: Mapping[str, float]  # days of a window -> usual chance
    instead: Fallback | None = None


def champion_of(session: Session, *, as_of: datetime) -> Champion | Fallback:
    """What serves as of an instant; else the reason. A damaged champion gives way to the one before."""
    newest = model_versions.champion(session, ModelKind.CHURN)
    if newest is None:
        return Fallback.NO_CHAMPION
    for version in (newest, model_versions.champion_before(session, ModelKind.CHURN)):
        model = None if version is None else _opened(session, version)
        if version is None or model is None:
            continue
        if _age(version, as_of) > policy.MODEL_OLDEST:
            return Fallback.CHAMPION_OLD
        if model_alarms.all_raised(session, version.id, ALARMING, since=complete_until(as_of) - ALARMED):
            return Fallback.MODEL_DRIFTED
        instead = None if version is newest else Fallback.MODEL_BROKEN
        return Champion(version.id, model, version.calibration["base"], instead)
    return Fallback.MODEL_BROKEN


def _age(version: ModelVersion, as_of: datetime) -> timedelta:
    """Since the end of the last day that has taught it: what came later it does not know."""
    return as_of - (start_of(version.learnt_until) + timedelta(days=1))


def _opened(session: Session, version: ModelVersion) -> ChurnModel | None:
    """The model behind a version; None when it is damaged, or no model of this release."""
    if version.feature_schema != feature_schema() or not _told_usual(version):
        return None
    key = (version.id, version.sha256)
    with _LOCK:
        if key not in _OPEN:
            try:
                model = _read(session, version)
            except ArtefactBroken:
                return None
            while len(_OPEN) >= MOST_OPEN:
                del _OPEN[next(iter(_OPEN))]
            _OPEN[key] = model
        return _OPEN[key]


def _told_usual(version: ModelVersion) -> bool:
    base = version.calibration.get("base", {})
    return all(base.get(str(days), 0.0) > 0 for days in HORIZONS)


def _read(session: Session, version: ModelVersion) -> ChurnModel:
    artefact, told = model_versions.artefact_of(session, version.id), version.calibration
    return ChurnModel.stored(artefact, digest=version.sha256, slope=told["slope"], shift=told["shift"])
