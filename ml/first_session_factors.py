"""What speaks for a risky first session, in staff words: what goes along with it, not what causes it."""

from collections.abc import Mapping
from typing import Any

from ml.first_session_features import KINDS, Rows
from ml.first_session_model import FirstSessionModel
from retention.measures.cube import Floats

TOP = 3  # factors shown (PRD ML: "top 3 factors")
LEAST = 0.02  # log odds; less is not worth a word
SAYS = {  # group -> (words, unit)
    "tenure": ("Days since onboarding", "days"),
    "rating": ("Mean rating in 30 days", "stars"),
    "engagement": ("Engagement in 7 days", "points"),
    "history": ("First sessions rated below 3 in 180 days", "rated"),
    "time_of_day": ("Time of day", ""),
    "weekday": ("Day of the week", ""),
    "subject": ("Subject", ""),
    "student_age": ("Age of the student", ""),
}
VALUES = {
    "tenure": "tenure_days",
    "rating": "avg_rating_30d",
    "engagement": "engagement_score_7d",
    "history": "first_failed_180d",
} | {name: name for name in KINDS}
AGES = {
    "under_13": "under 13",
    "13_to_15": "13 to 15",
    "16_to_18": "16 to 18",
    "over_18": "over 18",
}


def factors(model: FirstSessionModel, rows: Rows) -> list[list[dict[str, Any]]]:
    """For each row what makes it riskier than the mean of what was learnt, the heaviest first."""
    shares = model.shares(rows)
    return [_of_row(rows.values_of(row), shares, row) for row in range(len(rows))]


def _of_row(
    values: Mapping[str, float | str | None], shares: Mapping[str, Floats], row: int
) -> list[dict[str, Any]]:
    heavy = sorted(((float(share[row]), group) for group, share in shares.items()), reverse=True)
    return [_factor(group, values, log_odds=share) for share, group in heavy[:TOP] if share >= LEAST]


def _factor(group: str, values: Mapping[str, float | str | None], *, log_odds: float) -> dict[str, Any]:
    says, unit = SAYS[group]
    value = values[VALUES[group]]
    return {
        "name": group,
        "says": says,
        "value": AGES.get(value, value) if isinstance(value, str) else value,
        "of": values["first_rated_180d"] if group == "history" else None,
        "unit": unit,
        "log_odds": round(log_odds, 4),
    }
