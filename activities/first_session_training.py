"""Learns how first sessions go from what is on record, as it was known at an instant."""

from datetime import datetime, timedelta

from activities.learnt import Learnt
from ml import first_session_challenger as challenger
from ml.first_session_challenger import Champion
from ml.first_session_features import feature_schema
from ml.first_session_model import FirstSessionModel
from ml.first_session_training import WAIT, Cut, Examples, cut, examples, joined
from retention.errors import Refusal
from retention.measures.periods import complete_until
from retention.records import cubes, first_session_history, model_trainings, model_versions, tutor_days
from retention.records.cubes import CHUNK, Span
from retention.records.database import Session, transaction
from retention.records.model_versions import ModelVersion
from retention.vocabulary import ModelKind

MOST_DAYS = 360  # of history; the relations move slowly, and some thirty coefficients need no more
NO_SEED = 0  # nothing is drawn while it is learnt


def learnt(as_of: datetime) -> Learnt:
    """A model of first sessions and its card. Raises Refusal when there is too little to learn from."""
    with transaction() as session:
        span = span_of_record(session, as_of)
        parts = cut(span.days)
        known, champion = examples_of_record(session, span, parts), serving_champion(session)
    made = challenger.made(
        known, parts, date_of=lambda day: span.first + timedelta(days=day), champion=champion
    )
    content = made.model.content
    return Learnt(
        artefact=made.model.artefact(),
        card=made.card,
        feature_schema=feature_schema(),
        seed=NO_SEED,
        calibration={"slope": 1.0, "shift": 0.0, "base": {"session": content.usual}},
        metrics={"flag_from": content.flag_from},
    )


def span_of_record(session: Session, as_of: datetime) -> Span:
    """The platform's last whole days, as known at an instant. Raises Refusal when there are none."""
    first, last = tutor_days.first_taught(session), complete_until(as_of)
    if first is None or first > last:
        raise Refusal("There is no history yet.", instead=WAIT)
    return Span(first=max(first, last - timedelta(days=MOST_DAYS - 1)), last=last, cutoff=as_of)


def examples_of_record(session: Session, span: Span, parts: Cut) -> Examples:
    """The rated first sessions of both parts, some tutors at a time, so that few days lie in memory."""
    numbers, days = cubes.everybody(session, cutoff=span.cutoff), (parts.learn[0], parts.judge[1])
    found = []
    for start in range(0, len(numbers), CHUNK):
        some = numbers[start : start + CHUNK]
        told = first_session_history.took_place(session, some, span)
        found.append(examples(cubes.cube_of(session, some, span), told, days=days))
    if not found:
        raise Refusal("No tutors are known yet.", instead=WAIT)
    return joined(found)


def serving_champion(session: Session) -> Champion | None:
    """The model that serves, to be compared with; none when it cannot be asked any more."""
    version = model_versions.champion(session, ModelKind.FIRST_SESSION)
    if version is None:
        return None
    try:
        model = opened(session, version)
    except Refusal:
        return None
    card = model_trainings.card_of(session, version.id)
    return Champion(version.id, model, {one.name: one.share for one in card.weights} if card else {})


def opened(session: Session, version: ModelVersion) -> FirstSessionModel:
    """The model behind a version. Raises ArtefactBroken."""
    artefact = model_versions.artefact_of(session, version.id)
    return FirstSessionModel.stored(artefact, digest=version.sha256)
