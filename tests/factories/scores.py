"""Churn scores on record."""

from datetime import datetime
from typing import Any

from retention.vocabulary import RiskBand, ScoreSource

COMPONENTS = {"engagement_decline": 40.0, "no_show_risk": 100.0, "tenure_risk": 0.0}


def a_component_score(number: int, *, at: datetime, **told: Any) -> dict[str, Any]:
    """A row as `churn.store` takes it: the components speak, and no model has been promoted."""
    return {
        "tutor_number": number,
        "day": at.date(),
        "as_of": at,
        "score": 40,
        "raw_score": 40.2,
        "band": RiskBand.MEDIUM,
        "band_since": at.date(),
        "source": ScoreSource.COMPONENT,
        "version": "component-1",
        "p30": 0.09,
        "fallback": "no_champion",
        "component_score": 40,
        "components": COMPONENTS,
        "patterns": {},
        "factors": [],
        "inputs": {},
        **told,
    }


def a_model_score(number: int, *, at: datetime, version: int, **told: Any) -> dict[str, Any]:
    """The same tutor's day scored by a model."""
    said = {
        "source": ScoreSource.MODEL,
        "version": f"model-{version}",
        "model_version": version,
        "fallback": None,
        "score": 55,
        "raw_score": 55.0,
        "band": RiskBand.HIGH,
        "p1": 0.0009,
        "p7": 0.045,
        "p30": 0.14,
        "p90": 0.21,
        "smoothed_p30": 0.14,
        "relative": {"1": 0.45, "7": 4.5, "30": 2.8, "90": 1.75},
        "window_days": 7,
        "factors": [
            a_factor("engagement", "Logins in 7 days", value=1.0, peer_median=6.0, log_odds=1.2),
            a_factor("quality", "Mean rating in 30 days", unit="stars", value=None, log_odds=0.3),
        ],
    }
    return a_component_score(number, at=at, **{**said, **told})


def a_factor(name: str, says: str, **told: Any) -> dict[str, Any]:
    """A group of features that goes with a model's forecast."""
    return {"name": name, "measure": name, "says": says, "unit": "logins", "peer_median": None, **told}
