"""How each core metric stands against its threshold: green, amber or red."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from retention import policy


class Light(StrEnum):
    """Red is beyond the threshold, amber within a tenth of it; unknown has too few cases to say."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Threshold:
    """A metric is bad below a floor, or above a ceiling."""

    metric: str
    floor: float | None = None
    ceiling: float | None = None
    cases: str = ""  # name of the count that it is a share of; with too few the light is unknown


CORE = (  # PRD 2.1, the six core metrics
    Threshold("rating_last_30", floor=policy.RATING_FLOOR, cases="rated_last_30"),
    Threshold("first_success_pct", floor=policy.FIRST_SUCCESS_FLOOR, cases="first_rated"),
    Threshold("reschedule_pct", ceiling=policy.RESCHEDULE_CEILING, cases="sessions"),
    Threshold("no_show_pct", ceiling=policy.NO_SHOW_CEILING, cases="sessions"),
    Threshold("engagement_pct", floor=policy.ENGAGEMENT_FLOOR),
    Threshold("objectives_pct", floor=policy.OBJECTIVES_FLOOR, cases="sessions"),
)


def light(threshold: Threshold, value: float | None, *, cases: int | None = None) -> Light:
    """The light of one metric; `cases` is how many it was computed from, None when that does not matter."""
    if value is None or (cases is not None and cases < policy.FEW_DATA):
        return Light.UNKNOWN
    if threshold.floor is not None:
        near = threshold.floor * (1 + policy.AMBER_MARGIN)
        return Light.RED if value < threshold.floor else Light.AMBER if value < near else Light.GREEN
    assert threshold.ceiling is not None
    near = threshold.ceiling * (1 - policy.AMBER_MARGIN)
    return Light.RED if value > threshold.ceiling else Light.AMBER if value > near else Light.GREEN


def lights(metrics: Mapping[str, float | None]) -> dict[str, Light]:
    """The light of every core metric, from the 30-day metrics and their counts."""
    found = {}
    for threshold in CORE:
        cases = int(metrics.get(threshold.cases) or 0) if threshold.cases else None
        found[threshold.metric] = light(threshold, metrics.get(threshold.metric), cases=cases)
    return found


def red_flags(seen: Mapping[str, Light]) -> list[str]:
    """Names of the metrics beyond their threshold, in the order of the PRD."""
    return [metric for metric, colour in seen.items() if colour is Light.RED]
