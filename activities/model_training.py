"""The life of a model: learning a challenger, and writing down how its training ended.

A challenger is kept in one transaction with its card, so that a killed run leaves no half version.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import activity

from activities import first_session_training
from activities.learnt import Learnt, stored
from ml import challenger, hazard
from ml.artefact import ArtefactBroken
from ml.challenger import SUBJECT, Champion, Made
from ml.churn_model import ChurnModel
from ml.promotion import compared_with_another
from ml.schema import feature_schema
from retention.errors import Refusal
from retention.measures.cube import Cube
from retention.measures.periods import complete_until
from retention.messages.training import Challenger, FitChallenger, SettleTraining, TrainingEnd
from retention.records import audit, carried_out, cubes, model_trainings, model_versions, tutor_days
from retention.records.cubes import Span
from retention.records.database import Session, transaction
from retention.records.model_trainings import ModelTraining
from retention.records.model_versions import ModelVersion
from retention.vocabulary import ModelKind, ModelStage

MOST_DAYS = 540  # of history: older days tell of another platform
NO_HISTORY = "There is no history yet."


@activity.defn
def fit_challenger(request: FitChallenger) -> Challenger:
    """Learn a new model. Repeatable: a training has one version, however often it is asked for."""
    with transaction() as session:
        known = model_trainings.training(session, request.training_id)
        if known is not None and known.state != model_trainings.LEARNING:
            return Challenger(version_id=known.version_id, words=known.words)
    made: Learnt | None = None
    try:
        made, words = LEARNERS[request.kind](request.as_of), "It scores in the shadow."
    except Refusal as refused:
        words = str(refused)
    with transaction() as session:
        version_id = None if made is None else stored(session, made, at=request.as_of)
        model_trainings.begin(session, _training(request, made, version_id=version_id, words=words))
    return Challenger(version_id=version_id, words=words)


@activity.defn
def settle_training(request: SettleTraining) -> TrainingEnd:
    """Promote a challenger or set it aside. Repeatable; a refusal of the registry is the ending then.

    One that is "not_applied" from the outset, because it cannot be asked, is set aside as well.
    """
    try:
        with transaction() as session:
            _apply(session, request)
            return _settled(session, request, ending=request.ending, words=request.reason)
    except Refusal as refused:
        with transaction() as session:
            return _settled(session, request, ending="not_applied", words=str(refused))


def cube_of_record(session: Session, as_of: datetime, *, days: int = MOST_DAYS) -> Cube | None:
    """The platform's last whole days as they were known at an instant; None when there are none."""
    first, last = tutor_days.first_taught(session), complete_until(as_of)
    if first is None or first > last:
        return None
    span = Span(first=max(first, last - timedelta(days=days - 1)), last=last, cutoff=as_of)
    return cubes.cube_of(session, cubes.everybody(session, cutoff=as_of), span)


def serving_champion(session: Session) -> Champion | None:
    """The model that serves, to be compared with; none when it cannot be asked any more."""
    version = model_versions.champion(session, ModelKind.CHURN)
    if version is None:
        return None
    try:
        model = opened(session, version)
    except Refusal:  # damaged, or of another release: a new model is the way out
        return None
    card = model_trainings.card_of(session, version.id)
    return Champion(version.id, model, {one.name: one.share for one in card.weights} if card else {})


def serving_version(session: Session, kind: ModelKind) -> int | None:
    """The number of the model of a kind that serves and can be asked."""
    if kind is ModelKind.FIRST_SESSION:
        first = first_session_training.serving_champion(session)
        return first.version_id if first else None
    found = serving_champion(session)
    return found.version_id if found else None


def opened(session: Session, version: ModelVersion) -> ChurnModel:
    """The model behind a version. Raises ArtefactBroken, also when it knows other features."""
    if version.feature_schema != feature_schema():
        raise ArtefactBroken("The stored model knows other features than this release.")
    told = version.calibration
    artefact = model_versions.artefact_of(session, version.id)
    return ChurnModel.stored(artefact, digest=version.sha256, slope=told["slope"], shift=told["shift"])


def _churn(as_of: datetime) -> Learnt:
    """A churn model and its card. Raises Refusal when there is too little to learn from."""
    with transaction() as session:
        cube = cube_of_record(session, as_of)
        champion = serving_champion(session)
        subjects = model_trainings.main_subjects(session)
        acted = carried_out.days_of(session, before=as_of)
        groups = [model_trainings.time_zones(session), {n: f"{SUBJECT}{one}" for n, one in subjects.items()}]
    if cube is None:
        raise Refusal(NO_HISTORY)
    return as_learnt(challenger.made(cube, champion=champion, groups=groups, acted=acted))


def as_learnt(made: Made) -> Learnt:
    """A churn model and its card, ready to be kept."""
    return Learnt(
        artefact=made.model.model.artefact(),
        card=made.card,
        feature_schema=feature_schema(),
        seed=hazard.FIXED["seed"],
        calibration={"slope": made.card.slope, "shift": made.card.shift, "base": made.base},
        metrics={"reference": made.reference.model_dump()},
    )


LEARNERS: dict[ModelKind, Callable[[datetime], Learnt]] = {
    ModelKind.CHURN: _churn,
    ModelKind.FIRST_SESSION: first_session_training.learnt,
}


def _training(
    request: FitChallenger, made: Learnt | None, *, version_id: int | None, words: str
) -> ModelTraining:
    return ModelTraining(
        training_id=request.training_id,
        kind=request.kind,
        version_id=version_id,
        begun_at=request.as_of,
        state="nothing_learnt" if made is None else "shadow",
        words=words,
        card=None if made is None else made.card.model_dump(mode="json"),
        conditions=[],
        settled_at=request.as_of if made is None else None,
    )


def _apply(session: Session, request: SettleTraining) -> None:
    told = {"actor": request.actor, "reason": request.reason}
    if request.ending != "promoted":
        model_versions.reject(session, request.version_id, **told, at=request.at)
        return
    if not request.despite:
        _must_fit_what_serves(session, request.version_id)
    model_versions.promote(session, request.version_id, **told, at=request.at)


def _must_fit_what_serves(session: Session, number: int) -> None:
    """A roll-back since the last look is noticed here. Raises Refusal."""
    version, card = model_versions.version(session, number), model_trainings.card_of(session, number)
    if card is None or version.stage != ModelStage.CHALLENGER:  # the registry says what it thinks of it
        return
    if wrong := compared_with_another(card, serving_version(session, ModelKind(version.kind))):
        raise Refusal(f"{wrong}.", instead="The next night learns a newer one.")


def _settled(session: Session, request: SettleTraining, *, ending: str, words: str) -> TrainingEnd:
    if model_trainings.settle(session, request.training_id, state=ending, words=words, at=request.at):
        subject = f"model/{request.version_id}"
        audit.note(session, f"model.{ending}", actor=request.actor, subject=subject, reason=words)
    return TrainingEnd.model_validate({"ending": ending, "words": words})
