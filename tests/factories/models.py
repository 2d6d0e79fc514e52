"""Models in the registry, with bytes that nobody opens."""

from datetime import UTC, date, datetime

from retention.records import model_versions
from retention.records.database import Session
from retention.records.model_versions import ModelVersion
from retention.vocabulary import ModelKind

CREATED = datetime(2026, 11, 18, 2, tzinfo=UTC)
BASE = {"1": 0.002, "7": 0.01, "30": 0.05, "90": 0.12}


def a_version(**told: object) -> ModelVersion:
    """A version that is not stored yet."""
    usual: dict[str, object] = {
        "kind": ModelKind.CHURN,
        "algorithm": "xgboost",
        "feature_schema": "0" * 64,
        "data_from": date(2026, 5, 1),
        "data_to": date(2026, 11, 17),
        "learnt_until": told.get("data_to", date(2026, 11, 17)),
        "rows": 10_000,
        "tutors": 300,
        "events": 60,
        "params": {},
        "seed": 7,
        "metrics": {},
        "calibration": {"slope": 1.0, "shift": 0.0, "base": BASE},
        "anchors_version": "1",
        "card": "",
        "created_at": CREATED,
    }
    return ModelVersion(**{**usual, **told})


def a_challenger(session: Session, *, artefact: bytes = b"bytes", **told: object) -> int:
    """A stored challenger; its number."""
    return model_versions.store(session, a_version(**told), artefact=artefact)


def a_champion(session: Session, *, artefact: bytes = b"bytes", **told: object) -> int:
    """A stored version that somebody promoted; its number."""
    number = a_challenger(session, artefact=artefact, **told)
    model_versions.promote(session, number, actor="7", reason="It foretells better.", at=CREATED)
    return number
