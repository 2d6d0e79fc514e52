"""The model of first sessions that serves, and why none does."""

from dataclasses import dataclass
from datetime import datetime

from activities.first_session_training import opened
from ml.artefact import ArtefactBroken
from ml.first_session_model import FirstSessionModel
from retention import policy
from retention.measures.periods import DAY, start_of
from retention.records import model_versions, sessions
from retention.records.database import Session
from retention.records.model_versions import ModelVersion
from retention.vocabulary import Fallback, ModelKind


@dataclass(frozen=True)
class Champion:
    """A model that can be asked. `instead` says why it is not the newest one."""

    version_id: int
    model: FirstSessionModel
    instead: Fallback | None = None


def champion_of(session: Session, *, as_of: datetime) -> Champion | Fallback:
    """What serves as of an instant; else the reason. A damaged champion gives way to the one before."""
    newest = model_versions.champion(session, ModelKind.FIRST_SESSION)
    if newest is None:
        return Fallback.NO_CHAMPION
    if not sessions.facts_are_fresh(session, as_of=as_of):
        return Fallback.FACTS_STALE
    for version in (newest, model_versions.champion_before(session, ModelKind.FIRST_SESSION)):
        model = None if version is None else _read(session, version)
        if version is None or model is None:
            continue
        if as_of - start_of(version.learnt_until) - DAY > policy.FIRST_SESSION_MODEL_OLDEST:
            return Fallback.CHAMPION_OLD
        return Champion(version.id, model, None if version is newest else Fallback.MODEL_BROKEN)
    return Fallback.MODEL_BROKEN


def _read(session: Session, version: ModelVersion) -> FirstSessionModel | None:
    """The model behind a version; None when it is damaged, or no model of this release. A few kilobytes."""
    try:
        return opened(session, version)
    except ArtefactBroken:
        return None
