"""Scores everybody with a challenger beside whatever serves, and weighs the promotion rule."""

import numpy as np
from temporalio import activity

from activities import first_session_shadow
from activities.model_training import cube_of_record, opened, serving_champion, serving_version
from ml.cube_sums import component_chances
from ml.horizons import HORIZONS, probabilities
from ml.labels import labels
from ml.person_periods import Snapshots, snapshots
from ml.promotion import ShadowFigures, conditions
from ml.scale import band_of, score_of
from ml.training import Hazards
from retention.errors import Refusal
from retention.measures.cube import Cube, Floats
from retention.measures.periods import complete_until
from retention.messages.training import ShadowDay, ShadowReading
from retention.records import model_trainings, model_versions
from retention.records.database import Session, transaction
from retention.vocabulary import ModelKind

WINDOW = 120  # days: the longest feature looks back over 90
MONTH = HORIZONS.index(30)


@activity.defn
def shadow_day(request: ShadowDay) -> ShadowReading:
    """One day of shadow scoring. Repeatable: what was known then does not change.

    A challenger that cannot be asked (damaged bytes, another release's features) is an answer and no failure:
    its training has to end, for while it is in hand no other one is learnt.
    """
    try:
        with transaction() as session:
            return _shadowed(session, request)
    except Refusal as refused:
        return ShadowReading(in_the_way=[], broken=str(refused))


def _shadowed(session: Session, request: ShadowDay) -> ShadowReading:
    version = model_versions.version(session, request.version_id)
    if version.kind == ModelKind.FIRST_SESSION:
        first_session_shadow.scored(session, request, version)
    elif (cube := cube_of_record(session, request.as_of, days=WINDOW)) is not None:
        _scored(session, request, cube)
    return ShadowReading(in_the_way=_weighed(session, request, kind=ModelKind(version.kind)))


def _scored(session: Session, request: ShadowDay, cube: Cube) -> None:
    shots = snapshots(cube, labels(cube).at_risk, np.array([cube.days - 1]))
    champion = serving_champion(session)
    mine = _scores(_month(opened(session, model_versions.version(session, request.version_id)), shots))
    theirs = _scores(_month(champion.model, shots) if champion else component_chances(cube, shots))
    bands = [band_of(int(one)) is not band_of(int(other)) for one, other in zip(mine, theirs, strict=True)]
    model_trainings.keep_shadow(
        session,
        version_id=request.version_id,
        day=complete_until(request.as_of),
        beside=champion.version_id if champion else None,
        as_of=request.as_of,
        tutors=len(mine),
        score_change=float(np.abs(mine - theirs).mean()) if len(mine) else 0.0,
        band_changes=float(np.mean(bands)) if bands else 0.0,
    )


def _weighed(session: Session, request: ShadowDay, *, kind: ModelKind) -> list[str]:
    """The conditions that stand in the way now; kept for the page."""
    known = model_trainings.training(session, request.training_id)
    card = model_trainings.card_of(session, request.version_id)
    assert known is not None
    assert card is not None
    days = model_trainings.shadow_days(session, request.version_id)
    found = conditions(
        card,
        serving=serving_version(session, kind),
        shadow=[ShadowFigures(day.beside, day.score_change, day.band_changes) for day in days],
        last_promotion=model_trainings.last_promotion(session, kind),
        at=request.as_of,
    )
    enough = all(one.name != "shadow_days" or not one.stands_in_the_way for one in found)
    model_trainings.weigh(session, request.training_id, found, waiting=enough)
    return [one.says for one in found if one.stands_in_the_way]


def _month(model: Hazards, shots: Snapshots) -> Floats:
    chance: Floats = probabilities(model.hazards(shots.matrix))[:, MONTH]
    return chance


def _scores(month: Floats) -> Floats:
    return np.array([round(score_of(float(chance))) for chance in month], dtype=np.float64)
