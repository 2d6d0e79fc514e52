"""What a training has learnt, kept as a version with its card: the same for each kind of model."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ml import card as cards
from retention.messages.model_card import CardContent
from retention.records import model_versions
from retention.records.database import Session
from retention.records.model_versions import ModelVersion


@dataclass(frozen=True)
class Learnt:
    """A model that is not kept yet."""

    artefact: bytes
    card: CardContent
    feature_schema: str
    seed: int
    calibration: dict[str, Any]
    metrics: dict[str, Any]  # beside the readings of everybody


def stored(session: Session, learnt: Learnt, *, at: datetime) -> int:
    """Keep it as a challenger; its number. The card names the hash of what was kept."""
    card = learnt.card
    readings = [one.model_dump() for one in card.readings if one.slice == "everybody"]
    version = ModelVersion(
        kind=card.kind,
        algorithm=card.algorithm,
        feature_schema=learnt.feature_schema,
        data_from=card.data_from,
        data_to=card.data_to,
        learnt_until=card.learnt_until or card.data_to,
        rows=card.rows,
        tutors=card.tutors,
        events=card.events,
        params=card.params,
        seed=learnt.seed,
        metrics={"readings": readings, **learnt.metrics},
        calibration=learnt.calibration,
        anchors_version=card.anchors_version,
        created_at=at,
    )
    number = model_versions.store(session, version, artefact=learnt.artefact)
    card.digest = version.sha256
    version.card = cards.markdown(card, version_id=number)
    return number
