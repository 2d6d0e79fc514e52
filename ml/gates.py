"""What a churn model has to reach before people may lean on it (ML guide, acceptance table)."""

from collections.abc import Mapping
from dataclasses import dataclass

PROFILE_WITH_A_FLOOR = "prd"  # AUC >= 0.85 was ordered for the world of the PRD


@dataclass(frozen=True)
class Gate:
    """A figure and its bounds."""

    name: str
    value: float
    low: float | None
    high: float | None

    @property
    def passed(self) -> bool:
        """Within the bounds; an unknown value is not."""
        above = self.low is None or self.value >= self.low
        return above and (self.high is None or self.value <= self.high)


def gates(known: Mapping[tuple[str, str], float], *, profile: str) -> list[Gate]:
    """Every gate, from figures by (model, name)."""

    def of(name: str, model: str = "model") -> float:
        return known[model, name]

    found = [
        Gate("auc_30d_to_ceiling", of("auc_30d") / of("auc_30d", "ceiling"), 0.95, None),
        Gate(
            "ceiling_auc_30d", of("auc_30d", "ceiling"), None, 0.95
        ),  # a world in which all shows is no test
        # A model that foretells better than one who sees the hidden state has seen the outcome.
        Gate("auc_30d_on_oracle_days", of("auc_30d_on_oracle_days"), None, of("auc_30d_high", "oracle")),
        Gate("auc_30d_actionable_over_component", _over_component(known), 0.03, None),
        Gate("ap_30d_to_base", of("ap_30d") / of("base_30d"), 5.0, None),
        Gate("lift_30d", of("lift_30d"), 4.0, None),
        *(Gate(f"brier_skill_{days}d", of(f"brier_skill_{days}d"), 0.0, None) for days in (1, 7, 90)),
        Gate("brier_skill_30d", of("brier_skill_30d"), 0.10, None),
        Gate("brier_30d", of("brier_30d"), None, 0.15),
        Gate("observed_to_expected_30d", of("observed_to_expected_30d"), 0.75, 1.4),
        Gate("slope_30d", of("slope_30d"), 0.7, 1.3),
        Gate("calibration_error_30d", of("calibration_error_30d"), None, 0.015),
        Gate("order_violations", of("order_violations"), 0.0, 0.0),
        Gate("shuffled_auc_30d", of("auc_30d", "shuffled"), 0.45, 0.55),
        Gate("single_feature_auc_30d", of("single_feature_auc_30d", "any"), None, 0.80),
    ]
    if profile == PROFILE_WITH_A_FLOOR:
        found.insert(0, Gate("auc_30d", of("auc_30d"), 0.85, None))
    return found


def _over_component(known: Mapping[tuple[str, str], float]) -> float:
    return known["model", "auc_30d_actionable"] - known["component", "auc_30d_actionable"]
